"""What a browser fetches: the first pages, with style and scripts, in 150 kB, each page after them in 25 kB.

Measured on the wire, heads included. The style sheet comes compressed. Pages do not: they hold people's data and a
secret of the session beside words that strangers wrote, and a compressed length tells of all three (BREACH).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from ledger.cli.story import Story
from tests.desk.browsing import sign_in
from tests.desk.serving import serving
from tests.desk.walking import Examples, pages

FIRST, NEXT = 150_000, 25_000  # bytes


class Wire:
    """Bytes that have arrived since it was last asked."""

    def __init__(self, page: Page) -> None:
        self._bytes = 0
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.loadingFinished", self._arrived)

    def _arrived(self, told: dict[str, Any]) -> None:
        self._bytes += int(told["encodedDataLength"])

    def spent(self) -> int:
        spent, self._bytes = self._bytes, 0
        return spent


@pytest.fixture
def page(chromium: Browser, app: Flask) -> Iterator[Page]:
    """With an empty cache."""
    with serving(app) as address:
        context = chromium.new_context(base_url=address, locale="id-ID")
        yield context.new_page()
        context.close()


def test_the_first_pages_are_light_and_those_after_them_lighter(here: Story, app: Flask, page: Page) -> None:
    walked = [(endpoint, path) for endpoint, path in pages(app, Examples(here)) if path is not None]
    wire = Wire(page)
    page.goto("/meja/masuk/kode")
    page.get_by_label("Kode undangan").fill(here.ledger.codes.invite(here.officers["ketua"])["code"])
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/meja/akun")
    base = page.url.removesuffix("/meja/akun")
    page.context.clear_cookies()
    sign_in(page.context, base, here.ledger, here.officers["ketua"])
    page.goto("/meja/")
    page.wait_for_load_state("networkidle")
    first = wire.spent()
    heavy = {}

    for endpoint, path in walked:
        if page.request.get(base + path, max_redirects=0).headers["content-type"].startswith("text/html"):
            page.goto(path, wait_until="networkidle")
            if (spent := wire.spent()) > NEXT:
                heavy[endpoint] = spent

    assert 30_000 < first <= FIRST
    assert heavy == {}
