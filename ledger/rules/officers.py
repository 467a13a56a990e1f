"""Officers: one natural person each, in roles that do not check themselves, within a period (R24, R25)."""

from ledger.domain.officers import Officer
from ledger.domain.values import to_days
from ledger.errors import RuleError, VerificationError
from ledger.events import Record
from ledger.projections.officers import OFFICERS
from ledger.projections.registrants import REGISTRANTS
from ledger.rules.asking import require, rule
from ledger.rules.record import GENESIS_OFFICERS
from ledger.signing.approval import require_sound
from ledger.view import Models


@rule("R24", Officer.Created)
def an_officer_is_a_registered_person(models: Models, record: Record, event: Officer.Created) -> None:
    if record.position in GENESIS_OFFICERS:
        return  # The register begins with them, right after.
    person = require(models, REGISTRANTS, event.person.bytes, rule="R24")
    if person["state"] != "registered":
        raise RuleError("person-erased", rule="R24")
    if person["provisional"]:
        raise RuleError("person-provisional", rule="R24")


@rule("R25", Officer.Created)
def one_person_is_one_officer(models: Models, _: Record, event: Officer.Created) -> None:
    for other in models.find(OFFICERS, "person", event.person.bytes):
        if other["state"] == "appointed":
            raise RuleError("person-is-officer", rule="R25", officer=other["id"].hex())


@rule("R25", Officer.Created, Officer.Changed)
def who_enrols_does_not_approve(_: Models, __: Record, event: Officer.Created | Officer.Changed) -> None:
    if not event.roles or {"enrol", "approve"} <= set(event.roles):
        raise RuleError("roles-exclude", rule="R25", got=sorted(event.roles))


@rule("R24", Officer.Created)
def a_mandate_ends_after_it_begins(_: Models, __: Record, event: Officer.Created) -> None:
    if event.ends is not None and event.ends < event.begins:
        raise RuleError("period-reversed", rule="R24", begins=event.begins, ends=event.ends)


@rule("R24", Officer.Changed)
def a_changed_mandate_ends_after_it_begins(models: Models, record: Record, event: Officer.Changed) -> None:
    row = require(models, OFFICERS, record.stream, rule="R24")
    if event.ends is not None and to_days(event.ends) < row["begins"]:
        raise RuleError("period-reversed", rule="R24", ends=event.ends)


@rule("R25", Officer.KeyEnrolled)
def a_key_belongs_to_one_officer(models: Models, _: Record, event: Officer.KeyEnrolled) -> None:
    if models.find(OFFICERS, "key", event.key):
        raise RuleError("key-taken", rule="R25")


@rule("R25", Officer.KeyEnrolled)
def an_officers_key_is_sound(_: Models, __: Record, event: Officer.KeyEnrolled) -> None:
    """Ed25519, or P-256 as most passkeys have it."""
    try:
        require_sound(event.key)
    except VerificationError as cause:
        raise RuleError("key-unsound", rule="R25", why=cause.code) from cause
