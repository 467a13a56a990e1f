"""Trainings: plan, roster, discrepancies, completion (R15, R37, R38, R40; T-09, T-17)."""

from collections.abc import Mapping

from ledger.database import Row
from ledger.domain.participations import PRESENT, Participation
from ledger.domain.regions import exists
from ledger.domain.registrants import Registrant
from ledger.domain.trainings import Training
from ledger.domain.values import from_days
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.columns import read
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.rules.asking import require, rule
from ledger.rules.authorities import warned_of_revocation
from ledger.rules.schemes import known_tier
from ledger.view import Models


@rule("R38", Registrant.Created)
def a_region_exists_on_its_day(_: Models, record: Record, event: Registrant.Created) -> None:
    if event.region is not None and not exists(event.region[:2], record.effective):
        raise RuleError("region-unknown", rule="R38", got=event.region, on=record.effective)


@rule("R32", Registrant.Erased)
def an_officer_in_office_is_not_erased(models: Models, record: Record, _: Registrant.Erased) -> None:
    if any(row["state"] == "appointed" for row in models.find(OFFICERS, "person", record.stream)):
        raise RuleError("person-is-officer", rule="R32")


@rule("R37", Training.Created)
def a_plan_is_complete(_: Models, __: Record, event: Training.Created) -> None:
    days = event.days
    if not days or list(days) != sorted(set(days)) or not 1 <= event.minimum_days <= len(days):
        raise RuleError("plan-days", rule="R37", days=len(days), minimum=event.minimum_days)
    if event.hours < 1 or event.announced < 0 or not event.quotas or min(event.quotas.values()) < 0:
        raise RuleError("plan-numbers", rule="R37", hours=event.hours, announced=event.announced)


@rule("R38", Training.Created)
def groups_are_regions_or_units_of_that_day(_: Models, __: Record, event: Training.Created) -> None:
    for group in event.quotas:
        if group[:1].isdigit() and event.days and not exists(group[:2], event.days[0]):
            raise RuleError("region-unknown", rule="R38", got=group, on=event.days[0])


@rule("R15", Training.Created)
def the_tier_is_in_the_rule_book(_: Models, record: Record, event: Training.Created) -> None:
    if event.tier is not None:
        known_tier(event.tier, record)


@rule("R40", Training.Created)
def a_training_on_a_revoked_basis_says_so(models: Models, record: Record, event: Training.Created) -> None:
    warned_of_revocation(models, event.basis, record.day, warned=event.revoked_basis)


@rule("R12", Training.InstructorAssigned)
def an_instructor_is_a_registered_person(models: Models, record: Record, event: Training.InstructorAssigned) -> None:
    require(models, REGISTRANTS, event.person.bytes, rule="R12")
    for row in taking_part(models, record.stream):
        if row["registrant"] == event.person.bytes:
            raise RuleError("instructor-participates", rule="R12")


@rule("R37", Training.Explained)
def an_explanation_names_a_real_discrepancy(models: Models, record: Record, event: Training.Explained) -> None:
    training = require(models, TRAININGS, record.stream, rule="R37")
    quotas = read(training, "quotas")
    if event.gap == "announced":
        expected, found, named = training["announced"], sum(quotas.values()), "announced"
    else:
        expected = quotas.get(event.group, 0)
        found, named = roster(models, record.stream).get(event.group or "", 0), f"roster/{event.group}"
    if (event.expected, event.found) != (expected, found) or expected == found:
        raise RuleError("discrepancy-differs", rule="R37", gap=named, expected=expected, found=found)
    if (event.group is None) != (event.gap == "announced"):
        raise RuleError("discrepancy-differs", rule="R37", gap=named, expected=expected, found=found)
    if [named, expected, found] in read(training, "explained"):
        raise RuleError("discrepancy-explained", rule="R37", gap=named)


@rule("R37", Training.Closed)
def every_discrepancy_is_explained_before_closing(models: Models, record: Record, _: Training.Closed) -> None:
    gaps = unexplained(models, record.stream)
    if gaps:
        raise RuleError("discrepancy-open", rule="R37", gaps=", ".join(gaps))


@rule("R27", Training.Closed)
def a_training_is_closed_after_its_last_day(models: Models, record: Record, _: Training.Closed) -> None:
    last = from_days(read(require(models, TRAININGS, record.stream, rule="R27"), "days")[-1])
    if record.effective < last:
        raise RuleError("training-not-over", rule="R27", got=record.effective, expected=f">= {last}")


@rule("R37", Training.Closed)
def closing_counts_what_the_roster_says(models: Models, record: Record, event: Training.Closed) -> None:
    minimum = require(models, TRAININGS, record.stream, rule="R37")["minimum_days"]
    rows = taking_part(models, record.stream)
    completed = sum(row["marks"].count(PRESENT) >= minimum for row in rows)
    if event.roster != roster(models, record.stream) or event.completed != completed:
        raise RuleError("roster-differs", rule="R37", got=event.completed, expected=completed)


@rule("R37", Participation.Created)
def a_participation_fits_its_plan(models: Models, _: Record, event: Participation.Created) -> None:
    training = require(models, TRAININGS, event.training.bytes, rule="R37")
    if training["state"] != "planned":
        raise RuleError("training-not-open", rule="R37", state=training["state"])
    if len(event.marks) != len(read(training, "days")):
        raise RuleError("marks-differ", rule="R37", got=len(event.marks), expected=len(read(training, "days")))
    if event.group not in read(training, "quotas"):
        raise RuleError("group-unknown", rule="R37", got=event.group)


@rule("R16", Participation.Created)
def a_participant_is_a_registered_adult(models: Models, _: Record, event: Participation.Created) -> None:
    person = require(models, REGISTRANTS, event.registrant.bytes, rule="R16")
    if person["state"] != "registered" or person["adult"] != "yes":
        raise RuleError("participant-not-adult", rule="R16")


@rule("R26", Participation.Created)
def a_person_takes_part_once(models: Models, _: Record, event: Participation.Created) -> None:
    for row in models.find(PARTICIPATIONS, "registrant", event.registrant.bytes):
        if row["training"] == event.training.bytes and row["state"] != "withdrawn":
            raise RuleError("participant-twice", rule="R26")


@rule("R12", Participation.Created)
def an_instructor_does_not_take_part(models: Models, _: Record, event: Participation.Created) -> None:
    training = require(models, TRAININGS, event.training.bytes, rule="R12")
    if event.registrant.hex in read(training, "instructors"):
        raise RuleError("instructor-participates", rule="R12")


@rule("R15", Participation.Created)
def a_tier_needs_the_lower_ones(models: Models, record: Record, event: Participation.Created) -> None:
    tier = require(models, TRAININGS, event.training.bytes, rule="R15")["tier"]
    if tier is None:
        return
    missing = set(known_tier(tier, record)) - completed_tiers(models, event.registrant.bytes)
    if missing:
        raise RuleError("lower-tier-missing", rule="R15", got=tier, expected=sorted(missing))


@rule("R37", Participation.Completed)
def completion_follows_from_attendance(models: Models, record: Record, event: Participation.Completed) -> None:
    row = require(models, PARTICIPATIONS, record.stream, rule="R37")
    training = require(models, TRAININGS, row["training"], rule="R37")
    present = row["marks"].count(PRESENT)
    if training["state"] != "closed" or present < training["minimum_days"]:
        raise RuleError("attendance-insufficient", rule="R37", got=present, expected=training["minimum_days"])
    if (event.present, event.hours) != (present, training["hours"]):
        raise RuleError("completion-differs", rule="R37", got=event.present, expected=present)


def taking_part(models: Models, training: bytes) -> list[Row]:
    """Participations of this training that were not withdrawn, in no order."""
    return [row for row in models.find(PARTICIPATIONS, "training", training) if row["state"] != "withdrawn"]


def roster(models: Models, training: bytes) -> dict[str, int]:
    """Recorded people by group."""
    counts: dict[str, int] = {}
    for row in taking_part(models, training):
        counts[row["group_code"]] = counts.get(row["group_code"], 0) + 1
    return counts


def unexplained(models: Models, training: bytes) -> list[str]:
    """The discrepancies that still need a reason: "announced", "roster/<group>"."""
    return open_gaps(require(models, TRAININGS, training, rule="R37"), roster(models, training))


def open_gaps(training: Row, came: Mapping[str, int]) -> list[str]:
    """The same of a training's row, and of how many came of each group."""
    quotas, explained = read(training, "quotas"), read(training, "explained")
    gaps = [["announced", training["announced"], sum(quotas.values())]]
    gaps += [[f"roster/{group}", quotas[group], came.get(group, 0)] for group in sorted(quotas)]
    return [gap[0] for gap in gaps if gap[1] != gap[2] and gap not in explained]


def completed_tiers(models: Models, registrant: bytes) -> set[str]:
    """Tiers that a person has completed in trainings that count."""
    done = [row for row in models.find(PARTICIPATIONS, "registrant", registrant) if row["state"] == "completed"]
    trainings = [require(models, TRAININGS, row["training"], rule="R15") for row in done]
    return {t["tier"] for t in trainings if t["tier"] is not None and not t["pilot"]}
