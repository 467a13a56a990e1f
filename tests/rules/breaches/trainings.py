"""Breaches: registrants and trainings."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from ledger.domain.participations import Participation
from ledger.domain.registrants import Registrant
from ledger.domain.trainings import Training
from tests.rules.breaches.registry import NOW, World, breaks, without


@breaks("a_region_exists_on_its_day", "region-unknown")
def a_registrant_of_a_province_that_does_not_exist_yet(w: World) -> None:
    w.save("petugas", Registrant.begin(w.new_id(), identity=bytes(32), region="93.01", adult=True))


@breaks("an_officer_in_office_is_not_erased", "person-is-officer")
def an_officer_in_office_is_erased(w: World) -> None:
    w.approved([w.ledger.registrants.erase(w.people["petugas"], "PDP-43")])


def plan(w: World, **other: Any) -> Training:
    usual = {"programme": "PSM-DASAR", "activity": "bimtek", "authority": "KEMENSOS", "days": (NOW,), "hours": 8}
    numbers = {"minimum_days": 1, "announced": 5, "quotas": {"32.75": 5}, "basis": "Permensos 10/2019"}
    return Training.begin(w.new_id(), **usual | numbers | {"pilot": False, "revoked_basis": False} | other)


@breaks("a_plan_is_complete", "plan-days")
def a_training_with_its_days_out_of_order(w: World) -> None:
    w.save("petugas", plan(w, days=(NOW, NOW - timedelta(days=1))))


@breaks("a_plan_is_complete", "plan-numbers")
def a_training_of_no_hours(w: World) -> None:
    w.save("petugas", plan(w, hours=0))


@breaks("groups_are_regions_or_units_of_that_day", "region-unknown")
def a_quota_for_a_region_that_does_not_exist(w: World) -> None:
    w.save("petugas", plan(w, quotas={"99.99": 5}))


@breaks("the_tier_is_in_the_rule_book", "tier-unknown")
def a_training_of_an_unknown_tier(w: World) -> None:
    w.save("petugas", plan(w, tier="PSM/MAHIR"))


@breaks("a_training_on_a_revoked_basis_says_so", "basis-revoked")
def a_training_silent_about_its_revoked_basis(w: World) -> None:
    w.save("petugas", plan(w, basis="Permensos 1/2012"))


@breaks("an_instructor_is_a_registered_person", "reference-unknown")
def a_stranger_teaches(w: World) -> None:
    body = {"person": w.new_id(), "affiliation": "UNIVERSITAS"}
    w.more("petugas", Training, w.planned, Training.InstructorAssigned, **body)


@breaks("an_explanation_names_a_real_discrepancy", "discrepancy-differs")
def an_explanation_of_other_numbers(w: World) -> None:
    body = {"gap": "announced", "expected": 500, "found": 475, "explanation": bytes(32)}
    w.more("petugas", Training, w.planned, Training.Explained, **body)


@breaks("every_discrepancy_is_explained_before_closing", "discrepancy-open")
def a_training_closed_with_an_open_discrepancy(w: World) -> None:
    w.ledger.trainings.close(w.actor("petugas"), w.planned)


@breaks("a_training_is_closed_after_its_last_day", "training-not-over")
def a_training_closed_before_it_is_held(w: World) -> None:
    training = plan(w, days=(NOW + timedelta(days=1),), announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    w.ledger.trainings.close(w.actor("petugas"), training.id)


@breaks("closing_counts_what_the_roster_says", "roster-differs")
def a_closing_with_another_count(w: World) -> None:
    training = plan(w, announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    w.more("petugas", Training, training.id, Training.Closed, roster={}, completed=3)


def participation(w: World, **other: Any) -> Participation:
    """Of the first participant, who has completed the lower tier, in the open training."""
    usual = {"training": w.planned, "registrant": w.participants[0], "group": "32.75", "marks": "HH"}
    return Participation.begin(w.new_id(), **usual | other)


@breaks("a_participation_fits_its_plan", "marks-differ")
def a_mark_for_a_day_too_many(w: World) -> None:
    w.save("petugas", participation(w, marks="HHH"))


@breaks("a_participation_fits_its_plan", "group-unknown")
def a_participant_of_a_group_without_quota(w: World) -> None:
    w.save("petugas", participation(w, group="32.16"))


@breaks("a_participation_fits_its_plan", "training-not-open")
def a_participant_after_the_closing(w: World) -> None:
    with without("an_instructor_does_not_take_part"):
        w.save("petugas", participation(w, training=w.training, registrant=w.people["decider"]))


@breaks("a_participant_is_a_registered_adult", "participant-not-adult")
def a_child_takes_part(w: World) -> None:
    child = Registrant.begin(w.new_id(), identity=bytes(32), region="32.75", adult=False)
    w.save("petugas", child)
    training = plan(w, announced=5)
    w.save("petugas", training)
    w.save("petugas", participation(w, registrant=child.id, training=training.id, marks="H"))


@breaks("a_person_takes_part_once", "participant-twice")
def a_person_takes_part_twice(w: World) -> None:
    w.save("petugas", participation(w))
    w.save("petugas", participation(w))


@breaks("an_instructor_does_not_take_part", "instructor-participates")
def an_instructor_takes_part(w: World) -> None:
    training = plan(w, announced=5)
    w.save("petugas", training)
    body = {"person": w.people["instructor"], "affiliation": "UNIVERSITAS"}
    w.more("petugas", Training, training.id, Training.InstructorAssigned, **body)
    w.save("petugas", participation(w, registrant=w.people["instructor"], training=training.id, marks="H"))


@breaks("a_tier_needs_the_lower_ones", "lower-tier-missing")
def the_advanced_course_before_the_basic_one(w: World) -> None:
    w.save("petugas", participation(w, registrant=w.people["decider"]))


@breaks("completion_follows_from_attendance", "attendance-insufficient")
def completion_in_spite_of_absence(w: World) -> None:
    absent = w.ledger.engine.connect()
    with absent:
        id = absent.exec_driver_sql("SELECT id FROM participations WHERE marks = 'H-'").scalar_one()
    w.more("petugas", Participation, UUID(bytes=bytes(id)), Participation.Completed, present=1, hours=16)
