"""The same thing sent twice, from two tabs, after going back, on what has changed, or by two officers at one moment."""

from datetime import date, timedelta
from functools import reduce
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from ledger.cli.story import Story
from tests.application.test_certificates import LATER, renewing
from tests.desk.seats import CHECK, PROPOSE, SIGN, Seats, check, proposal_at, propose

DONE = ("Dibekukan oleh satu orang", "Disetujui dan dilaksanakan", "Dikembalikan kepada pengusul")
NOW = "Bekukan atau pulihkan sekarang"


def posted(request: Request) -> bool:
    return request.method == "POST"


@pytest.fixture
def number(here: Story) -> str:
    return here.numbers["graduates"][0]


def state(seats: Seats, number: str) -> str:
    return str(seats.ledger.certificates.show(number)["state"])


def suspension(seats: Seats, number: str, proposer: str) -> UUID:
    decree = seats.here.decree("ketua", f"{seats.size()}/DPP/2026", "suspension", seats.here.today(), "decider-ipspi")
    act = seats.here.ledger.certificates.status_act("suspend", number, decree=decree, reason="ethics")
    return UUID(seats.here.ledger.proposals.propose(seats.here.actor(proposer), [act])["proposal"])


def emergency(page: Page, number: str, decree: str, until: date) -> None:
    page.goto(f"/meja/sertifikat/{number}/bekukan-darurat")
    page.get_by_label("Nomor SK").select_option(label=decree)
    page.get_by_role("radio", name="kehati-hatian").check()
    page.get_by_label("Hari terakhir pembekuan").fill(until.isoformat())
    page.get_by_role("button", name=CHECK).click()
    expect(page.get_by_role("button", name=NOW)).to_be_visible()


def once_more(page: Page, sent: Request) -> str:
    """The very same, as a browser repeats it after a dropped line; where the answer leads."""
    again = page.context.request.post(
        sent.url, data=sent.post_data or "", headers={"Content-Type": sent.headers["content-type"]}, max_redirects=0
    )
    return again.headers.get("location", "")


@pytest.mark.parametrize("scripts", [True, False])
def test_two_clicks_at_once_are_one_act(seats: Seats, number: str, scripts: bool) -> None:
    page, decree = seats.of("ketua", scripts=scripts), seats.decree("suspension")
    emergency(page, number, decree, seats.here.today() + timedelta(days=2))
    size = seats.size()

    with page.expect_request(posted) as sent:
        page.get_by_role("button", name=NOW).dblclick()
    expect(page.get_by_text("Dibekukan oleh satu orang")).to_be_visible(timeout=15_000)

    assert number in once_more(page, sent.value)
    assert seats.size() == size + 1


@pytest.mark.parametrize("scripts", [True, False])
def test_two_clicks_at_once_are_one_proposal(seats: Seats, number: str, scripts: bool) -> None:
    page, decree = seats.of("ketua", scripts=scripts), seats.decree("revocation")
    check(page, number, "Cabut", decree, "penipuan")
    size = seats.size()

    with page.expect_request(posted) as sent:
        page.get_by_role("button", name=PROPOSE, exact=True).dblclick()

    assert str(proposal_at(page)) in once_more(page, sent.value)
    assert seats.size() == size + 1


def test_two_tabs_with_the_same_act_are_one_event_and_the_second_is_told_what_changed(
    seats: Seats, number: str
) -> None:
    first, decree = seats.of("ketua"), seats.decree("suspension")
    second = first.context.new_page()
    for tab in (first, second):
        emergency(tab, number, decree, seats.here.today() + timedelta(days=2))
    size = seats.size()

    for tab in (first, second):
        tab.get_by_role("button", name=NOW).click(no_wait_after=True)
    refused = told(first, second)

    expect(refused.get_by_role("alert").first).to_contain_text(
        "Data berubah sejak Anda membukanya: Sertifikat dibekukan"
    )
    assert seats.size() == size + 1


def told(*pages: Page) -> Page:
    """The one of these pages that says no, once all of them have been answered."""
    for page in pages:
        done = (page.get_by_text(words) for words in DONE)
        reduce(Locator.or_, done, page.get_by_role("alert")).first.wait_for()
    (refused,) = [page for page in pages if page.get_by_role("alert").count()]
    return refused


def test_two_tabs_with_the_same_proposal_are_one_and_the_second_is_led_to_it(seats: Seats, number: str) -> None:
    first, decree = seats.of("ketua"), seats.decree("revocation")
    second = first.context.new_page()
    for tab in (first, second):
        check(tab, number, "Cabut", decree, "penipuan")
    first.get_by_role("button", name=PROPOSE, exact=True).click()
    proposal, size = proposal_at(first), seats.size()

    second.get_by_role("button", name=PROPOSE, exact=True).click()

    expect(second.get_by_role("alert")).to_contain_text("Hal yang sama sudah Anda usulkan")
    second.get_by_role("link", name="Buka usulan yang menunggu").click()
    assert proposal_at(second) == proposal
    assert seats.size() == size


def test_going_back_after_a_success_and_sending_again_is_told_kindly_and_done_once(seats: Seats) -> None:
    who, chair = seats.third(), seats.of("ketua")
    chair.goto(f"/meja/pengurus/{seats.here.officers[who]}")
    chair.get_by_role("link", name="Berhentikan").click()
    chair.get_by_role("button", name=PROPOSE).click()
    proposal, size = proposal_at(chair), seats.size()

    chair.go_back()
    chair.get_by_role("button", name=PROPOSE).click()

    assert proposal_at(chair) == proposal  # The browser still has the form of the first time.
    chair.goto(f"/meja/pengurus/{seats.here.officers[who]}/berhentikan")
    chair.get_by_role("button", name=PROPOSE).click()
    expect(chair.get_by_role("alert")).to_contain_text("Hal yang sama sudah Anda usulkan")
    chair.get_by_role("link", name="Buka usulan yang menunggu").click()
    assert proposal_at(chair) == proposal
    assert seats.size() == size


def test_going_back_after_an_approval_offers_it_no_more(seats: Seats, number: str) -> None:
    proposal = suspension(seats, number, "ketua")
    second = seats.of("sekretaris")
    second.goto("/meja/kotak-masuk")
    seats.approve(second, "sekretaris", proposal)
    size = seats.size()

    second.go_back()
    second.goto(f"/meja/usulan/{proposal}")

    expect(second.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()
    expect(second.get_by_role("button", name=SIGN)).to_have_count(0)
    assert seats.size() == size


def test_a_form_on_what_has_changed_is_told_what_keeps_its_entries_and_is_sent_again_on_purpose(
    seats: Seats, number: str
) -> None:
    first, decree = seats.of("ketua"), seats.decree("suspension")
    check(first, number, "Bekukan", decree, "pelanggaran kode etik")
    lost = seats.here.decree("ketua", f"{seats.size()}/DPP/2026", "replacement", seats.here.today(), "decider-ipspi")
    paper = seats.here.ledger.certificates.reissue(number, decree=lost, reason="lost")
    seats.here.approved("ketua", "sekretaris", [paper])
    size = seats.size()

    with first.expect_response(lambda answer: posted(answer.request)) as answered:
        first.get_by_role("button", name=PROPOSE, exact=True).click()

    assert answered.value.status == 409
    expect(first.get_by_role("alert")).to_contain_text("Data berubah sejak Anda membukanya: Kertas")
    expect(first.get_by_label("Nomor SK").locator("option:checked")).to_have_text(decree)
    expect(first.get_by_role("radio", name="pelanggaran kode etik")).to_be_checked()
    assert seats.size() == size
    first.get_by_role("button", name=CHECK).click()
    expect(first.get_by_text("Sesudahnya pemeriksa membaca")).to_be_visible()
    first.get_by_role("button", name=PROPOSE, exact=True).click()
    assert seats.kinds(proposal_at(first)) == ["proposal.made"]


def test_of_two_who_approve_at_one_moment_one_does(seats: Seats, number: str) -> None:
    proposal = suspension(seats, number, seats.third())
    pages = {who: seats.of(who) for who in ("ketua", "sekretaris")}
    for who, page in pages.items():
        page.goto(f"/meja/usulan/{proposal}")
        seats.choose_key(page, who)

    for page in pages.values():
        page.get_by_role("button", name=SIGN).click(no_wait_after=True)
    refused = told(*pages.values())

    expect(refused.get_by_role("alert")).to_contain_text("Data berubah sejak Anda membukanya: Usulan disetujui")
    refused.reload()
    expect(refused.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()
    assert seats.kinds(proposal) == ["proposal.made", "approval.given"]
    assert state(seats, number) == "suspended"


def test_of_one_who_approves_and_one_who_sends_back_one_counts(seats: Seats, number: str) -> None:
    proposal, chair, second = suspension(seats, number, seats.third()), seats.of("ketua"), seats.of("sekretaris")
    for page in (chair, second):
        page.goto(f"/meja/usulan/{proposal}")
    seats.choose_key(chair, "ketua")
    second.get_by_label("Komentar atau alasan").fill("Lampirkan putusan dewan etik.")

    chair.get_by_role("button", name=SIGN).click(no_wait_after=True)
    second.get_by_role("button", name="Kembalikan").click(no_wait_after=True)
    refused = told(chair, second)

    expect(refused.get_by_role("alert")).to_contain_text("Data berubah sejak Anda membukanya")
    made, answer = seats.kinds(proposal)
    done = {"approval.given": "suspended", "proposal.returned": "active"}
    assert (made, state(seats, number)) == ("proposal.made", done[answer])
    if refused is second:
        expect(second.get_by_label("Komentar atau alasan")).to_have_value("Lampirkan putusan dewan etik.")


def test_of_a_suspension_and_a_renewal_at_one_moment_one_is_done_and_the_other_says_why(
    seats: Seats, number: str
) -> None:
    here, who = seats.here, seats.third()
    here.clock.at(LATER)
    here.ledger.keys.refresh()
    renewal = here.ledger.certificates.competence(renewing(here))
    renewed = UUID(here.ledger.proposals.propose(here.actor("ketua"), renewal)["proposal"])
    proposals = {who: suspension(seats, number, "ketua"), "sekretaris": renewed}
    pages = {who: seats.of(who) for who in proposals}
    for who, page in pages.items():
        page.goto(f"/meja/usulan/{proposals[who]}")
        seats.choose_key(page, who)

    for page in pages.values():
        page.get_by_role("button", name=SIGN).click(no_wait_after=True)
    refused = told(*pages.values())

    expect(refused.get_by_role("alert")).to_contain_text("Keadaan sekarang tidak mengizinkan tindakan ini: di")
    expect(refused.get_by_role("alert")).to_contain_text("Jalan keluar")
    done = {who for who, id in proposals.items() if seats.kinds(id) == ["proposal.made", "approval.given"]}
    assert done == {who for who, page in pages.items() if page is not refused}
    assert state(seats, number) == ("superseded" if done == {"sekretaris"} else "suspended")


def test_what_was_sent_back_is_corrected_with_its_entries_and_proposed_again(seats: Seats, number: str) -> None:
    chair, second, decree = seats.of("ketua"), seats.of("sekretaris"), seats.decree("suspension")
    proposal = propose(chair, number, "Bekukan", decree, "pelanggaran kode etik")
    second.goto(f"/meja/usulan/{proposal}")
    second.get_by_label("Komentar atau alasan").fill("Sampai kapan?")
    second.get_by_role("button", name="Kembalikan").click()
    expect(second.get_by_text("Dikembalikan kepada pengusul")).to_be_visible()

    chair.get_by_role("link", name="Kotak masuk").click()
    chair.get_by_role("link", name="Bekukan sertifikat (1)").click()
    expect(chair.get_by_text("Sampai kapan?")).to_be_visible()
    chair.get_by_role("link", name="Perbaiki dan usulkan lagi").click()
    expect(chair.get_by_label("Nomor SK").locator("option:checked")).to_have_text(decree)
    expect(chair.get_by_role("radio", name="pelanggaran kode etik")).to_be_checked()
    chair.get_by_label("Hari terakhir pembekuan").fill("2027-01-31")
    chair.get_by_role("button", name=CHECK).click()
    expect(chair.get_by_text("Sesudahnya pemeriksa membaca")).to_be_visible()
    chair.get_by_role("button", name=PROPOSE, exact=True).click()

    assert proposal_at(chair) != proposal
    expect(chair.get_by_text("31 Januari 2027")).to_be_visible()
    chair.goto(f"/meja/usulan/{proposal}")
    expect(chair.get_by_role("link", name="Perbaiki dan usulkan lagi")).to_have_count(0)
