"""When real lists change: substitutes, walk-ins without a NIK, marks corrected after the closing (R37, R26, R14)."""

from ledger.database import Row
from ledger.domain.certificates import Certificate
from ledger.domain.participations import WITHDRAWN, Participation
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import acts
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.rules.asking import require, rule
from ledger.view import Models

Change = Participation.Withdrawn | Participation.Corrected
OVER = ("annulled", "revoked", "superseded")  # Such a certificate rests on nothing any more.


@rule("R24", Participation.Withdrawn, Participation.Corrected)
def a_participation_is_changed_by_its_organiser(models: Models, record: Record, _: Change) -> None:
    owner = _training(models, record.stream)["authority"]
    if record.authority != owner:
        raise RuleError("authority-elsewhere", rule="R24", got=record.authority, expected=owner)


@rule("R37", Participation.Withdrawn)
def a_participation_is_withdrawn_before_the_closing(
    models: Models, record: Record, event: Participation.Withdrawn
) -> None:
    training = _training(models, record.stream)
    if training["state"] != "planned":
        raise RuleError("training-not-open", rule="R37", state=training["state"])
    if event.reason not in WITHDRAWN:
        raise RuleError("reason-unknown", rule="R37", expected=", ".join(WITHDRAWN))


@rule("R37", Participation.Corrected)
def marks_are_corrected_after_the_closing(models: Models, record: Record, event: Participation.Corrected) -> None:
    row, training = require(models, PARTICIPATIONS, record.stream, rule="R37"), _training(models, record.stream)
    if training["state"] != "closed":
        raise RuleError("training-not-closed", rule="R37", state=training["state"])
    if len(event.marks) != len(row["marks"]):
        raise RuleError("marks-differ", rule="R37", got=len(event.marks), expected=len(row["marks"]))
    if event.marks == row["marks"]:
        raise RuleError("marks-same", rule="R37")


@rule("R14", Participation.Corrected)
def a_correction_names_the_certificate_that_rests_on_it(
    models: Models, record: Record, event: Participation.Corrected
) -> None:
    resting = resting_on(models, record.stream)
    if (event.certificate.bytes if event.certificate else None) != (resting["id"] if resting else None):
        raise RuleError("certificate-unnamed", rule="R14", expected=resting["number"] if resting else "-")


@rule("R14", Participation.Corrected)
def a_correction_names_the_certificates_of_competence_that_rest_on_it(
    models: Models, record: Record, event: Participation.Corrected
) -> None:
    """From the second edition of the table of acts on."""
    if not acts(record.day):
        return
    resting = competence_on(models, record.stream)
    if sorted(one.bytes for one in event.competence or ()) != [row["id"] for row in resting]:
        numbers = ", ".join(row["number"] for row in resting)
        raise RuleError("certificate-unnamed", rule="R14", expected=numbers or "-")


@rule("R26", Registrant.Completed, Registrant.Corrected)
def a_provisional_person_is_completed_once(
    models: Models, record: Record, event: Registrant.Completed | Registrant.Corrected
) -> None:
    provisional = bool(require(models, REGISTRANTS, record.stream, rule="R26")["provisional"])
    if provisional != isinstance(event, Registrant.Completed):
        raise RuleError("person-provisional" if provisional else "person-complete", rule="R26")


@rule("R16", Registrant.Completed)
def who_was_taken_for_an_adult_is_one(_: Models, __: Record, event: Registrant.Completed) -> None:
    if not event.adult:
        raise RuleError("participant-not-adult", rule="R16")


@rule("R10", Certificate.Created)
def a_provisional_person_gets_no_certificate(models: Models, _: Record, event: Certificate.Created) -> None:
    if require(models, REGISTRANTS, event.registrant.bytes, rule="R10")["provisional"]:
        raise RuleError("person-provisional", rule="R10")


def resting_on(models: Models, participation: bytes) -> Row | None:
    """The live certificate of attendance that rests on this participation."""
    found = models.find(CERTIFICATES, "participation", participation)
    return next((row for row in found if row["state"] not in OVER), None)


def competence_on(models: Models, participation: bytes) -> list[Row]:
    """The live certificates of competence for which this participation showed the tier (R13), by id."""
    person = require(models, PARTICIPATIONS, participation, rule="R14")["registrant"]
    held = [row for row in models.find(CERTIFICATES, "registrant", person) if row["state"] not in OVER]
    tested = [(row, models.get(ASSESSMENTS, row["assessment"]) or {}) for row in held if row["assessment"]]
    return sorted((row for row, test in tested if test.get("evidence") == participation), key=lambda row: row["id"])


def _training(models: Models, participation: bytes) -> Row:
    row = require(models, PARTICIPATIONS, participation, rule="R37")
    return require(models, TRAININGS, row["training"], rule="R37")
