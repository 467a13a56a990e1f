"""Breaches: decrees, equivalents, assessments."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from ledger.cli.story import ALL
from ledger.domain.assessments import Assessment
from ledger.domain.decrees import Decree
from ledger.domain.equivalences import Equivalence
from ledger.domain.schemes import Scheme
from tests.rules.breaches.registry import NOW, World, breaks, without


@breaks("a_decree_number_is_used_once", "decree-taken")
def a_decree_number_twice(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "45/LSP KEMENSOS RI/SK/III/2020")))


@breaks("a_decree_is_of_the_authority_that_records_it", "decree-elsewhere")
def a_decree_of_another_authority(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "76/LSP/SK/2020", authority="IPSPI")))


@breaks("a_decree_names_who_decided", "deciders-missing")
def a_decree_that_nobody_decided(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "77/LSP/SK/2020", deciders=())))


@breaks("an_equivalence_rests_on_a_decree", "decree-matter")
def an_equivalence_by_a_decree_about_something_else(w: World) -> None:
    body = {"registrant": w.participants[0], "tier": "PEKSOS/PROFESI", "reasons": bytes(32)}
    w.save("kepala", Equivalence.begin(w.new_id(), **body, decree=w.decrees["results"]))


def assessment(w: World, **other: Any) -> Assessment:
    usual = {"registrant": w.participants[3], "scheme": w.schemes["RELAWAN/PSM-DASAR"], "edition": 1, "on": NOW}
    made = usual | {"assessors": (w.people["assessor"],), "evidence": w.participations[3]} | other
    return Assessment.begin(w.new_id(), **made)


@breaks("an_assessment_needs_the_edition_in_force", "standard-unpublished")
def an_assessment_against_no_published_standard(w: World) -> None:
    scheme = Scheme.begin(w.new_id(), kind="RELAWAN/TAGANA", category="volunteer")
    w.save("kepala", scheme)
    with without("the_required_tier_or_an_accepted_equivalent_is_shown"):
        w.save("kepala", assessment(w, scheme=scheme.id))


@breaks("a_test_is_scheduled_before_it_is_held", "test-before-schedule")
def a_test_of_last_year_scheduled_today(w: World) -> None:
    w.save("kepala", assessment(w, on=NOW - timedelta(days=3)))


@breaks("the_required_tier_or_an_accepted_equivalent_is_shown", "tier-missing")
def a_volunteer_under_a_social_workers_scheme(w: World) -> None:
    """Batch (a) under PEKSOS: the bimtek is not the tier that it requires (R17)."""
    scheme = Scheme.begin(w.new_id(), kind="PEKSOS/GENERALIS", category="social-worker")
    w.save("ketua", scheme)
    act = w.ledger.schemes.publish(
        scheme.id, standard="Permensos 12/2017", basis="UU 14/2019", begins=NOW, tier="PEKSOS/PROFESI"
    )
    w.approved([act])
    w.save("kepala", assessment(w, scheme=scheme.id))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-is-candidate")
def an_assessor_tests_himself(w: World) -> None:
    w.save("kepala", assessment(w, assessors=(w.participants[3],)))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-trained")
def an_assessor_tests_an_own_trainee(w: World) -> None:
    w.save("kepala", assessment(w, assessors=(w.people["instructor"],)))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-missing")
def an_assessment_by_nobody(w: World) -> None:
    w.save("kepala", assessment(w, assessors=()))


@breaks("a_candidate_is_a_registered_person", "person-erased")
def an_assessment_of_an_erased_person(w: World) -> None:
    w.approved([w.ledger.registrants.erase(w.participants[3], "PDP-43")])
    w.save("kepala", assessment(w))


@breaks("only_a_named_assessor_scores", "assessor-unnamed")
def somebody_else_scores(w: World) -> None:
    body = {"assessor": w.people["decider"], "results": ALL}
    w.more("kepala", Assessment, w.assessments["scheduled"], Assessment.Scored, **body)


@breaks("every_dimension_is_scored", "dimensions-incomplete")
def ethics_is_not_scored(w: World) -> None:
    body = {"assessor": w.people["assessor"], "results": {"knowledge": "K", "skill": "K"}}
    w.more("kepala", Assessment, w.assessments["scheduled"], Assessment.Scored, **body)


def decide(w: World, outcome: str, decree: UUID) -> None:
    w.more("kepala", Assessment, w.assessments["scored"], Assessment.Decided, outcome=outcome, decree=decree)


@breaks("a_result_is_final_in_a_decree", "decree-matter")
def a_result_by_a_decree_about_something_else(w: World) -> None:
    decide(w, "K", w.decrees["revocation"])


@breaks("competent_means_competent_in_every_dimension", "outcome-differs")
def a_result_that_differs_from_the_scores(w: World) -> None:
    decide(w, "BK", w.decrees["results"])


def decided_by(w: World, number: str, *people: UUID) -> None:
    decree = Decree.begin(w.new_id(), **w.decree("results", number, deciders=people))
    w.save("kepala", decree)
    decide(w, "K", decree.id)


@breaks("a_decider_neither_trained_nor_examined", "decider-examined")
def the_assessor_decides(w: World) -> None:
    decided_by(w, "78/LSP/SK/2020", w.people["assessor"])


@breaks("a_decider_neither_trained_nor_examined", "decider-trained")
def the_trainer_decides(w: World) -> None:
    decided_by(w, "79/LSP/SK/2020", w.people["instructor"])


@breaks("a_decider_neither_trained_nor_examined", "decider-is-candidate")
def the_candidate_decides(w: World) -> None:
    decided_by(w, "80/LSP/SK/2020", w.participants[3])
