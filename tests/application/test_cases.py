"""Reports and questions: sealed, answered in time, confirmed for the next asker, destroyed when their days are over."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, inspect, select, text

from ledger.application.attestations import TAG, Paper, tagged
from ledger.application.cases import Finding, Status
from ledger.application.evidence import LONGEST, Given
from ledger.cli.story import Story, StoryClock
from ledger.credentials import digits
from ledger.credentials.verdict import Reason, Verdict
from ledger.database import reading, writing
from ledger.domain.people import FullName
from ledger.domain.rulebook import parameter
from ledger.errors import (
    AuthenticationError,
    BudgetError,
    ConflictError,
    ForbiddenError,
    InputError,
    LedgerError,
    NotFoundError,
)
from ledger.projections.attestations import TABLE as ATTESTATIONS
from ledger.transparency import proof
from ledger.vault import reads
from ledger.vault.keys import DEKS
from ledger.vault.sealed import FIELDS
from ledger.wiring import Ledger
from tests.audit.insider import alone
from tests.rules.breaches.registry import NOW

World = Any  # tests/rules/conftest.py
TODAY = date(2026, 10, 22)
NUMBER, NAME = "045/DINSOS/2018", "Siti Zulkarnaintest, S.Sos."
LETTER = Finding("confirmed", "letter", date(2026, 10, 20))
PAPER = Paper(NUMBER, FullName(NAME), "Dinas Sosial Kota Bekasi", "HADIR/PSM-DASAR")


def asked(story: Story) -> Status:
    return story.ledger.cases.open("ask", Given(number=NUMBER, name=NAME, text="Ditunjukkan di kantor kami."))


def confirmed(story: Story, number: str, paper: Paper = PAPER, found: Finding = LETTER) -> UUID:
    """Answered by one, approved by the other; the attestation's id."""
    answer = story.ledger.cases.answer(story.actor("ketua"), number, found, paper)
    story.approve("sekretaris", UUID(answer["proposal"]))
    return UUID(answer["attestation"])


def looked_up(ledger: Ledger, number: str = "045 dinsos 2018", name: str = "siti zulkarnaintest") -> Verdict:
    return ledger.verifications.by_number(number, name, reader="test")


def held(ledger: Ledger, subject: UUID) -> tuple[int, int]:
    """Sealed fields, and keys, of this subject."""
    with reading(ledger.engine) as connection:
        fields = connection.execute(select(FIELDS.c.field).where(FIELDS.c.subject == subject.bytes)).all()
    with ledger.context.vault._keys._engine.connect() as connection:
        keys = connection.execute(select(DEKS.c.subject).where(DEKS.c.subject == subject.bytes)).all()
    return len(fields), len(keys)


def id_of(ledger: Ledger, number: str) -> UUID:
    with reading(ledger.engine) as connection:
        found = connection.execute(text("SELECT id FROM cases WHERE number = :number"), {"number": number})
        return UUID(bytes=bytes(found.scalar_one()))


# A case -------------------------------------------------------------------------------------------------------------


def test_a_report_keeps_what_was_sent_and_what_the_service_found(told: Story) -> None:
    ledger, ketua = told.ledger, told.actor("ketua")
    number = told.numbers["graduates"][0]
    code = ledger.certificates.code(number, reader="test")
    ledger.log.keep()

    made = ledger.cases.open("report", Given(code=code, reason="revoked", text="Fotokopi."))
    shown = ledger.cases.show(ketua, made.number)

    assert (made.kind, made.due, made.left, made.answer) == ("report", date(2026, 10, 29), 5, None)
    assert shown["reason"] == "valid"
    content = shown["content"]
    assert content["said"] == {"code": code, "reason": "revoked", "text": "Fotokopi."}
    assert content["found"]["reason"] == "valid"
    assert {check["outcome"] for check in content["found"]["checks"]} == {"yes"}
    assert content["lists"]["size"] == content["lists"]["checkpoint"] == ledger.histories.size()


def test_the_evidence_of_a_report_holds_the_codes_bytes_and_a_receipt_that_reads(told: Story) -> None:
    ledger = told.ledger
    code = ledger.certificates.code(told.numbers["graduates"][0], reader="test")
    ledger.log.keep()
    made = ledger.cases.open("report", Given(code=code))

    with zipfile.ZipFile(io.BytesIO(ledger.cases.export(told.actor("ketua"), made.number))) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}

    assert set(files) == {"case.json", "token.cbor", "receipt.tlog-proof"}
    assert json.loads(files["case.json"])["kind"] == "report"
    assert files["token.cbor"] == digits.scanned(code, ledger.config.public_url)
    assert proof.parse(files["receipt.tlog-proof"]).encode() == files["receipt.tlog-proof"]


def test_a_report_about_what_is_no_code_is_kept_all_the_same(told: Story) -> None:
    made = told.ledger.cases.open("report", Given(code="https://tiruan.example/q/#123"))

    shown = told.ledger.cases.show(told.actor("ketua"), made.number)

    assert shown["reason"] == "notours"
    assert told.ledger.cases.export(told.actor("ketua"), made.number)


def test_a_case_writes_no_event_and_its_row_names_nobody(told: Story) -> None:
    size = told.ledger.histories.size()

    asked(told)

    assert told.ledger.histories.size() == size
    with reading(told.ledger.engine) as connection:
        tables = inspect(connection).get_table_names()
        stored = "".join(
            str(tuple(row)) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    assert "zulkarnaintest" not in stored.lower()
    assert "dinsos/2018" not in stored.lower()


@pytest.mark.parametrize("given", [Given(), Given(name=NAME), Given(text="x", contact="y")])
def test_a_case_about_nothing_is_refused(world: World, given: Given) -> None:
    with pytest.raises(InputError) as refused:
        world.ledger.cases.open("report", given)

    assert refused.value.code == "case-empty"
    assert world.ledger.cases.listed(world.actor("ketua")) == []


@pytest.mark.parametrize("field", LONGEST)
def test_what_is_too_long_is_refused_and_what_just_fits_is_kept(world: World, field: str) -> None:
    longest = {"code": "1", field: "1" * LONGEST[field]}

    world.ledger.cases.open("report", Given(**longest))
    with pytest.raises(InputError) as refused:
        world.ledger.cases.open("report", Given(**longest | {field: longest[field] + "1"}))

    assert refused.value.code == "input-too-large"
    assert len(world.ledger.cases.listed(world.actor("ketua"))) == 1


def test_the_longest_case_in_any_letters_fits_into_the_vault(world: World) -> None:
    longest = {field: "\U0001f9d1" * most for field, most in LONGEST.items()}

    made = world.ledger.cases.open("report", Given(**longest))

    assert world.ledger.cases.show(world.actor("ketua"), made.number)["content"]["said"]["text"] == longest["text"]


def test_one_address_may_send_so_many_within_an_hour_and_others_go_on(world: World) -> None:
    cases, most = world.ledger.cases, int(world.ledger.config.budget_cases)
    for _ in range(most):
        cases.open("report", Given(code="1"), address="192.0.2.1")

    with pytest.raises(BudgetError):
        cases.open("report", Given(code="1"), address="192.0.2.1")

    cases.open("report", Given(code="1"), address="192.0.2.2")
    assert len(cases.listed(world.actor("ketua"))) == most + 1


def test_who_has_many_addresses_may_send_so_many_within_an_hour_too(world: World) -> None:
    cases, most = world.ledger.cases, int(world.ledger.config.budget_board)
    for n in range(most):
        cases.open("report", Given(code="1"), address=f"2001:db8:0:{n:x}::1")

    with pytest.raises(BudgetError):
        cases.open("report", Given(code="1"), address="192.0.2.2")

    assert len(cases.listed(world.actor("ketua"))) == most


# The board ----------------------------------------------------------------------------------------------------------


def test_every_look_at_what_was_written_is_noted_with_its_officer(world: World) -> None:
    made = world.ledger.cases.open("report", Given(code="1"))

    world.ledger.cases.show(world.actor("ketua"), made.number)

    with reading(world.ledger.engine) as connection:
        (read,) = reads.of(connection, id_of(world.ledger, made.number))
    assert (read.reader, read.purpose, read.field) == (str(world.officers["ketua"]), "handle a case", "case.json")


def test_a_session_that_was_ended_reads_and_answers_no_case(world: World) -> None:
    ledger, made = world.ledger, world.ledger.cases.open("report", Given(code="1"))
    me = ledger.access.me(ledger.access.begin(world.officers["ketua"]))
    actor = replace(world.actor("ketua"), session=me.session)
    assert ledger.cases.show(actor, made.number)
    ledger.access.end(me, me.session)

    for attempt in (
        lambda: ledger.cases.show(actor, made.number),
        lambda: ledger.cases.answer(actor, made.number, Finding("cannot-say")),
    ):
        with pytest.raises(AuthenticationError) as refused:
            attempt()
        assert refused.value.code == "session-ended"

    assert ledger.cases.listed(world.actor("ketua"))[0]["answer"] is None


@pytest.mark.parametrize("who", ["petugas", "kepala"])
def test_only_officers_of_the_founding_authority_who_decide_read_cases(world: World, who: str) -> None:
    cases, made = world.ledger.cases, world.ledger.cases.open("report", Given(code="1"))
    actor = world.actor(who)
    attempts: list[Callable[[], Any]] = [
        lambda: cases.listed(actor),
        lambda: cases.show(actor, made.number),
        lambda: cases.export(actor, made.number),
        lambda: cases.answer(actor, made.number, Finding("cannot-say")),
    ]

    for attempt in attempts:
        with pytest.raises(ForbiddenError) as refused:
            attempt()
        assert refused.value.code == "role-missing"

    with reading(world.ledger.engine) as connection:
        assert reads.of(connection, id_of(world.ledger, made.number)) == []


def test_the_most_urgent_open_case_stands_first(world: World) -> None:
    cases, ketua = world.ledger.cases, world.actor("ketua")
    first = cases.open("report", Given(code="1")).number
    second = cases.open("report", Given(code="2")).number
    world.clock.at(NOW + timedelta(days=1))
    third = cases.open("ask", Given(code="3")).number
    cases.answer(ketua, first, Finding("cannot-say"))

    assert [told["case"] for told in cases.listed(ketua)] == [second, third, first]


def test_an_answer_is_told_to_whoever_has_the_number_with_its_means_and_day(told: Story) -> None:
    made = asked(told)

    told.ledger.cases.answer(told.actor("ketua"), made.number, Finding("not-confirmed", "call", TODAY))

    status = told.ledger.cases.status(made.number.lower().replace("-", " "))
    assert (status.answer, status.means, status.checked) == ("not-confirmed", "call", TODAY)


@pytest.mark.parametrize(
    ("kind", "answer", "means", "on", "code"),
    [
        ("ask", "confirmed", None, TODAY, "answer-unexplained"),
        ("ask", "confirmed", "letter", None, "answer-unexplained"),
        ("ask", "misused", "letter", TODAY, "answer-unknown"),
        ("report", "confirmed", "letter", TODAY, "answer-unknown"),
        ("ask", "confirmed", "rumour", TODAY, "means-unknown"),
        ("ask", "confirmed", "letter", TODAY + timedelta(days=1), "answer-in-future"),
    ],
)
def test_an_answer_outside_the_closed_lists_is_refused(
    told: Story, kind: str, answer: str, means: str | None, on: date | None, code: str
) -> None:
    made = told.ledger.cases.open(kind, Given(code="1"))

    with pytest.raises(InputError) as refused:
        told.ledger.cases.answer(told.actor("ketua"), made.number, Finding(answer, means, on))

    assert refused.value.code == code
    assert told.ledger.cases.status(made.number).answer is None


def test_a_case_is_answered_once(told: Story) -> None:
    made = asked(told)
    told.ledger.cases.answer(told.actor("ketua"), made.number, Finding("cannot-say"))

    with pytest.raises(ConflictError) as refused:
        told.ledger.cases.answer(told.actor("sekretaris"), made.number, Finding("confirmed", "letter", TODAY))

    assert refused.value.code == "case-answered"
    assert told.ledger.cases.status(made.number).answer == "cannot-say"


def test_a_number_that_nobody_has_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.ledger.cases.status("00000-00000")


# Confirmations ------------------------------------------------------------------------------------------------------


def test_a_confirmation_approved_by_two_is_told_to_the_next_asker_at_once(told: Story) -> None:
    made = asked(told)
    assert looked_up(told.ledger).reason is Reason.NOTOURS

    answer = told.ledger.cases.answer(told.actor("ketua"), made.number, LETTER, PAPER)
    assert looked_up(told.ledger).reason is Reason.NOTOURS  # Nobody has approved it.
    assert told.ledger.cases.status(made.number).answer is None
    told.approve("sekretaris", UUID(answer["proposal"]))

    verdict = looked_up(told.ledger)
    assert verdict.reason is Reason.EXTERNAL
    assert verdict.paper is not None
    assert (verdict.paper.number, verdict.paper.issuer) == (NUMBER, "Dinas Sosial Kota Bekasi")
    assert told.ledger.cases.status(made.number).answer == "confirmed"
    assert looked_up(told.ledger, name="Siti Zulkarnaintes").reason is Reason.NOTOURS
    assert looked_up(told.ledger, number="045 dinsos 2019").reason is Reason.NOTOURS


def test_the_approver_sees_the_name_and_the_number_that_the_event_does_not_say(told: Story) -> None:
    answer = told.ledger.cases.answer(told.actor("ketua"), asked(told).number, LETTER, PAPER)

    (act,) = told.ledger.proposals.show(UUID(answer["proposal"]), reader="sekretaris")["acts"]

    assert act["people"] == [f"{NAME}, {NUMBER}"]
    assert NAME not in str(act["fields"])
    assert NUMBER not in str(act["fields"])


def test_no_other_spelling_of_a_number_finds_it_past_the_budget_of_that_number(told: Story) -> None:
    confirmed(told, asked(told).number)

    found = [
        looked_up(told.ledger, number).reason for number in ("045|dinsos 2018", "|045 dinsos 2018", "045 dinsos 2018|")
    ]

    assert found == [Reason.NOTOURS] * 3


def test_a_confirmation_grows_old_and_is_asked_again(told: Story, clock: StoryClock) -> None:
    confirmed(told, asked(told).number)
    lasts = timedelta(days=parameter("attestation.days", TODAY))

    assert LETTER.checked is not None
    clock.at(LETTER.checked + lasts)
    assert looked_up(told.ledger).reason is Reason.EXTERNAL
    clock.at(LETTER.checked + lasts + timedelta(days=1))
    assert looked_up(told.ledger).reason is Reason.NOTOURS


def test_a_withdrawn_confirmation_is_found_no_more_and_its_data_is_destroyed(told: Story) -> None:
    id = confirmed(told, asked(told).number)
    assert held(told.ledger, id)[1] == 1

    told.approved("ketua", "sekretaris", [told.ledger.attestations.withdrawal(id, "error")])

    assert looked_up(told.ledger).reason is Reason.NOTOURS
    assert held(told.ledger, id) == (0, 0)
    told.ledger.settle()
    confirmed(told, asked(told).number)  # The number and the name are free again.
    assert looked_up(told.ledger).reason is Reason.EXTERNAL


def test_a_withdrawn_confirmation_whose_data_came_back_is_not_told_and_destroyed_again(told: Story) -> None:
    id, vault = confirmed(told, asked(told).number), told.ledger.context.vault
    told.approved("ketua", "sekretaris", [told.ledger.attestations.withdrawal(id, "error")])
    vault.prepare([id])
    with writing(told.ledger.engine) as connection:
        told.ledger.attestations.sealed(connection, id, PAPER)
        vault.claim(connection, TAG, tagged("045-DINSOS-2018", PAPER.name), id)

    verdict = looked_up(told.ledger)
    told.ledger.settle()

    assert verdict.reason is Reason.NOTOURS
    assert held(told.ledger, id) == (0, 0)


def test_a_second_confirmation_of_one_paper_is_refused_when_it_is_proposed(told: Story) -> None:
    confirmed(told, asked(told).number)
    again, size = asked(told), told.ledger.histories.size()

    with pytest.raises(ConflictError) as refused:
        told.ledger.cases.answer(told.actor("ketua"), again.number, LETTER, PAPER)

    assert refused.value.code == "attestation-exists"
    assert told.ledger.histories.size() == size
    assert told.ledger.cases.status(again.number).answer is None


def test_what_a_rule_refuses_leaves_the_case_open_and_the_next_answer_destroys_what_was_sealed(told: Story) -> None:
    made, ketua = asked(told), told.actor("ketua")
    private = Paper(NUMBER, FullName(NAME), "Siti Zulkarnaintest", "HADIR/PSM-DASAR")  # No institution.
    with pytest.raises(LedgerError) as refused:
        told.ledger.cases.answer(ketua, made.number, LETTER, private)
    assert refused.value.code == "text-not-plain"
    assert told.ledger.cases.status(made.number).answer is None
    with reading(told.ledger.engine) as connection:
        (left,) = connection.execute(text("SELECT attestation FROM cases")).scalars()
    assert held(told.ledger, UUID(bytes=bytes(left))) == (1, 1)

    told.ledger.cases.answer(ketua, made.number, Finding("cannot-say"))

    assert held(told.ledger, UUID(bytes=bytes(left))) == (0, 0)
    assert told.ledger.cases.status(made.number).answer == "cannot-say"


def test_an_answer_given_anew_makes_the_proposal_of_the_first_worthless(told: Story) -> None:
    made, ketua = asked(told), told.actor("ketua")
    first = told.ledger.cases.answer(ketua, made.number, LETTER, PAPER)
    second = told.ledger.cases.answer(ketua, made.number, LETTER, PAPER)

    with pytest.raises(LedgerError) as refused:
        told.approve("sekretaris", UUID(first["proposal"]))
    told.approve("sekretaris", UUID(second["proposal"]))

    assert refused.value.code == "data-erased"
    assert looked_up(told.ledger).reason is Reason.EXTERNAL


def test_a_number_of_this_register_is_never_confirmed_as_another_bodys(told: Story) -> None:
    made, own = asked(told), told.numbers["graduates"][0]

    with pytest.raises(InputError) as refused:
        told.ledger.cases.answer(
            told.actor("ketua"), made.number, LETTER, Paper(own.lower(), FullName(NAME), PAPER.issuer, PAPER.kind)
        )

    assert refused.value.code == "attestation-own"


def test_a_report_is_no_occasion_for_a_confirmation(told: Story) -> None:
    made = told.ledger.cases.open("report", Given(number=NUMBER, name=NAME))

    with pytest.raises(InputError) as refused:
        told.ledger.cases.answer(told.actor("ketua"), made.number, Finding("misused", "call", TODAY), PAPER)

    assert refused.value.code == "attestation-unasked"


def test_a_new_pepper_finds_confirmations_as_before(told: Story) -> None:
    confirmed(told, asked(told).number)

    told.ledger.context.vault.rotate_pepper(told.ledger.engine)

    assert looked_up(told.ledger).reason is Reason.EXTERNAL


def test_a_hit_and_a_miss_look_into_the_vault_alike(told: Story) -> None:
    confirmed(told, asked(told).number)

    def looks(name: str) -> int:
        before = count_reads(told.ledger)
        looked_up(told.ledger, name=name)
        return count_reads(told.ledger) - before

    assert looks(NAME) == looks("Orang Lain") == 1


def count_reads(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM vault_reads")).scalar_one())


def test_rebuilding_keeps_what_was_confirmed(told: Story) -> None:
    id = confirmed(told, asked(told).number)

    told.ledger.histories.rebuild()

    with reading(told.ledger.engine) as connection:
        row = connection.execute(select(ATTESTATIONS).where(ATTESTATIONS.c.id == id.bytes)).one()
    assert (row.state, row.issuer, row.means) == ("recorded", PAPER.issuer, "letter")
    assert looked_up(told.ledger).reason is Reason.EXTERNAL


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_history_with_confirmations_is_sound_for_the_second_opinion_too(told: Story, tmp_path: Path) -> None:
    id = confirmed(told, asked(told).number)
    told.approved("ketua", "sekretaris", [told.ledger.attestations.withdrawal(id, "error")])
    what = {"purpose": "annual-audit", "recipient": "BPK", "retention": date(2027, 12, 31)}
    told.ledger.exports.make(told.actor("ketua"), tmp_path / "bundle", **what)

    _, said = alone(tmp_path / "bundle", "--json")

    assert json.loads(said)["findings"] == []
    assert json.loads(said)["kinds"]["attestation.withdrawn"] == 1


# Its end ------------------------------------------------------------------------------------------------------------


def test_what_was_written_is_destroyed_when_its_days_are_over_and_the_answer_stays(
    told: Story, clock: StoryClock
) -> None:
    made, open_still = asked(told), asked(told)
    told.ledger.cases.answer(told.actor("ketua"), made.number, Finding("cannot-say"))
    days = timedelta(days=parameter("case.keep-days", TODAY))
    clock.at(TODAY + days)
    assert told.ledger.cases.sweep() == 0
    clock.at(TODAY + days + timedelta(days=1))

    told.ledger.settle()  # As every start does.

    assert held(told.ledger, id_of(told.ledger, made.number)) == (0, 0)
    assert held(told.ledger, id_of(told.ledger, open_still.number)) == (1, 1)
    assert told.ledger.cases.show(told.actor("ketua"), made.number)["content"] is None
    assert told.ledger.cases.status(made.number).answer == "cannot-say"
    with pytest.raises(NotFoundError):
        told.ledger.cases.export(told.actor("ketua"), made.number)
    assert told.ledger.cases.sweep() == 0

    clock.at(TODAY + days + timedelta(days=30))  # What nobody answers is not kept for ever either.

    assert told.ledger.cases.sweep() == 1
    assert held(told.ledger, id_of(told.ledger, open_still.number)) == (0, 0)


def test_the_end_of_a_case_leaves_what_it_confirmed(told: Story, clock: StoryClock) -> None:
    id = confirmed(told, asked(told).number)
    clock.at(TODAY + timedelta(days=parameter("case.keep-days", TODAY) + 1))

    assert told.ledger.cases.sweep() == 1

    assert held(told.ledger, id)[1] == 1
    told.ledger.settle()


def test_a_backup_older_than_a_destruction_starts_and_destroys_again(told: Story) -> None:
    """The key database is restored from a later copy, which has no key for what the main one still holds."""
    made = asked(told)
    told.ledger.cases.answer(told.actor("ketua"), made.number, LETTER, PAPER)
    with reading(told.ledger.engine) as connection:
        (proposed,) = connection.execute(text("SELECT attestation FROM cases")).scalars()
    lost = [id_of(told.ledger, made.number).bytes, bytes(proposed)]
    with writing(told.ledger.context.vault._keys._engine) as connection:
        connection.execute(delete(DEKS).where(DEKS.c.subject.in_(lost)))

    told.ledger.settle()

    with reading(told.ledger.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar_one() == 1
