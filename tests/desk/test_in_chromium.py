"""Every page of the desk in a real browser: nothing for axe to say, at three widths, in two languages."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from ledger.cli.story import Story
from ledger.messages import LANGUAGES
from tests.desk.serving import serving
from tests.desk.walking import Examples, pages

WIDTHS = (360, 768, 1440)  # CSS pixels
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as found:
        yield found


@pytest.fixture
def chair(chromium: Browser, here: Story, address: str) -> Iterator[BrowserContext]:
    """The browser of the association's chair."""
    access = here.ledger.access
    context = chromium.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
    cookie = access.begin(here.officers["ketua"])
    context.add_cookies([{"name": access.cookie_name, "value": cookie, "url": address}])
    yield context
    context.close()


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    here: Story, app: Flask, address: str, chair: BrowserContext
) -> None:
    faults, errors, axe = [], list[str](), Axe()
    walked = [(endpoint, path) for endpoint, path in pages(app, Examples(here)) if path is not None]
    page = chair.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

    for endpoint, path in walked:
        if not chair.request.get(address + path, max_redirects=0).headers["content-type"].startswith("text/html"):
            continue
        for lang in LANGUAGES:
            page.goto(f"{address}{path}?lang={lang}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                found = axe.run(page, options=RULES).response["violations"]
                faults += [(endpoint, lang, width, one["id"], one["nodes"][0]["html"][:120]) for one in found]
                wide = page.evaluate("document.documentElement.scrollWidth")
                faults += [(endpoint, lang, width, "wide", str(wide))] if wide > width else []

    assert faults == []
    assert [error for error in errors if "404" not in error] == []
