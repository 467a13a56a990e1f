"""Assessments, decrees, equivalents: who may test, decide and accept, and against what (R10-R12, R25, R44)."""

from datetime import date
from typing import Any

from ledger.domain.assessments import COMPETENT, NOT_YET_COMPETENT, Assessment
from ledger.domain.decrees import OF_RESULTS, Decree
from ledger.domain.equivalences import Equivalence
from ledger.domain.values import to_days
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES, deciders
from ledger.projections.equivalences import EQUIVALENCES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES, edition_on, editions
from ledger.projections.trainings import TRAININGS
from ledger.rules.asking import require, rule
from ledger.rules.schemes import known_tier
from ledger.view import Models


@rule("R26", Decree.Created)
def a_decree_number_is_used_once(models: Models, record: Record, event: Decree.Created) -> None:
    for row in models.find(DECREES, "decree_number", event.decree_number):
        if row["authority"] == event.authority:
            raise RuleError("decree-taken", rule="R26", got=event.decree_number)


@rule("R20", Decree.Created)
def a_decree_is_of_the_authority_that_records_it(_: Models, record: Record, event: Decree.Created) -> None:
    if event.authority != record.authority:
        raise RuleError("decree-elsewhere", rule="R20", got=event.authority, expected=record.authority)
    if event.on != record.effective:
        raise RuleError("decree-day", rule="R20", got=event.on, expected=record.effective)


@rule("R20", Decree.Created)
def a_decree_names_who_decided(models: Models, _: Record, event: Decree.Created) -> None:
    if not event.deciders or len(set(event.deciders)) != len(event.deciders):
        raise RuleError("deciders-missing", rule="R20", got=len(event.deciders))
    for person in event.deciders:
        require(models, REGISTRANTS, person.bytes, rule="R20")


@rule("R44", Equivalence.Created)
def an_equivalence_rests_on_a_decree(models: Models, record: Record, event: Equivalence.Created) -> None:
    decree = require(models, DECREES, event.decree.bytes, rule="R44")
    if decree["matter"] != "equivalence" or decree["authority"] != record.authority:
        raise RuleError("decree-matter", rule="R44", got=decree["matter"], expected="equivalence")
    require(models, REGISTRANTS, event.registrant.bytes, rule="R44")
    known_tier(event.tier, record)


@rule("R11", Assessment.Created)
def an_assessment_needs_the_edition_in_force(models: Models, _: Record, event: Assessment.Created) -> None:
    scheme = require(models, SCHEMES, event.scheme.bytes, rule="R11")
    current = edition_on(scheme, event.on)
    if current is None or current["edition"] != event.edition:
        expected = current and current["edition"]
        raise RuleError("standard-unpublished", rule="R11", got=event.edition, expected=expected or "published")


@rule("R13", Assessment.Created)
def the_required_tier_or_an_accepted_equivalent_is_shown(models: Models, _: Record, event: Assessment.Created) -> None:
    """R44: completed in any training of that tier, or accepted by recorded decision."""
    scheme = require(models, SCHEMES, event.scheme.bytes, rule="R13")
    tier = edition(scheme, event.edition)["tier"]
    if tier is None:
        return
    evidence = event.evidence.bytes if event.evidence else b""
    if tier != _tier_shown(models, evidence, event.registrant.bytes, event.on):
        raise RuleError("tier-missing", rule="R13", expected=tier)


def _tier_shown(models: Models, evidence: bytes, registrant: bytes, on: date) -> str | None:
    """The tier that this evidence shows for this person on the day of the test."""
    equivalence = models.get(EQUIVALENCES, evidence)
    if equivalence is not None and equivalence["registrant"] == registrant:
        return str(equivalence["tier"])
    participation = models.get(PARTICIPATIONS, evidence)
    if participation is None or participation["registrant"] != registrant or participation["state"] != "completed":
        return None
    training = require(models, TRAININGS, participation["training"], rule="R13")
    over = read(training, "days")[-1] <= to_days(on)
    return training["tier"] if over and not training["pilot"] else None


@rule("R27", Assessment.Created)
def a_test_is_scheduled_before_it_is_held(_: Models, record: Record, event: Assessment.Created) -> None:
    """Entered later, it takes effect on its own day, which `back_dating_has_a_reason` then asks about."""
    if event.on < record.effective:
        raise RuleError("test-before-schedule", rule="R27", got=event.on, expected=f">= {record.effective}")


@rule("R12", Assessment.Created)
def an_assessor_is_neither_candidate_nor_trainer(models: Models, _: Record, event: Assessment.Created) -> None:
    if not event.assessors:
        raise RuleError("assessor-missing", rule="R12")
    for assessor in event.assessors:
        require(models, REGISTRANTS, assessor.bytes, rule="R12")
        if assessor == event.registrant:
            raise RuleError("assessor-is-candidate", rule="R12")
    if trainers(models, event.registrant.bytes) & {a.hex for a in event.assessors}:
        raise RuleError("assessor-trained", rule="R12")


@rule("R12", Assessment.Created)
def a_candidate_is_a_registered_person(models: Models, _: Record, event: Assessment.Created) -> None:
    if require(models, REGISTRANTS, event.registrant.bytes, rule="R12")["state"] != "registered":
        raise RuleError("person-erased", rule="R12")


@rule("R12", Assessment.Scored)
def only_a_named_assessor_scores(models: Models, record: Record, event: Assessment.Scored) -> None:
    row = require(models, ASSESSMENTS, record.stream, rule="R12")
    if event.assessor.hex not in read(row, "assessors"):
        raise RuleError("assessor-unnamed", rule="R12")


@rule("R11", Assessment.Scored)
def every_dimension_is_scored(models: Models, record: Record, event: Assessment.Scored) -> None:
    row = require(models, ASSESSMENTS, record.stream, rule="R11")
    wanted = edition(require(models, SCHEMES, row["scheme"], rule="R11"), row["edition"])["dimensions"]
    if sorted(event.results) != sorted(wanted):
        raise RuleError("dimensions-incomplete", rule="R11", got=sorted(event.results), expected=sorted(wanted))
    if to_days(record.effective) < row["tested"]:
        raise RuleError("scored-before-test", rule="R11", got=record.effective)


@rule("R10", Assessment.Decided)
def a_result_is_final_in_a_decree(models: Models, record: Record, event: Assessment.Decided) -> None:
    row = require(models, ASSESSMENTS, record.stream, rule="R10")
    decree = require(models, DECREES, event.decree.bytes, rule="R10")
    if decree["matter"] not in OF_RESULTS or decree["authority"] != record.authority:
        raise RuleError("decree-matter", rule="R10", got=decree["matter"], expected="results")
    if decree["decreed_on"] < row["tested"]:
        raise RuleError("decided-before-test", rule="R10")


@rule("R10", Assessment.Decided)
def competent_means_competent_in_every_dimension(models: Models, record: Record, event: Assessment.Decided) -> None:
    results = read(require(models, ASSESSMENTS, record.stream, rule="R10"), "results")
    expected = COMPETENT if set(results.values()) == {COMPETENT} else NOT_YET_COMPETENT
    if event.outcome != expected:
        raise RuleError("outcome-differs", rule="R10", got=event.outcome, expected=expected)


@rule("R12", Assessment.Decided)
def a_decider_neither_trained_nor_examined(models: Models, record: Record, event: Assessment.Decided) -> None:
    row = require(models, ASSESSMENTS, record.stream, rule="R12")
    decided = set(deciders(require(models, DECREES, event.decree.bytes, rule="R12")))
    if decided & set(read(row, "assessors")):
        raise RuleError("decider-examined", rule="R12")
    if decided & trainers(models, row["registrant"]):
        raise RuleError("decider-trained", rule="R12")
    if row["registrant"].hex() in decided:
        raise RuleError("decider-is-candidate", rule="R12")


def edition(scheme: dict[str, Any], number: int) -> dict[str, Any]:
    """Raises: RuleError: no such edition."""
    for one in editions(scheme):
        if one["edition"] == number:
            return one
    raise RuleError("standard-unpublished", rule="R11", got=number, expected="published")


def trainers(models: Models, registrant: bytes) -> set[str]:
    """Who taught in any training that this person took part in; registrant ids, hex."""
    found: set[str] = set()
    for row in models.find(PARTICIPATIONS, "registrant", registrant):
        found.update(read(require(models, TRAININGS, row["training"], rule="R12"), "instructors"))
    return found
