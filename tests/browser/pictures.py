"""Draws docs/images/verdicts/: `python -m tests.browser.pictures`, after a change of what the page looks like."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.cases import CASES
from tests.browser.conftest import PHONE
from tests.browser.host import Host, serving
from tests.browser.seen import decided, typed, visit
from tests.chromium import launched
from tests.conformance import world

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "verdicts"
PASTED = {"notours": "https://example.org/q/#123", "demo": "https://cek.contoh.invalid/q/#123"}
LATER = {"stale": 3 * world.DAY, "offline": 10 * world.DAY}


def opened(browser: Browser) -> Page:
    context = browser.new_context(viewport=PHONE, locale="id-ID", timezone_id="Asia/Jakarta", device_scale_factor=1.5)
    context.clock.set_fixed_time(world.NOW)
    return context.new_page()


def kept(page: Page, name: str) -> None:
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    drawn.quantize(32, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def draw(browser: Browser, host: Host) -> None:
    for case in reversed(CASES):  # The first of each reason stays.
        host.answers.clear()
        page = opened(browser)
        visit(page, case.url(host))
        kept(page, case.reason)
        page.context.close()
    host.answers.clear()
    host.certificate(world.PLAIN, iat=world.NOW)
    for reason, text in PASTED.items():
        page = opened(browser)
        page.goto(f"{host.address}/q/")
        assert typed(page, text) == reason
        kept(page, reason)
        page.context.close()
    for reason, later in LATER.items():
        page = opened(browser)
        visit(page, host.url(world.PLAIN))
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        page.context.clock.set_fixed_time(world.NOW + later)
        page.goto("about:blank")
        page.goto(host.url(world.PLAIN))
        assert decided(page) == reason
        kept(page, reason)
        page.context.close()
    page = opened(browser)
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page.goto(host.url(world.PLAIN))
    page.wait_for_selector("#old")
    kept(page, "oldphone")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving() as host, launched() as browser:
        draw(browser, host)
