"""The inbox: what waits, in plain words; approving by a key file's signature; what may be said instead."""

import base64
from typing import Any
from uuid import UUID

import pytest

from ledger.cli.story import Story
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.forms import hidden


@pytest.fixture
def proposal(here: Story) -> UUID:
    """The chairwoman proposes to suspend a graduate's certificate for good."""
    decree = here.decree("ketua", "9/DPP IPSPI/SK/2026", "suspension", GREEN_DAY, "decider-ipspi")
    number = here.numbers["graduates"][0]
    act = here.ledger.certificates.status_act("suspend", number, decree=decree, reason="ethics")
    return UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])


def signed(here: Story, proposal: UUID, who: str) -> str:
    shown = here.ledger.proposals.show(proposal, reader=who)
    return base64.b64encode(here.keys[who].sign(bytes.fromhex(shown["signing"]))).decode()


def press(client: Any, proposal: UUID, act: str, **typed: str) -> Any:
    path = f"/meja/usulan/{proposal}"
    entries = hidden(client.get(path).text)
    return client.post(path, data=entries | {"act": act} | typed)


def test_what_is_signed_is_told_in_plain_words(here: Story, desk: Desk, proposal: UUID) -> None:
    page = desk("sekretaris").get(f"/meja/usulan/{proposal}").text

    shown = here.ledger.proposals.show(proposal, reader="test")
    assert here.numbers["graduates"][0] in page
    assert "9/DPP IPSPI/SK/2026, 22 Oktober 2026" in page
    assert "Ahmad Fauzi" in page
    assert shown["shown"] in page
    assert f'data-signing="{shown["signing"]}"' in page
    assert 'data-sign="file"' in page


def test_of_whom_it_concerns_no_more_is_told_than_tells_people_of_one_name_apart(
    here: Story, desk: Desk, proposal: UUID
) -> None:
    page = desk("sekretaris").get(f"/meja/usulan/{proposal}").text

    assert "Ahmad Fauzi, 1995, NIK …9020" in page
    assert "1995-03-04" not in page
    assert "3275010403959020" not in page


def test_it_waits_for_others_and_stands_among_the_own_of_its_proposer(desk: Desk, proposal: UUID) -> None:
    waiting, own = (desk(who).get("/meja/kotak-masuk").text for who in ("sekretaris", "ketua"))

    link = f"/meja/usulan/{proposal}"
    assert link in waiting.partition('id="own"')[0]
    assert link not in own.partition('id="own"')[0]
    assert link in own.partition('id="own"')[2]


def test_a_signature_of_the_own_key_approves_and_the_acts_are_done(here: Story, desk: Desk, proposal: UUID) -> None:
    assertion = signed(here, proposal, "sekretaris")

    answer = press(desk("sekretaris"), proposal, "approve", assertion=assertion, assertion_kind="ed25519")

    assert answer.status_code == 302
    assert here.ledger.certificates.show(here.numbers["graduates"][0])["state"] == "suspended"
    page = desk("sekretaris").get(f"/meja/usulan/{proposal}").text
    assert "Disetujui dan dilaksanakan" in page
    assert "data-sign=" not in page


def test_the_proposer_is_told_that_somebody_else_must_approve(here: Story, desk: Desk, proposal: UUID) -> None:
    client = desk("ketua")
    page = client.get(f"/meja/usulan/{proposal}").text
    assert "Anda yang mengusulkan; orang lain harus menyetujui (R25)" in page
    assert "data-sign=" not in page

    answer = press(client, proposal, "approve", assertion=signed(here, proposal, "ketua"), assertion_kind="ed25519")

    assert answer.status_code == 422
    assert 'href="/meja/aturan#R25"' in answer.text
    assert here.ledger.certificates.show(here.numbers["graduates"][0])["state"] == "active"


def test_nothing_waits_for_who_may_not_approve(here: Story, desk: Desk) -> None:
    decree = here.decree("kepala", "80/LSP KEMENSOS RI/SK/2026", "revocation", GREEN_DAY, "decider")
    act = here.ledger.certificates.status_act("revoke", here.numbers["volunteers"][0], decree=decree, reason="fraud")
    here.ledger.proposals.propose(here.actor("kepala"), [act])

    clerk, deputy = (desk(who).get("/meja/kotak-masuk").text for who in ("petugas", "wakil"))

    assert "Tidak ada yang menunggu" in clerk
    assert "Tidak ada yang menunggu" not in deputy


@pytest.mark.parametrize("assertion", ["", "AAAA", "!", "A" * 4000])
def test_what_is_no_signature_is_refused_and_the_proposal_waits_on(
    here: Story, desk: Desk, proposal: UUID, assertion: str
) -> None:
    answer = press(desk("sekretaris"), proposal, "approve", assertion=assertion, assertion_kind="ed25519")

    assert answer.status_code == 422
    assert here.ledger.proposals.show(proposal, reader="test")["state"] == "open"


def test_a_comment_is_kept_sealed_and_shown_to_both(here: Story, desk: Desk, proposal: UUID) -> None:
    press(desk("sekretaris"), proposal, "comment", comment="Mengapa <b>tanpa</b> batas waktu?")

    page = desk("ketua").get(f"/meja/usulan/{proposal}").text
    assert "Mengapa &lt;b&gt;tanpa&lt;/b&gt; batas waktu?" in page
    assert "Sekretaris DPP" in page


@pytest.mark.parametrize(("act", "state"), [("return", "returned"), ("refuse", "refused")])
def test_who_may_approve_may_send_back_or_refuse_with_reasons(
    here: Story, desk: Desk, proposal: UUID, act: str, state: str
) -> None:
    assert press(desk("sekretaris"), proposal, act, comment=" ").status_code == 422

    assert press(desk("sekretaris"), proposal, act, comment="Lampirkan putusan dewan etik.").status_code == 302

    assert here.ledger.proposals.show(proposal, reader="test")["state"] == state
    assert "Lampirkan putusan dewan etik." in desk("ketua").get(f"/meja/usulan/{proposal}").text


def test_only_its_proposer_withdraws_it(here: Story, desk: Desk, proposal: UUID) -> None:
    refused = press(desk("sekretaris"), proposal, "withdraw")
    done = press(desk("ketua"), proposal, "withdraw")

    assert (refused.status_code, done.status_code) == (422, 302)
    assert here.ledger.proposals.show(proposal, reader="test")["state"] == "withdrawn"


def test_an_answer_to_what_has_changed_since_is_stale_and_what_was_typed_stays(
    here: Story, desk: Desk, proposal: UUID
) -> None:
    client, path = desk("sekretaris"), f"/meja/usulan/{proposal}"
    entries = hidden(client.get(path).text)
    here.ledger.discussions.comment(here.actor("ketua"), proposal, "SK menyusul.")

    answer = client.post(path, data=entries | {"act": "refuse", "comment": "Tanpa SK tidak bisa."})

    assert answer.status_code == 409
    assert "Tanpa SK tidak bisa." in answer.text
    assert here.ledger.proposals.show(proposal, reader="test")["state"] == "open"


def test_an_officer_of_another_board_finds_nothing(here: Story, desk: Desk, proposal: UUID) -> None:
    act = here.ledger.officers.appoint(
        person=here.people["assessor"],
        authority="IPSPI",
        roles=["certify", "approve"],
        office="Ketua DPD",
        begins=GREEN_DAY,
        ends=None,
        region="32",
    )
    here.approved("ketua", "sekretaris", [act])
    board = desk(act.stream)

    assert board.get(f"/meja/usulan/{proposal}").status_code == 404
    assert str(proposal) not in board.get("/meja/kotak-masuk").text
