"""Breaches: organs, in the second edition of the table of acts."""

from datetime import date
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.acts import Act
from ledger.cli.cast import invented
from ledger.domain.assessments import Assessment
from ledger.domain.participations import Participation
from ledger.domain.trainings import Training
from tests.rules.breaches.attestations import attestation
from tests.rules.breaches.delegations import delegation
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.registry import World, breaks
from tests.rules.breaches.trainings import plan

TODAY = date(2026, 11, 10)


def later(w: World) -> None:
    """In the second edition; the key list of 2020 has ended since."""
    w.clock.at(TODAY)
    w.ledger.keys.refresh()


def decreed(w: World, matter: str) -> UUID:
    on = date(2026, 11, 9)
    deciders = [w.people["decider"]]
    w.clock.at(on)
    made = w.ledger.assessments.decree(
        w.actor("ketua"), number=f"9/DPP IPSPI/SK/{len(matter)}/2026", matter=matter, on=on, deciders=deciders
    )
    w.clock.at(TODAY)
    return UUID(made["decree"])


def board_member(w: World, who: str, *roles: str) -> None:
    """One of IPSPI's board of West Java (32), with a key; appointed when no decree was asked."""
    appointed = appointment(w, person=w.people[who], authority="IPSPI", roles=roles, region="32")
    w.approved([appointed])
    w.officers[who] = appointed.stream
    key = Ed25519PrivateKey.generate()
    w.keys[who] = key.private_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(appointed.stream, key.public_key().public_bytes_raw())])


@breaks("a_board_is_of_a_province", "region-unknown")
def an_officer_of_a_board_of_nowhere(w: World) -> None:
    w.approved([appointment(w, region="32.75")])


@breaks("a_board_acts_within_its_province", "province-elsewhere")
def a_board_registers_somebody_of_another_province(w: World) -> None:
    appointed = appointment(w, authority="IPSPI", roles=("enrol",), office="Petugas", region="31")
    w.approved([appointed])
    w.officers["assessor"] = appointed.stream
    w.ledger.registrants.register(w.actor("assessor"), invented("Orang Baru", 9901))


@breaks("the_competent_organ_acts", "organ-differs")
def the_central_board_plans_a_training_of_a_province(w: World) -> None:
    later(w)
    w.save("kepala", plan(w, days=(TODAY,), region="32"))


@breaks("the_competent_organ_approves", "approver-differs")
def a_board_approves_what_only_the_central_one_may(w: World) -> None:
    board_member(w, "assessor", "certify", "approve")
    later(w)
    given = decreed(w, "delegation")
    w.approved([delegation(w, begins=TODAY, ends=TODAY, decree=given)])
    w.approved([w.ledger.registrants.erase(w.participants[3], "PDP-43")], by=("ketua", "assessor"))


@breaks("the_competent_organ_approves", "approver-differs")
def a_board_confirms_a_paper_of_others_with_whoever_stands_in_for_it(w: World) -> None:
    """Its approver answers what the one of the central board proposes, but for that board only."""
    board_member(w, "assessor", "certify", "approve")
    later(w)
    given = decreed(w, "delegation")
    w.approved([delegation(w, begins=TODAY, ends=TODAY, decree=given)])
    w.approved([attestation(w)], by=("ketua", "assessor"))


@breaks("what_changes_an_officers_powers_rests_on_a_decree", "decree-matter")
def an_officer_is_appointed_without_a_decree(w: World) -> None:
    later(w)
    w.approved([appointment(w, begins=TODAY)])


@breaks("what_changes_an_officers_powers_rests_on_a_decree", "decree-matter")
def an_officer_is_dismissed_by_a_decree_about_something_else(w: World) -> None:
    later(w)
    decree = decreed(w, "revocation")
    w.approved([Act("officer.dismissed", w.officers["petugas"], {"reason": "ended", "decree": decree})])


@breaks("a_training_is_closed_by_another_than_recorded_it", "closed-by-recorder")
def the_clerk_who_recorded_the_attendance_closes(w: World) -> None:
    later(w)
    training = plan(w, days=(TODAY,), announced=1, quotas={"32.75": 1})
    w.save("petugas", training)
    body = {"training": training.id, "registrant": w.participants[0], "group": "32.75", "marks": "H"}
    w.save("petugas", Participation.begin(w.new_id(), **body))
    w.more("petugas", Training, training.id, Training.Closed, roster={"32.75": 1}, completed=1)


@breaks("results_are_decided_with_somebody_who_neither_trained_nor_examined", "decider-examined")
def an_assessor_records_the_decision_on_the_own_assessment(w: World) -> None:
    appointed = appointment(w)
    w.approved([appointed])
    w.officers["assessor"] = appointed.stream
    later(w)
    body = {"decree": w.decrees["results"], "outcome": "K"}
    w.more("assessor", Assessment, w.assessments["scored"], Assessment.Decided, **body)


@breaks("results_are_decided_with_somebody_who_neither_trained_nor_examined", "decider-trained")
def an_instructor_records_the_decision_on_a_participant(w: World) -> None:
    appointed = appointment(w, person=w.people["instructor"])
    w.approved([appointed])
    w.officers["instructor"] = appointed.stream
    later(w)
    body = {"decree": w.decrees["results"], "outcome": "K"}
    w.more("instructor", Assessment, w.assessments["scored"], Assessment.Decided, **body)


@breaks("what_the_central_board_stopped_no_other_lifts_alone", "organ-differs")
def a_board_lifts_what_the_central_one_stopped(w: World) -> None:
    appointed = appointment(w, region="32", office="Ketua DPD")
    w.approved([appointed])
    w.officers["board"] = appointed.stream
    later(w)
    certificates, day = w.ledger.certificates, {"until": TODAY}
    stop = certificates.status_act("suspend", w.certificate, decree=w.decrees["suspension"], reason="fraud", **day)
    certificates.act_alone(w.actor("kepala"), stop)
    lift = certificates.status_act("reinstate", w.certificate, decree=w.decrees["reinstatement"], reason="lifted")
    certificates.act_alone(w.actor("board"), lift)
