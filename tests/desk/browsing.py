"""The browser of an officer who has signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext

from ledger.wiring import Ledger


@contextmanager
def browsing(chromium: Browser, address: str, ledger: Ledger, officer: UUID, **given: Any) -> Iterator[BrowserContext]:
    """`given`: as a context of Playwright is given it."""
    context = chromium.new_context(base_url=address, locale="id-ID", **given)
    sign_in(context, address, ledger, officer)
    yield context
    context.close()


def sign_in(context: BrowserContext, address: str, ledger: Ledger, officer: UUID) -> None:
    name, value = ledger.access.cookie_name, ledger.access.begin(officer)
    context.add_cookies([{"name": name, "value": value, "url": address}])
