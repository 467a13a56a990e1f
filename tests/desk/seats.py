"""Several officers at one served desk: a browser each, with a device of its own, and what was refused to be quiet."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.application.past import records
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.values import legal_day
from ledger.events import Record
from ledger.signing.approval import raw_public
from ledger.wiring import Ledger
from tests.conftest import audited
from tests.desk.serving import PHONE, at_its_address

SIGN, PROPOSE, CHECK = "Setujui dan tanda tangani", "Usulkan", "Periksa dahulu, belum diusulkan"
THIRD = {"roles": ["admin", "certify", "approve"], "office": "Bendahara DPP", "authority": "IPSPI", "ends": None}


class Seats:
    def __init__(self, chromium: Browser, here: Story, ledger: Ledger) -> None:
        self.here, self.ledger = here, ledger
        self._chromium, self._contexts = chromium, list[BrowserContext]()
        self.dialogs: list[str] = []

    def browser(self, *, scripts: bool = True) -> Page:
        """Of nobody yet."""
        address = self.ledger.config.desk
        context = self._chromium.new_context(base_url=address, locale="id-ID", java_script_enabled=scripts)
        self._contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        if scripts:
            protocol = context.new_cdp_session(page)
            protocol.send("WebAuthn.enable")
            protocol.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
        return page

    def of(self, who: str, *, scripts: bool = True) -> Page:
        page = self.browser(scripts=scripts)
        self.sign_in(page, who)
        return page

    def sign_in(self, page: Page, who: str) -> None:
        cookie = self.ledger.access.begin(self.here.officers[who])
        name, address = self.ledger.access.cookie_name, self.ledger.config.desk
        page.context.add_cookies([{"name": name, "value": cookie, "url": address}])

    def third(self) -> str:
        """A treasurer with a key, so that two others can decide about one of the three."""
        begins = legal_day(self.here.clock())
        act = self.here.ledger.officers.appoint(person=self.here.people["assessor-ipspi"], begins=begins, **THIRD)  # type: ignore[arg-type]
        self.here.approved("ketua", "sekretaris", [act])
        self.here.officers["bendahara"] = act.stream
        self.here.enrol_key("bendahara", "ketua", "sekretaris")
        return "bendahara"

    def enrol_device(self, page: Page, who: str) -> None:
        """By clicking; two others then let the new passkey approve."""
        page.goto("/meja/akun/passkey")
        page.get_by_label("Nama perangkat").fill("Laptop kantor")
        page.get_by_role("button", name="Tambah kunci sandi").click()
        expect(page.get_by_role("link", name="Sudah saya simpan")).to_be_visible()
        (passkey,) = self.ledger.access.passkeys(self.here.officers[who])
        act = self.here.ledger.officers.enrol_key(self.here.officers[who], raw_public(passkey.key))
        self.here.approved("ketua" if who != "ketua" else "sekretaris", "bendahara", [act])

    def choose_key(self, page: Page, who: str) -> None:
        """The key file of an officer who has one."""
        pem = self.here.keys[who].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = {"name": "kunci.pem", "mimeType": "application/x-pem-file", "buffer": pem}
        page.get_by_label("Berkas kunci Anda (.pem)").set_input_files(file)  # type: ignore[arg-type]

    def approve(self, page: Page, who: str, proposal: UUID) -> None:
        page.goto(f"/meja/usulan/{proposal}")
        self.choose_key(page, who)
        page.get_by_role("button", name=SIGN).click()
        expect(page.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()

    def decree(self, matter: str, on: date | None = None) -> str:
        """Recorded by the chair; its number, by which a page offers it."""
        number = f"{self.size()}/DPP IPSPI/SK/2026"
        self.here.decree("ketua", number, matter, on or legal_day(self.here.clock()), "decider-ipspi")
        return number

    def size(self) -> int:
        return self.ledger.histories.size()

    def events(self, stream: UUID) -> list[Record]:
        with reading(self.ledger.engine) as connection:
            return records(connection, stream.bytes)

    def kinds(self, stream: UUID) -> list[str]:
        return [record.event.TOPIC for record in self.events(stream)]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@contextmanager
def seated(here: Story, chromium: Browser) -> Iterator[Seats]:
    """Over HTTP, at the address that passkeys are bound to; afterwards the history is audited."""
    with at_its_address(here) as ledger:
        seats = Seats(chromium, here, ledger)
        yield seats
        seats.close()
        report = audited(ledger)
    assert report.sound, report.as_json()
    assert seats.dialogs == []


def proposal_at(page: Page) -> UUID:
    """The proposal that this page shows."""
    expect(page).to_have_url(re.compile("/meja/usulan/"), timeout=15_000)
    return UUID(page.url.partition("/usulan/")[2][:36])


def check(page: Page, number: str, word: str, decree: str, reason: str) -> None:
    """An act on a certificate, as far as the page that says what readers will then be told."""
    page.goto(f"/meja/sertifikat/{number}")
    page.get_by_role("link", name=word, exact=True).click()
    page.get_by_label("Nomor SK").select_option(label=decree)
    page.get_by_role("radio", name=reason).check()
    page.get_by_role("button", name=CHECK).click()
    expect(page.get_by_text("Sesudahnya pemeriksa membaca")).to_be_visible()


def propose(page: Page, number: str, word: str, decree: str, reason: str) -> UUID:
    check(page, number, word, decree, reason)
    page.get_by_role("button", name=PROPOSE, exact=True).click()
    return proposal_at(page)


def press_as(page: Page, act: str) -> None:
    """A press that no button of this page offers: the one that is there, sent as another act."""
    page.evaluate("act => { document.querySelector('button[name=act]').value = act }", act)
    page.locator("button[name=act]").first.click()
