"""When real lists change: substitutes, walk-ins, completions; corrected marks are proposed (`correct-attendance`)."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from marshmallow.validate import Length

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.registrants import PersonBody, person, registrants
from ledger.api.shapes import answer, one_of, text, written, yes_or_no
from ledger.api.trainings import trainings
from ledger.domain.participations import WITHDRAWN
from ledger.domain.people import FullName
from ledger.store.history import Actor

participations = Endpoints("participations", "One person in one training, without a name")


class WithdrawalBody(Schema):
    reason = one_of(*WITHDRAWN)


class SubstituteBody(PersonBody):
    marks = text(31)


class WalkInBody(Schema):
    name = text(400)
    sex = one_of("L", "P")
    group = fields.String(required=True, validate=Length(1, 20))
    marks = text(31)
    adult = yes_or_no(required=True)


Participation = answer(
    "Participation",
    participation=fields.UUID(),
    training=fields.UUID(),
    registrant=fields.UUID(),
    group=fields.String(),
    marks=fields.String(),
    state=fields.String(),
    version=fields.Integer(),
    provisional=fields.Boolean(),
    certificate=fields.String(allow_none=True),
)


@participations.reads("/<uuid:id>", Participation)
def show(officer: UUID, id: UUID) -> Any:
    """One participation: marks, state, and the live certificate that rests on it"""
    ledger().scope.participation(officer, id)
    return ledger().participations.show(id)


@participations.writes("/<uuid:id>/withdrawal", written("Withdrawn", participation=fields.UUID()), body=WithdrawalBody)
def withdraw(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Withdraw a participation before the closing"""
    return ledger().participations.withdraw(actor, id, body["reason"])


Substituted = written("Substituted", participation=fields.UUID(), registrant=fields.UUID(), new=fields.Boolean())


@participations.writes("/<uuid:id>/substitution", Substituted, body=SubstituteBody)
def substitute(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Another person took the place

    The one is withdrawn and the other recorded for the same group, or neither.
    """
    return ledger().participations.substitute(actor, id, person(body), body["marks"])


@trainings.writes(
    "/<uuid:id>/walk-ins",
    written("WalkedIn", participation=fields.UUID(), registrant=fields.UUID()),
    body=WalkInBody,
)
def walk_in(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Record somebody without a NIK at hand

    Provisionally: no certificate before the completion.
    """
    name = FullName.parse(body.pop("name"))
    return ledger().participations.walk_in(actor, id, name=name, **body)


Completion = written(
    "PersonCompleted", registrant=fields.UUID(), duplicate=fields.Boolean(), withdrawn=fields.Integer()
)


@registrants.writes("/<uuid:id>/completion", Completion, body=PersonBody)
def complete(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Tell the NIK of a walk-in

    If it is somebody's already (`duplicate`), that person takes the place in every training that is still open.
    """
    return ledger().participations.complete(actor, id, person(body))
