"""Approving in a real browser: by a passkey, whose authenticator is virtual, and by a key file that is never sent."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Page, Request, expect

from ledger.cli.story import Story
from ledger.signing.approval import raw_public
from ledger.wiring import Ledger
from tests.conftest import audited
from tests.desk.serving import at_its_address, with_a_device


@pytest.fixture
def served(here: Story) -> Iterator[Ledger]:
    with at_its_address(here) as ledger:
        yield ledger
        report = audited(ledger)
    assert report.sound, report.as_json()


@pytest.fixture
def page(chromium: Browser, served: Ledger) -> Iterator[Page]:
    with with_a_device(chromium, served) as opened:
        yield opened


def sign_in(page: Page, served: Ledger, officer: UUID) -> None:
    cookie = served.access.begin(officer)
    page.context.add_cookies([{"name": served.access.cookie_name, "value": cookie, "url": served.config.desk}])


def dismissal(here: Story, proposer: str) -> UUID:
    act = here.ledger.officers.dismiss(here.officers["petugas"], "ended")
    return UUID(here.ledger.proposals.propose(here.actor(proposer), [act])["proposal"])


def approve(page: Page, proposal: UUID) -> None:
    page.goto(f"/meja/usulan/{proposal}")
    page.get_by_role("button", name="Setujui dan tanda tangani").click()
    expect(page.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()


def test_a_passkey_signs_what_the_page_shows(here: Story, served: Ledger, page: Page) -> None:
    sign_in(page, served, here.officers["sekretaris"])
    page.goto("/meja/akun/passkey")
    page.get_by_label("Nama perangkat").fill("Laptop kantor")
    page.get_by_role("button", name="Tambah kunci sandi").click()
    expect(page.get_by_role("link", name="Sudah saya simpan")).to_be_visible()
    (passkey,) = served.access.passkeys(here.officers["sekretaris"])
    enrolment = here.ledger.officers.enrol_key(here.officers["sekretaris"], raw_public(passkey.key))
    here.approved("sekretaris", "ketua", [enrolment])

    approve(page, dismissal(here, "ketua"))

    clerk = next(one for one in served.officers.listed() if one["officer"] == str(here.officers["petugas"]))
    assert clerk["state"] == "dismissed"


def test_a_key_file_signs_in_the_browser_and_is_sent_nowhere(
    here: Story, served: Ledger, page: Page, tmp_path: Path
) -> None:
    pem = here.keys["ketua"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "ketua.pem"
    file.write_bytes(pem)
    posted: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posted.append(request.post_data or "")

    page.on("request", note)
    sign_in(page, served, here.officers["ketua"])
    proposal = dismissal(here, "sekretaris")
    page.goto(f"/meja/usulan/{proposal}")

    page.get_by_label("Berkas kunci Anda (.pem)").set_input_files(file)
    page.get_by_role("button", name="Setujui dan tanda tangani").click()

    expect(page.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()
    assert posted
    assert all("PRIVATE" not in body and pem.splitlines()[1].decode() not in body for body in posted)


def test_another_file_leaves_the_page_with_what_to_do(here: Story, served: Ledger, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "ketua.pem"
    file.write_text("no key")
    sign_in(page, served, here.officers["ketua"])
    page.goto(f"/meja/usulan/{dismissal(here, 'sekretaris')}")

    page.get_by_label("Berkas kunci Anda (.pem)").set_input_files(file)
    page.get_by_role("button", name="Setujui dan tanda tangani").click()

    expect(page.get_by_role("alert")).to_contain_text("Belum ditandatangani")
