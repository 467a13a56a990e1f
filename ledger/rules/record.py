"""Rules of every event: dense versions, time, and the officer who acts (R24, R27, R28)."""

from uuid import UUID

from ledger.domain.deliveries import CLAIM, Delivery
from ledger.domain.keys import Keys
from ledger.domain.officers import CARETAKER, Officer
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import caretakes, parameter, roles_for
from ledger.domain.values import to_days
from ledger.errors import RuleError
from ledger.events import KINDS, Record
from ledger.projections.all import VIEWS
from ledger.projections.officers import OFFICERS, roles
from ledger.rules import plain  # noqa: F401 - asked first: the other rules may rely on its patterns.
from ledger.rules.asking import rule
from ledger.view import Models

GENESIS_OFFICERS = (1, 2)  # Positions: event 0 is the first key list.
GENESIS: dict[int, type] = {0: Keys.Created, 1: Officer.Created, 2: Officer.Created}


@rule("R28")
def versions_are_dense(models: Models, record: Record, _: object) -> None:
    row = models.get(VIEWS[KINDS[record.event.TOPIC][1]], record.stream)
    expected = row["version"] + 1 if row else 1
    if record.event.originator_version != expected:
        raise RuleError("version-gap", rule="R28", got=record.event.originator_version, expected=expected)


@rule("R27")
def nothing_takes_effect_after_it_is_recorded(_: Models, record: Record, event: object) -> None:
    if record.effective > record.day:
        raise RuleError("effective-in-future", rule="R27", got=record.effective, expected=f"<= {record.day}")


@rule("R27")
def back_dating_has_a_reason(_: Models, record: Record, event: object) -> None:
    late = (record.day - record.effective).days
    if late > parameter("backdating.days", record.day) and getattr(event, "backdated", None) is None:
        raise RuleError("back-dated", rule="R27", got=record.effective, days=late)


@rule("R24")
def only_an_officer_in_office_acts(models: Models, record: Record, _: object) -> None:
    if record.actor is None:
        _service_may(models, record)
        return
    officer = models.get(OFFICERS, record.actor.bytes)
    if officer is None or officer["state"] != "appointed":
        raise RuleError("officer-not-in-office", rule="R24", officer=record.actor)
    day = to_days(record.day)
    if day < officer["begins"] or (officer["ends"] is not None and day > officer["ends"]):
        raise RuleError("outside-mandate", rule="R24", officer=record.actor, on=record.day)
    if record.capacity != officer["office"]:
        raise RuleError("capacity-differs", rule="R24", got=record.capacity, expected=officer["office"])
    if record.authority != officer["authority"]:
        raise RuleError("authority-differs", rule="R24", got=record.authority, expected=officer["authority"])


@rule("R24")
def the_role_reaches_the_act(models: Models, record: Record, _: object) -> None:
    if record.actor is None:
        return
    officer = models.get(OFFICERS, record.actor.bytes)
    needed = roles_for(record.event.TOPIC, record.day)
    if officer is None or needed.isdisjoint(roles(officer)):
        raise RuleError("role-missing", rule="R24", kind=record.event.TOPIC, expected=sorted(needed))


@rule("R24")
def a_caretaker_keeps_to_a_few_acts(models: Models, record: Record, _: object) -> None:
    officer = models.get(OFFICERS, record.actor.bytes) if record.actor else None
    if officer is None or CARETAKER not in roles(officer):
        return
    if not caretakes(record.event.TOPIC, record.day):
        raise RuleError("caretaker-limited", rule="R24", kind=record.event.TOPIC)


def _service_may(models: Models, record: Record) -> None:
    """The service itself writes key lists, the two first officers, and these two as registrants; that a holder
    claimed a paper, and that a mail came back."""
    event = record.event
    if isinstance(event, Delivery.Bounced) or (isinstance(event, Delivery.Received) and event.means == CLAIM):
        return
    if isinstance(event, Keys.Created | Keys.Changed):
        return
    if isinstance(event, Officer.Created) and record.position in GENESIS_OFFICERS:
        return
    if isinstance(event, Registrant.Created):
        first = models.find(OFFICERS, "person", record.stream)
        if any(officer["appointed_at"] in GENESIS_OFFICERS for officer in first):
            return
    raise RuleError("officer-needed", rule="R24", kind=event.TOPIC)


@rule("R24")
def the_ledger_begins_with_keys_and_two_officers(models: Models, record: Record, event: object) -> None:
    """Source: docs/formats/event.md: event 0 is the first key list, 1 and 2 appoint two different people."""
    wanted = GENESIS.get(record.position)
    if wanted is not None and (not isinstance(event, wanted) or record.actor is not None):
        raise RuleError("genesis-malformed", rule="R24", position=record.position, got=record.event.TOPIC)
    if wanted is None and isinstance(event, Keys.Created):
        raise RuleError("genesis-malformed", rule="R24", position=record.position, got=record.event.TOPIC)


def person_of(models: Models, officer: UUID | bytes | None) -> bytes | None:
    """The registrant behind an officer's stream."""
    if officer is None:
        return None
    row = models.get(OFFICERS, officer.bytes if isinstance(officer, UUID) else officer)
    return None if row is None else row["person"]
