"""Two officers in two browsers: what one of them alone cannot do, and what each is told of it."""

from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Page, expect

from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.domain.proposals import Proposal
from tests.desk.seats import PROPOSE, SIGN, Seats, press_as, proposal_at, propose

PASSWORD = "kursi hujan wayang pelan"
MARKUP = '<img src=x onerror="window.ran=1;alert(1)"><b>tebal</b>'


@pytest.fixture
def number(here: Story) -> str:
    return here.numbers["graduates"][0]


def state(seats: Seats, number: str) -> str:
    return str(seats.ledger.certificates.show(number)["state"])


def approval(seats: Seats, proposal: UUID) -> Proposal.Approved:
    (found,) = [one.event for one in seats.events(proposal) if isinstance(one.event, Proposal.Approved)]
    return found


def dismissal(here: Story, proposer: str = "ketua") -> UUID:
    act = here.ledger.officers.dismiss(here.officers["petugas"], "ended")
    return UUID(here.ledger.proposals.propose(here.actor(proposer), [act])["proposal"])


def test_the_proposer_is_offered_no_approval_and_a_forged_press_names_the_rule_and_the_way_out(
    seats: Seats, number: str
) -> None:
    page = seats.of("ketua")
    proposal = propose(page, number, "Cabut", seats.decree("revocation"), "penipuan")
    size = seats.size()

    expect(page.get_by_role("button", name=SIGN)).to_have_count(0)
    expect(page.get_by_text("orang lain harus menyetujui (R25)")).to_be_visible()
    press_as(page, "approve")

    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Anda yang mengusulkan; orang lain harus menyetujui")
    expect(refusal.get_by_role("link", name="R25")).to_be_visible()
    expect(refusal).to_contain_text("Minta pengurus lain yang berperan menyetujui")
    assert (seats.size(), state(seats, number)) == (size, "active")
    assert seats.kinds(proposal) == ["proposal.made"]


def test_the_second_officer_signs_in_and_approves_by_passkey_and_the_event_holds_the_digest_shown(
    seats: Seats, number: str
) -> None:
    seats.third()
    second = seats.of("sekretaris")
    seats.enrol_device(second, "sekretaris")
    proposal = propose(seats.of("ketua"), number, "Cabut", seats.decree("revocation"), "penipuan")

    second.get_by_role("button", name="Keluar").click()
    second.get_by_role("button", name="Masuk dengan kunci sandi").click()
    second.wait_for_url("**/meja/")
    second.get_by_role("link", name="Kotak masuk").click()
    second.get_by_role("link", name="Cabut sertifikat (1)").click()
    digest = second.locator(".digest").inner_text()
    second.get_by_role("button", name=SIGN).click()
    expect(second.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()

    given = approval(seats, proposal)
    assert (given.shown.hex(), given.assertion_kind) == (digest, "webauthn")
    assert state(seats, number) == "revoked"
    expect(second.get_by_text(number)).to_be_visible()  # What was done can still be read.


def test_a_passkey_of_another_officer_signs_nothing(seats: Seats, number: str) -> None:
    seats.third()
    seats.enrol_device(seats.of("sekretaris"), "sekretaris")
    chairs = seats.of("ketua")
    seats.enrol_device(chairs, "ketua")
    proposal = propose(seats.of("bendahara"), number, "Cabut", seats.decree("revocation"), "penipuan")
    size, path = seats.size(), f"/meja/usulan/{proposal}"

    seats.sign_in(chairs, "sekretaris")  # The secretary, at the chair's device.
    chairs.goto(path)
    chairs.get_by_role("button", name=SIGN).click()
    expect(chairs.get_by_role("alert")).to_contain_text("Belum ditandatangani")

    (others,) = seats.ledger.access.passkeys(seats.here.officers["ketua"])
    chairs.goto(path)
    chairs.evaluate(
        "id => { document.querySelector('form[data-sign]').dataset.credential = id }",
        chairs.evaluate(
            "hex => btoa(hex.match(/../g).map(x => String.fromCharCode(parseInt(x, 16))).join(''))", others.id.hex()
        ),
    )
    chairs.get_by_role("button", name=SIGN).click()
    expect(chairs.get_by_role("alert")).to_contain_text("Pakai kunci yang terdaftar atas nama Anda")

    assert (seats.size(), state(seats, number)) == (size, "active")


def with_password(seats: Seats, page: Page, who: str) -> None:
    """From the invitation to a password and the codes of an app, and then in by both: all by clicking."""
    clock = seats.here.clock
    page.goto("/meja/masuk/kode")
    page.get_by_label("Kode undangan").fill(seats.ledger.codes.invite(seats.here.officers[who])["code"])
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("link", name="kata sandi").click()
    app = pyotp.TOTP(page.locator("main code").inner_text())

    def code() -> str:
        assert clock.ms is not None
        clock.ms += 60_000
        return app.generate_otp(clock.ms // 30_000)

    page.get_by_label("Nama masuk").fill("petugas-lsp")
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_label("Kode enam angka").fill(code())
    page.locator("main button").click()
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_role("link", name="kata sandi dan kode").click()
    page.get_by_label("Nama masuk").fill("petugas-lsp")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_label("Kode enam angka").fill(code())
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/meja/")


def test_an_enrolment_clerk_signs_in_by_password_and_code_and_cannot_approve(seats: Seats) -> None:
    here, clerk = seats.here, seats.browser()
    with_password(seats, clerk, "petugas")
    decree = here.decree("kepala", "80/LSP KEMENSOS RI/SK/2026", "revocation", here.today(), "decider")
    number = here.numbers["volunteers"][0]
    act = here.ledger.certificates.status_act("revoke", number, decree=decree, reason="fraud")
    proposal = UUID(here.ledger.proposals.propose(here.actor("kepala"), [act])["proposal"])
    size = seats.size()

    clerk.get_by_role("link", name="Kotak masuk").click()
    expect(clerk.get_by_text("Tidak ada yang menunggu")).to_be_visible()
    clerk.goto(f"/meja/usulan/{proposal}")
    expect(clerk.get_by_role("button", name=SIGN)).to_have_count(0)
    expect(clerk.get_by_role("button", name="Kembalikan")).to_have_count(0)
    press_as(clerk, "approve")

    expect(clerk.get_by_role("alert")).to_contain_text("Aturan R")
    assert (seats.size(), state(seats, number)) == (size, "active")


def test_an_officer_dismissed_by_two_others_saves_nothing_and_is_given_back_what_was_typed(seats: Seats) -> None:
    proposal, who = dismissal(seats.here), seats.third()
    typing = seats.of(who)
    typing.goto(f"/meja/usulan/{proposal}")
    typing.get_by_label("Komentar atau alasan").fill("Lampirkan putusan dewan etik.")

    chair = seats.of("ketua")
    chair.goto(f"/meja/pengurus/{seats.here.officers[who]}")
    chair.get_by_role("link", name="Berhentikan").click()
    chair.get_by_label("Alasan").select_option(label="Mandat dicabut")
    chair.get_by_role("button", name=PROPOSE).click()
    seats.approve(seats.of("sekretaris"), "sekretaris", proposal_at(chair))
    size = seats.size()
    typing.get_by_role("button", name="Kembalikan").click()

    expect(typing.get_by_role("heading", level=1)).to_have_text("Anda sudah keluar")
    expect(typing.get_by_text("Tidak ada yang disimpan")).to_be_visible()
    expect(typing.get_by_text("Komentar atau alasan")).to_be_visible()
    expect(typing.get_by_text("Lampirkan putusan dewan etik.")).to_be_visible()
    assert seats.size() == size
    typing.goto("/meja/")
    expect(typing.get_by_role("heading", level=1)).to_have_text("Masuk")


def test_a_comment_and_a_name_with_markup_are_text_in_the_others_browser(seats: Seats) -> None:
    here = seats.here
    person = UUID(here.ledger.registrants.register(here.actor("ketua"), invented(MARKUP, 9901))["registrant"])
    act = here.ledger.registrants.erase(person, "PDP-43")
    proposal = UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])
    first, second = seats.of("ketua"), seats.of("sekretaris")

    first.goto(f"/meja/usulan/{proposal}")
    first.get_by_label("Komentar atau alasan").fill(MARKUP)
    first.get_by_role("button", name="Beri komentar").click()
    expect(first.get_by_text("Usulan dikomentari")).to_be_visible()
    second.goto(f"/meja/usulan/{proposal}")

    expect(second.get_by_text(MARKUP)).to_have_count(2)  # The name, and the comment.
    assert second.evaluate("window.ran") is None
    assert second.locator("main img, main b").count() == 0
    second.goto(f"/meja/orang/{person}")
    expect(second.get_by_text(MARKUP).first).to_be_visible()
    assert second.evaluate("window.ran") is None
