"""Draws docs/screens/ while it follows the first ten minutes: `python -m tests.desk.pictures`."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from tests.chromium import launched
from tests.desk.following import REPOSITORY, TEXT, Follower, started, steps

FOLDER = REPOSITORY / "docs" / "screens"
COLOURS = 64
THEN = {  # What stands there once a line was done.
    "See **KASUS-DASAR**": "training",
    "See **2 ready · 1 bad**": "import",
    "See **What you are signing**": "approval",
    "Press **IPSPI-HKD-2026-000001-8**": "certificate",
    "See **REVOKED**": "revocation",
}
LATER = {  # Other pages, once a line was done.
    "Press **Record and download PDF**, and keep it as `certificate.pdf`": (
        ("people", "/meja/orang"),
        ("deliveries", "/meja/kirim"),
    ),
    "Press **Revoke a certificate (1)**": (
        ("home", "/meja/"),
        ("inbox", "/meja/kotak-masuk"),
        ("officers", "/meja/pengurus"),
        ("rules", "/meja/aturan"),
        ("keys", "/meja/kunci"),
    ),
}


SEARCHED = {"people": "muhammad maruf"}


def draw(follower: Follower) -> None:
    for step in steps(TEXT):
        follower.does(step)
        page = follower.window(step.who)
        if step.says in THEN and step.who != "phone":
            _kept(page, THEN[step.says])
        for name, path in LATER.get(step.says, ()):
            other = page.context.new_page()
            other.goto(follower.address + path)
            if name in SEARCHED:
                follower.type(other, SEARCHED[name], "Name or NIK")
                follower.press(other, "Search")
            _kept(other, name)
            other.close()


def _kept(page: Page, name: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    place = TemporaryDirectory(ignore_cleanup_errors=True)  # The service may still write as it ends.
    with launched() as browser, place as folder, started(browser, Path(folder)) as follower:
        draw(follower)
