"""Draws what only the form answers into docs/images/verdicts/: `python -m tests.web.pictures`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from playwright.sync_api import Page
from werkzeug.serving import make_server

from ledger.app import create_app
from ledger.application.evidence import Given
from ledger.cli.story import Story
from tests.application.test_cases import LETTER, NAME, NUMBER, PAPER
from tests.browser.conftest import PHONE
from tests.browser.pictures import kept
from tests.chromium import launched
from tests.conftest import GREEN_DAY
from tests.papers.pictures import told


@contextmanager
def served(story: Story) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(story.ledger), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def annulled(story: Story, number: str) -> None:
    decree = story.decree("ketua", "91/DPP IPSPI/SK/2026", "annulment", GREEN_DAY, "decider-ipspi")
    act = story.ledger.certificates.status_act("annul", number, decree=decree, reason="fraud")
    story.approved("ketua", "sekretaris", [act], effective=GREEN_DAY)


def asked(page: Page, place: str, number: str, name: str) -> None:
    page.goto(f"{place}/periksa")
    page.fill("#number", number)
    page.fill("#name", name)
    page.click("#asked button[type=submit]")
    page.wait_for_selector(".verdict")


def main() -> None:
    with TemporaryDirectory() as folder, launched() as browser:
        story = told(Path(folder))
        number = story.numbers["graduates"][0]
        annulled(story, number)
        answer = story.ledger.cases.open("ask", Given(number=NUMBER, name=NAME, text=""))
        external = story.ledger.cases.answer(story.actor("ketua"), answer.number, LETTER, PAPER)
        story.approve("sekretaris", UUID(external["proposal"]))
        typed = {
            "annulled": (number, "Ahmad Fauzi"),
            "nomatch": (number, "Orang Lain"),
            "typo": (number[:-1] + ("1" if number[-1] == "0" else "0"), "Ahmad Fauzi"),
            "external": (NUMBER, NAME),
        }
        with served(story) as place:
            page = browser.new_context(viewport=PHONE, locale="id-ID", device_scale_factor=1.5).new_page()
            for reason, (said, name) in typed.items():
                asked(page, place, said, name)
                kept(page, reason)
        story.ledger.close()


if __name__ == "__main__":
    main()
