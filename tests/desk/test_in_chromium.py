"""Every page of the desk in a real browser: nothing for axe to say, at three widths, in two languages."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import APIResponse, Browser, Page

from ledger.cli.story import Story
from ledger.messages import LANGUAGES
from tests.desk.serving import serving
from tests.desk.walking import Examples, pages

WIDTHS = (360, 768, 1440)  # CSS pixels
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
AXE = "rules => axe.run(rules).then(told => told.violations)"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as found:
        yield found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, here: Story, app: Flask, address: str, lang: str
) -> None:
    faults, errors, script = [], list[str](), Axe().axe_script
    walked = [(endpoint, path) for endpoint, path in pages(app, Examples(here)) if path is not None]
    windows = [window(chromium, here, address, who) for who in ("ketua", "sekretaris-dpd", "petugas-dpp")]
    for page in windows:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

    for endpoint, path in walked:
        page = next(one for one in windows if opens(one, address + path))
        if not read(page, address + path).headers["content-type"].startswith("text/html"):
            continue
        page.goto(f"{address}{path}?lang={lang}")
        page.evaluate(script)  # Half a megabyte: once a page, not once a width.
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(AXE, RULES)
            faults += [(endpoint, width, one["id"], one["nodes"][0]["html"][:120]) for one in found]
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [(endpoint, width, "wide", str(wide))] if wide > width else []
    for page in windows:
        page.context.close()

    assert faults == []
    assert errors == []


def window(chromium: Browser, here: Story, address: str, who: str) -> Page:
    access = here.ledger.access
    context = chromium.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
    cookie = access.begin(here.officers[who])
    context.add_cookies([{"name": access.cookie_name, "value": cookie, "url": address}])
    return context.new_page()


def read(page: Page, url: str) -> APIResponse:
    return page.context.request.get(url, max_redirects=0)


def opens(page: Page, url: str) -> bool:
    return read(page, url).status < HTTPStatus.BAD_REQUEST
