"""Each test has a phone of its own in the one Chromium, with nothing held."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.host import Host, serving
from tests.conformance import world

PHONE = {"width": 320, "height": 568}
Phone = Callable[..., Page]


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as found:
        yield found


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Phone]:
    """A new phone: `clock` in s UTC, None: the real one. Afterwards no page may have raised an error."""
    contexts, errors = [], []

    def new(*, clock: int | None = world.NOW, **options: Any) -> Page:
        settings = {"viewport": PHONE, "locale": "id-ID", "timezone_id": "Asia/Jakarta", **options}
        context = chromium.new_context(**settings)
        contexts.append(context)
        if clock is not None:
            context.clock.set_fixed_time(clock)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield new
    for context in contexts:
        context.close()
    assert errors == []
