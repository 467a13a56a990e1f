"""Breaches: acts on what belongs to another authority."""

from ledger.cli.cast import invented
from ledger.cli.story import ALL, BIMTEK
from ledger.domain.assessments import Assessment
from ledger.domain.participations import Participation
from ledger.domain.trainings import Training
from tests.rules.breaches.authorities import grant
from tests.rules.breaches.delegations import delegation
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.organs import later
from tests.rules.breaches.registry import NOW, World, breaks
from tests.rules.breaches.schemes import edition
from tests.rules.breaches.trainings import participation, plan

ELSEWHERE = "authority-elsewhere"


@breaks("a_training_is_planned_by_its_organiser", ELSEWHERE)
def a_training_planned_in_anothers_name(w: World) -> None:
    w.save("ketua", plan(w))


@breaks("a_training_is_run_by_its_organiser", ELSEWHERE)
def a_training_cancelled_by_another_authority(w: World) -> None:
    w.more("ketua", Training, w.planned, Training.Cancelled, reason="cancelled")


@breaks("attendance_is_recorded_by_the_organiser", ELSEWHERE)
def attendance_recorded_by_another_authority(w: World) -> None:
    clerk = appointment(w, authority="IPSPI", roles=("enrol",), office="Petugas DPP")
    w.approved([clerk])
    w.officers["clerk"] = clerk.stream
    w.save("clerk", participation(w))


@breaks("completion_is_signed_by_the_organiser", ELSEWHERE)
def completion_signed_by_another_authority(w: World) -> None:
    clerk = appointment(w, authority="IPSPI", roles=("enrol",), office="Petugas DPP")
    w.approved([clerk])
    w.officers["clerk"] = clerk.stream
    training = plan(w, announced=0, quotas={"32.75": 0}, days=BIMTEK, minimum_days=1, hours=8)
    w.save("petugas", training)
    taken = participation(w, training=training.id, marks="H-")
    w.save("petugas", taken)
    explained = {"gap": "roster", "group": "32.75", "expected": 0, "found": 1, "explanation": bytes(32)}
    w.more("petugas", Training, training.id, Training.Explained, **explained)
    w.more("petugas", Training, training.id, Training.Closed, roster={"32.75": 1}, completed=1)
    w.more("clerk", Participation, taken.id, Participation.Completed, present=1, hours=8)


@breaks("an_assessment_belongs_to_the_authority_that_scheduled_it", ELSEWHERE)
def a_candidate_scored_by_another_authority(w: World) -> None:
    body = {"assessor": w.people["assessor"], "results": ALL}
    w.more("ketua", Assessment, w.assessments["scheduled"], Assessment.Scored, **body)


@breaks("an_edition_is_published_by_the_schemes_authority", ELSEWHERE)
def an_edition_published_by_another_authority(w: World) -> None:
    w.approved([edition(w)])


def kemensos_admins(w: World) -> None:
    for who in ("kepala", "wakil"):
        roles = ["certify", "approve", "admin"]
        office = {"kepala": "Kepala LSP", "wakil": "Sekretaris LSP"}[who]
        w.approved([w.ledger.officers.change(w.officers[who], roles=roles, office=office, ends=None)])


@breaks("only_the_founding_authority_grants_authority", ELSEWHERE)
def an_authority_widens_its_own_scope(w: World) -> None:
    kemensos_admins(w)
    wider = grant(w)
    act = type(wider)(wider.kind, w.ledger.authorities.stream("KEMENSOS"), wider.values)
    w.approved([act], by=("kepala", "wakil"))


@breaks("officers_are_appointed_by_their_own_or_the_founding_authority", ELSEWHERE)
def an_officer_appointed_for_another_authority(w: World) -> None:
    kemensos_admins(w)
    act = appointment(w, authority="IPSPI", office="Pejabat DPP", person=w.people["decider"], begins=NOW)
    w.approved([act], by=("kepala", "wakil"))


def later_admin(w: World) -> None:
    """Kemensos has an administrator; then the second edition of the table of acts begins."""
    kemensos_admins(w)
    later(w)


@breaks("a_delegation_is_ended_by_its_own_or_the_founding_authority", ELSEWHERE)
def a_delegation_ended_by_another_authority(w: World) -> None:
    kemensos_admins(w)
    given = delegation(w)
    w.approved([given])
    w.approved([w.ledger.delegations.end(given.stream, "ended")], by=("kepala", "wakil"))


@breaks("only_the_founding_authority_keeps_the_catalogue", ELSEWHERE)
def a_law_revoked_by_another_authority(w: World) -> None:
    later_admin(w)
    w.ledger.authorities.revoke_regulation(w.actor("kepala"), regulation="UU 14/2019", by="Permensos 10/2019", on=NOW)


@breaks("who_a_person_is_the_only_authority_concerned_says", ELSEWHERE)
def somebody_renamed_whom_the_founder_registered(w: World) -> None:
    later_admin(w)
    w.ledger.registrants.correct(w.actor("kepala"), w.people["instructor"], invented("Orang Lain", 9667))


@breaks("who_a_person_is_the_only_authority_concerned_says", ELSEWHERE)
def somebody_erased_whom_the_founder_registered(w: World) -> None:
    later_admin(w)
    w.approved([w.ledger.registrants.erase(w.people["instructor"], "PDP-43")], by=("kepala", "wakil"))
