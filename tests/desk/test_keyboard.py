"""By keyboard alone: signing in, a form with an error, an approval; where one is can always be seen."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyotp
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from ledger.application.passwords import NewPassword
from ledger.cli.story import Story
from tests.desk.browsing import sign_in
from tests.desk.serving import serving

NAME, PASSWORD = "sekretaris-dpp", "kursi hujan wayang pelan"
FARTHEST = 120  # presses of Tab
# What has the focus, whether it is outlined, and whether any of it can be seen.
FOCUS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  const drawn = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const within = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { what: one.outerHTML.slice(0, 120), drawn, within, body: one === document.body };
}"""


@pytest.fixture
def page(chromium: Browser, app: Flask) -> Iterator[Page]:
    with serving(app) as address:
        context = chromium.new_context(base_url=address, locale="id-ID", reduced_motion="reduce")  # No scrolling on.
        yield context.new_page()
        context.close()


@pytest.fixture
def code(here: Story) -> str:
    """What the secretary's app shows now."""
    access, passwords, clock = here.ledger.access, here.ledger.passwords, here.clock
    assert clock.ms is not None
    app = pyotp.TOTP(passwords.secret())
    me = access.me(access.begin(here.officers["sekretaris"]))
    passwords.choose(me, NewPassword(NAME, PASSWORD, app.secret, app.at(clock.ms // 1000)))
    clock.ms += 30_000  # A code is taken once.
    return app.at(clock.ms // 1000)


def press(page: Page, key: str) -> None:
    """One press; afterwards it can be seen where one is, unless that is the page as a whole."""
    page.keyboard.press(key)
    focus = page.evaluate(FOCUS)
    assert focus["body"] or (focus["drawn"] and focus["within"]), focus


def go_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    expect(wanted).to_be_visible()
    for _ in range(FARTHEST):
        press(page, key)
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_an_approval_from_the_sign_in_on_by_keyboard_alone(here: Story, page: Page, code: str, tmp_path: Path) -> None:
    act = here.ledger.officers.dismiss(here.officers["petugas"], "ended")
    proposal = UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])
    pem = tmp_path / "key.pem"
    pem.write_bytes(here.keys["sekretaris"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    page.goto("/meja/")

    go_to(page, page.get_by_role("link", name="kata sandi dan kode"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/masuk/sandi"))
    go_to(page, page.locator("[name=name]"))
    page.keyboard.type(NAME)
    press(page, "Tab")
    page.keyboard.type("salah")
    press(page, "Tab")
    page.keyboard.type(code)
    go_to(page, page.locator("[name=password]"), "Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Beranda")

    go_to(page, page.get_by_role("link", name="Kotak masuk"))
    page.keyboard.press("Enter")
    go_to(page, page.locator(f"a[href$='{proposal}']"))
    page.keyboard.press("Enter")
    go_to(page, page.get_by_role("button", name="Kembalikan"))
    page.keyboard.press("Space")  # Without a word why: refused.
    expect(page.locator("#refusal")).to_be_focused()
    assert page.evaluate(FOCUS)["drawn"]
    go_to(page, page.locator("input[type=file]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(pem)
    go_to(page, page.get_by_role("button", name="Setujui dan tanda tangani"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()
    states = {one["officer"]: one["state"] for one in here.ledger.officers.listed()}
    assert states[str(here.officers["petugas"])] == "dismissed"


@pytest.mark.parametrize("path", ["/meja/", "/meja/kotak-masuk", "/meja/orang", "/meja/sertifikat", "/meja/akun"])
def test_the_skip_link_leads_to_the_content_and_nothing_holds_the_focus(here: Story, page: Page, path: str) -> None:
    page.goto("/meja/masuk")
    sign_in(page.context, page.url.removesuffix("/meja/masuk"), here.ledger, here.officers["ketua"])
    page.goto(path)
    skip = page.get_by_role("link", name="Langsung ke isi")

    press(page, "Tab")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Tab")
    inside = page.evaluate(
        "document.activeElement.closest('main, footer') !== null || document.activeElement === document.body"
    )
    go_to(page, skip)  # Round the page, and back to its beginning.

    assert inside
