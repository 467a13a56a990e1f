"""Which organ acts and which approves: the table of acts; a board keeps to its province (R12, R24, R25, R38)."""

from typing import Any

from ledger.domain.assessments import Assessment
from ledger.domain.certificates import ATTENDANCE, Certificate
from ledger.domain.delegations import Delegation
from ledger.domain.officers import Officer
from ledger.domain.proposals import Proposal
from ledger.domain.regions import exists
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import act_of, acts
from ledger.domain.trainings import Training
from ledger.domain.values import to_days
from ledger.errors import RuleError
from ledger.events import Fact, Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.delegations import DELEGATIONS
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.proposals import PROPOSALS
from ledger.rules.asking import require, rule
from ledger.rules.assessments import trainers
from ledger.rules.places import comes_to, place, places
from ledger.rules.record import person_of
from ledger.view import Models

# What a board writes though it lies in no province: the acts that rest on these do.
ANYWHERE = ("decree.recorded", "proposal.made", "blank.spoiled")
ANSWERS = (Proposal.Approved, Proposal.Commented, Proposal.Returned, Proposal.Refused, Proposal.Withdrawn)
Provincial = Officer.Created | Officer.Changed | Training.Created | Delegation.Created


@rule("R38", Officer.Created, Officer.Changed, Training.Created, Delegation.Created)
def a_board_is_of_a_province(_: Models, record: Record, event: Provincial) -> None:
    if event.region is not None and (len(event.region) != 2 or not exists(event.region, record.effective)):
        raise RuleError("region-unknown", rule="R38", got=event.region, on=record.effective)


@rule("R24")
def a_board_acts_within_its_province(models: Models, record: Record, event: Fact) -> None:
    """An officer of a board writes about its trainings, its people and their certificates, and nothing else."""
    region = region_of(models, record.actor.bytes if record.actor else None)
    if region is None or event.TOPIC in ANYWHERE:
        return
    found = _proposers(models, record) if isinstance(event, ANSWERS) else places(models, record)
    if region not in found and not comes_to(models, record, region):
        raise RuleError("province-elsewhere", rule="R24", expected=region)


def _proposers(models: Models, record: Record) -> set[str | None]:
    """The provinces for which the proposer acts that day."""
    proposer = require(models, PROPOSALS, record.stream, rule="R24")["proposer"]
    return {region_of(models, proposer), *delegated(models, proposer, to_days(record.day))}


@rule("R24")
def the_competent_organ_acts(models: Models, record: Record, event: Fact) -> None:
    row = act_of(named(event), record.day)
    if row is None or record.actor is None:
        return
    region, province = region_of(models, record.actor.bytes), place(models, record)
    if _fits(row.by, region, province):
        return
    if row.by == "board" and province in delegated(models, record.actor.bytes, to_days(record.day)):
        return
    raise RuleError("organ-differs", rule="R24", act=row.act, expected=_organ(row.by, province))


@rule("R24", Certificate.Reinstated)
def what_the_central_board_stopped_no_other_lifts_alone(
    models: Models, record: Record, event: Certificate.Reinstated
) -> None:
    """From the second edition of the table on."""
    region = region_of(models, record.actor.bytes if record.actor else None)
    if not acts(record.day) or event.proposal is not None or region is None:
        return
    if region_of(models, require(models, CERTIFICATES, record.stream, rule="R24")["acted_by"]) is None:
        raise RuleError("organ-differs", rule="R24", act="emergency", expected=_organ("central", None))


@rule("R25")
def the_competent_organ_approves(models: Models, record: Record, event: Fact) -> None:
    row, proposal = act_of(named(event), record.day), getattr(event, "proposal", None)
    if row is None or proposal is None or models.rehearsing or isinstance(event, Proposal.Approved):
        return
    approver = require(models, PROPOSALS, proposal.bytes, rule="R25")["approver"]
    province = place(models, record)
    if not _fits(row.approved, region_of(models, approver), province):
        raise RuleError("approver-differs", rule="R25", act=row.act, expected=_organ(row.approved, province))


def _fits(organ: str, region: str | None, province: str | None) -> bool:
    match organ:
        case "central":
            return region is None
        case "board":
            return region == province
        case "either":
            return region is None or region == province or province is None
    return True


def _organ(organ: str, province: str | None) -> str:
    """DPP, or DPD with its province."""
    return "DPP" if organ == "central" or province is None else f"DPD {province}"


@rule("R24", Officer.Created, Officer.Changed, Officer.Dismissed, Delegation.Created)
def what_changes_an_officers_powers_rests_on_a_decree(models: Models, record: Record, event: Any) -> None:
    row = act_of(event.TOPIC, record.day)
    if row is None or not row.decree or record.actor is None:
        return
    decree = require(models, DECREES, event.decree.bytes, rule="R24") if event.decree else None
    if decree is None or (decree["matter"], decree["authority"]) != (row.decree, record.authority):
        raise RuleError("decree-matter", rule="R24", got=decree and decree["matter"], expected=row.decree)


@rule("R25", Training.Closed)
def a_training_is_closed_by_another_than_recorded_it(models: Models, record: Record, _: Training.Closed) -> None:
    """From the second edition of the table on."""
    if not acts(record.day):
        return
    closer = person_of(models, record.actor)
    recorded = {row["recorded_by"] for row in models.find(PARTICIPATIONS, "training", record.stream)}
    if closer in {person_of(models, officer) for officer in recorded if officer}:
        raise RuleError("closed-by-recorder", rule="R25")


@rule("R12", Assessment.Decided)
def results_are_decided_with_somebody_who_neither_trained_nor_examined(
    models: Models, record: Record, _: Assessment.Decided
) -> None:
    """The certifier, like the panel; from the second edition of the table on."""
    person = person_of(models, record.actor)
    if not acts(record.day) or person is None:
        return
    row = require(models, ASSESSMENTS, record.stream, rule="R12")
    if person.hex() in read(row, "assessors"):
        raise RuleError("decider-examined", rule="R12")
    if person.hex() in trainers(models, row["registrant"]):
        raise RuleError("decider-trained", rule="R12")


def named(event: Fact) -> str:
    """The kind of an event as the table of acts names it."""
    if isinstance(event, Certificate.Created) and event.kind.startswith(f"{ATTENDANCE}/"):
        return f"{event.TOPIC}/{ATTENDANCE}"
    by_one = (Certificate.Suspended, Certificate.Reinstated, Registrant.Corrected)
    if isinstance(event, by_one) and event.proposal is None:
        return f"{event.TOPIC}/alone"
    return event.TOPIC


def region_of(models: Models, officer: bytes | None) -> str | None:
    """The province of this officer's board; None: the central one, or the service itself."""
    row = models.get(OFFICERS, officer) if officer else None
    region: str | None = row["region"] if row else None
    return region


def delegated(models: Models, officer: bytes, day: int) -> set[str]:
    """The provinces for whose boards this officer may act that day, in days since 1970-01-01."""
    given = models.find(DELEGATIONS, "officer", officer)
    return {d["region"] for d in given if d["state"] == "given" and d["begins"] <= day <= d["ends"]}
