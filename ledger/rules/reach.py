"""How far an officer's acts reach: to what the officer's own authority began; the founding one serves all (R24)."""

from typing import Any

from ledger.domain.assessments import Assessment
from ledger.domain.attestations import Attestation
from ledger.domain.authorities import Authority
from ledger.domain.delegations import Delegation
from ledger.domain.exports import Export
from ledger.domain.officers import Officer
from ledger.domain.participations import Participation
from ledger.domain.registrants import Registrant
from ledger.domain.regulations import Regulation
from ledger.domain.rulebook import acts
from ledger.domain.schemes import Scheme
from ledger.domain.trainings import Training
from ledger.errors import RuleError
from ledger.events import Fact, Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.delegations import DELEGATIONS
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES
from ledger.projections.trainings import TRAININGS
from ledger.rules.asking import require, rule
from ledger.view import Models

FIRST_OFFICER = 1  # Position of the appointment whose authority founds the ledger.
TrainingEvent = Training.Explained | Training.InstructorAssigned | Training.Closed | Training.Cancelled


def _own(record: Record, owner: str) -> None:
    if record.authority != owner:
        raise RuleError("authority-elsewhere", rule="R24", got=record.authority, expected=owner)


def founder(models: Models) -> str:
    """The authority that began the ledger."""
    found = models.find(OFFICERS, "appointed_at", FIRST_OFFICER)
    return found[0]["authority"] if found else ""


@rule("R24", Training.Created)
def a_training_is_planned_by_its_organiser(_: Models, record: Record, event: Training.Created) -> None:
    _own(record, event.authority)


@rule("R24", Training.Explained, Training.InstructorAssigned, Training.Closed, Training.Cancelled)
def a_training_is_run_by_its_organiser(models: Models, record: Record, _: TrainingEvent) -> None:
    _own(record, require(models, TRAININGS, record.stream, rule="R24")["authority"])


@rule("R24", Participation.Created)
def attendance_is_recorded_by_the_organiser(models: Models, record: Record, event: Participation.Created) -> None:
    _own(record, require(models, TRAININGS, event.training.bytes, rule="R24")["authority"])


@rule("R24", Participation.Completed)
def completion_is_signed_by_the_organiser(models: Models, record: Record, _: Participation.Completed) -> None:
    row = require(models, PARTICIPATIONS, record.stream, rule="R24")
    _own(record, require(models, TRAININGS, row["training"], rule="R24")["authority"])


@rule("R24", Assessment.Scored, Assessment.Decided)
def an_assessment_belongs_to_the_authority_that_scheduled_it(
    models: Models, record: Record, _: Assessment.Scored | Assessment.Decided
) -> None:
    _own(record, require(models, ASSESSMENTS, record.stream, rule="R24")["authority"])


@rule("R24", Scheme.Published)
def an_edition_is_published_by_the_schemes_authority(models: Models, record: Record, _: Scheme.Published) -> None:
    _own(record, require(models, SCHEMES, record.stream, rule="R24")["authority"])


@rule("R24", Authority.Created, Authority.Granted, Authority.Ended)
def only_the_founding_authority_grants_authority(models: Models, record: Record, _: Fact) -> None:
    _own(record, founder(models))


@rule("R24", Export.Created)
def only_the_founding_authority_hands_out_the_history(models: Models, record: Record, _: Export.Created) -> None:
    _own(record, founder(models))


@rule("R24", Attestation.Created, Attestation.Withdrawn)
def only_the_founding_authority_confirms_papers_of_others(models: Models, record: Record, _: Fact) -> None:
    _own(record, founder(models))


@rule("R24", Officer.Created, Officer.KeyEnrolled, Officer.KeyEnded, Officer.Changed, Officer.Dismissed)
def officers_are_appointed_by_their_own_or_the_founding_authority(models: Models, record: Record, event: Fact) -> None:
    if record.actor is None or record.authority == founder(models):
        return
    own = event.authority if isinstance(event, Officer.Created) else None
    _own(record, own or require(models, OFFICERS, record.stream, rule="R24")["authority"])


@rule("R24", Delegation.Ended)
def a_delegation_is_ended_by_its_own_or_the_founding_authority(models: Models, record: Record, _: Any) -> None:
    officer = require(models, DELEGATIONS, record.stream, rule="R24")["officer"]
    if record.authority != founder(models):
        _own(record, require(models, OFFICERS, officer, rule="R24")["authority"])


@rule("R24", Regulation.Created, Regulation.Revoked)
def only_the_founding_authority_keeps_the_catalogue(models: Models, record: Record, _: Fact) -> None:
    """What it revokes is revoked for everybody; from the second edition of the table of acts on."""
    if acts(record.day):
        _own(record, founder(models))


@rule("R24", Registrant.Completed, Registrant.Corrected, Registrant.Erased)
def who_a_person_is_the_only_authority_concerned_says(models: Models, record: Record, _: Fact) -> None:
    """Or the founding one: of whom another authority registered, appointed or certified; from the second edition of
    the table of acts on."""
    if not acts(record.day) or record.authority == founder(models):
        return
    for authority in sorted(_concerned(models, record.stream)):
        _own(record, authority)


def _concerned(models: Models, person: bytes) -> set[str]:
    enrolled_by = require(models, REGISTRANTS, person, rule="R24")["enrolled_by"]
    clerk = models.get(OFFICERS, enrolled_by) if enrolled_by else None
    rows = [*models.find(OFFICERS, "person", person), *models.find(CERTIFICATES, "registrant", person)]
    return {row["authority"] for row in rows} | {clerk["authority"] if clerk else founder(models)}
