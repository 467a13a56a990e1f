"""The main job, once, on both databases: register, train, certify, scan, verify, suspend, reinstate, revoke, replay."""

from datetime import date, timedelta
from importlib.resources import files
from uuid import UUID

import pytest

from ledger.cli.story import ALL, BIMTEK, DECIDED, SHEET, Story, StoryClock
from ledger.credentials import picture
from ledger.credentials.verdict import Colour, Reason
from ledger.database import reading
from ledger.errors import LedgerError, RuleError
from ledger.store import recorder

GREEN_DAY = date(2026, 10, 22)


def test_the_whole_way_once(story: Story, clock: StoryClock) -> None:
    register, certificates = story.ledger.verifications, story.ledger.certificates
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    assert story.sheet_imported()["written"] == 475
    assert story.training_closed()["completed"] == 466
    candidates = story.volunteers()

    (participant, *others) = story.attendance_certified()
    assert len(others) == 465
    attended = register.by_code(certificates.code(participant, reader="test"), context="KEMENSOS")
    assert (attended.reason, attended.lines) == (Reason.VALID_NOEND, ("k.attend",))
    assert attended.paper is not None
    assert attended.paper.title == "Peserta, 16 JP, 2/2 hari"

    volunteers = story.volunteers_certified(story.volunteers_assessed(candidates))
    assert len(volunteers) == 36
    volunteers_code = certificates.code(volunteers[0], reader="test")
    clock.at(DECIDED + timedelta(days=30))
    elsewhere = register.by_code(volunteers_code)
    assert (elsewhere.reason, elsewhere.colour) == (Reason.SCOPE, Colour.AMBER)
    inside = register.by_code(volunteers_code, context="KEMENSOS")
    assert (inside.reason, inside.colour) == (Reason.VALID, Colour.GREEN)
    assert "k.psm" in inside.lines

    story.ipspi_authorised()
    (graduate, *others) = story.graduates_certified(story.graduates_assessed(GREEN_DAY))
    assert len(others) == 5
    code = certificates.code(graduate, reader="test")
    assert (register.by_code(code).reason, register.by_code(code).colour) == (Reason.VALID, Colour.GREEN)
    assert register.by_picture(picture.png(code)).reason is Reason.VALID
    assert register.by_number(graduate, "AHMAD FAUZI, S.Sos.", reader="test").reason is Reason.VALID
    assert register.by_number(graduate, "Budi", reader="test").reason is Reason.NOMATCH
    assert register.by_code(volunteers_code, context="KEMENSOS").reason is Reason.EXPIRED


def test_status_acts_by_decree_show_at_once(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][1]
    code = told.ledger.certificates.code(number, reader="test")
    day = GREEN_DAY + timedelta(days=3)

    def decided(what: str, serial: int, reason: str) -> Reason:
        clock.at(day + timedelta(days=serial))
        on = day + timedelta(days=serial)
        matter = {"suspend": "suspension", "reinstate": "reinstatement", "revoke": "revocation"}[what]
        decree = told.decree("ketua", f"{20 + serial}/DPP IPSPI/SK/2026", matter, on, "decider-ipspi")
        act = told.ledger.certificates.status_act(what, number, decree=decree, reason=reason)
        told.approved("ketua", "sekretaris", [act], effective=on)
        return told.ledger.verifications.by_code(code).reason

    assert decided("suspend", 0, "precaution") is Reason.SUSPENDED
    assert decided("reinstate", 1, "lifted") is Reason.VALID
    assert decided("revoke", 2, "fraud") is Reason.REVOKED
    verdict = told.ledger.verifications.by_code(code)
    assert verdict.colour is Colour.RED
    assert verdict.facts["decree"] == "22/DPP IPSPI/SK/2026"
    with pytest.raises(RuleError) as refused:
        decided("reinstate", 3, "lifted")
    assert refused.value.code == "state-refuses"


def test_one_certifier_suspends_for_three_days_and_no_longer(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][2]
    code = told.ledger.certificates.code(number, reader="test")
    day = GREEN_DAY + timedelta(days=1)
    clock.at(day)
    decree = told.decree("ketua", "31/DPP IPSPI/SK/2026", "suspension", day, "decider-ipspi")
    certificates = told.ledger.certificates

    def suspend(days: int) -> None:
        until = day + timedelta(days=days - 1)
        act = certificates.status_act("suspend", number, decree=decree, reason="precaution", until=until)
        certificates.act_alone(told.actor("ketua"), act)

    with pytest.raises(RuleError) as refused:
        suspend(4)
    assert refused.value.code == "approval-missing"
    suspend(3)

    assert told.ledger.verifications.by_code(code).reason is Reason.SUSPENDED
    clock.at(day + timedelta(days=3))
    assert told.ledger.verifications.by_code(code).reason is Reason.VALID


def test_ipspi_issues_nothing_before_its_authority_begins(story: Story, clock: StoryClock) -> None:
    """9 March 2020: "sekarang kita belum" (T-02)."""
    story.begins()
    story.authorities()
    story.staff()
    ketua = story.actor("ketua")
    clock.at(date(2020, 3, 9))
    scheme = UUID(story.ledger.schemes.register(ketua, "PEKSOS/GENERALIS")["scheme"])
    edition = story.ledger.schemes.publish(
        scheme, standard="Permensos 12/2017", basis="UU 14/2019", begins=date(2020, 3, 1), months=60
    )
    story.approved("ketua", "sekretaris", [edition])
    candidate = story.people["petugas"]
    (id,) = story.ledger.assessments.schedule(
        ketua,
        scheme=scheme,
        candidates={candidate: None},
        assessors=[story.people["assessor-ipspi"]],
        on=date(2020, 3, 9),
    )["assessments"].values()
    story.ledger.assessments.score(ketua, assessor=story.people["assessor-ipspi"], results={UUID(id): ALL})
    decree = story.decree("ketua", "1/DPP IPSPI/SK/2020", "results", date(2020, 3, 9), "decider-ipspi")
    story.ledger.assessments.decide(ketua, decree=decree, outcomes={UUID(id): "K"})
    size = story.ledger.histories.size()

    with pytest.raises(RuleError) as refused:
        story.ledger.proposals.propose(ketua, story.ledger.certificates.competence(decree))

    assert refused.value.code == "authority-missing"
    assert story.ledger.histories.size() == size


def test_the_same_sheet_twice_changes_nothing_and_a_dry_run_writes_nothing(story: Story) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    size = story.ledger.histories.size()
    sheet = _sheet()

    dry = story.ledger.trainings.import_sheet(story.actor("petugas"), story.training, sheet, SHEET, dry_run=True)
    assert (dry.answer["ready"], dry.answer["written"], story.ledger.histories.size()) == (475, 0, size)

    first = story.sheet_imported()
    assert (first["ready"], first["written"], first["bad"]) == (475, 475, 0)
    size = story.ledger.histories.size()

    second = story.sheet_imported()
    assert (second["already"], second["written"]) == (475, 0)
    assert story.ledger.histories.size() == size


def test_a_changed_mark_in_a_second_sheet_is_a_problem_and_overwrites_nothing(story: Story) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.sheet_imported()
    size = story.ledger.histories.size()
    changed = _sheet().replace(b";H;A\r\n", b";H;H\r\n", 1)

    again = story.ledger.trainings.import_sheet(story.actor("petugas"), story.training, changed, SHEET, skip_bad=True)

    assert [problem.code for problem in again.roster.problems] == ["participation-differs"]
    assert (again.answer["bad"], again.answer["already"], again.answer["written"]) == (1, 474, 0)
    assert story.ledger.histories.size() == size


def test_the_nine_who_missed_a_day_complete_nothing(story: Story) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.sheet_imported()

    closed = story.training_closed()

    assert (closed["completed"], closed["incomplete"]) == (466, 9)
    assert len(story.ledger.certificates.attendance(story.training)) == 466


def test_every_event_is_told_by_a_certificates_history(told: Story) -> None:
    kinds = [event["kind"] for event in told.ledger.histories.of_certificate(told.numbers["volunteers"][0])]

    assert {"registrant.registered", "assessment.decided", "proposal.made", "approval.given"} <= set(kinds)
    assert kinds[-1] == "certificate.issued"


def test_an_erased_person_leaves_the_history_sound(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][3]
    code = told.ledger.certificates.code(number, reader="test")
    holder = UUID(told.ledger.certificates.show(number)["registrant"])
    clock.at(GREEN_DAY + timedelta(days=5))

    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])

    assert told.ledger.verifications.by_code(code).reason is Reason.WITHDRAWN
    assert told.ledger.verifications.by_number(number, "Dimas Pratama", reader="test").reason is Reason.NOMATCH
    assert told.ledger.registrants.names([holder], reader="test", purpose="test") == {}
    with pytest.raises(LedgerError) as refused:
        told.ledger.certificates.code(number, reader="test")
    assert refused.value.code == "data-erased"


def test_a_rebuild_gives_the_same_read_models(told: Story) -> None:
    """The fixture compares with the rows folded anew."""
    with reading(told.ledger.engine) as connection:
        size = recorder.head(connection)[0]

    assert told.ledger.histories.rebuild() == size


def test_the_story_begins_on_the_day_of_the_bimtek(story: Story) -> None:
    story.begins()

    with reading(story.ledger.engine) as connection:
        _, recorded = recorder.head(connection)

    assert recorded == story.clock()
    assert BIMTEK[0] == date(2020, 2, 17)


def _sheet() -> bytes:
    return (files("ledger.intake") / "samples" / SHEET).read_bytes()
