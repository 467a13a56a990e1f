"""People, pseudonymous."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer, one_of, text, written
from ledger.application.registrants import Person
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.store.history import Actor

registrants = Endpoints("registrants", "Registered people: a random id, and sealed data that no answer repeats")


class PersonBody(Schema):
    name = text(400)
    nik = text(40)
    born = text(10)
    sex = one_of("L", "P")
    region = text(8)


Registered = written("Registered", registrant=fields.UUID(), new=fields.Boolean())
Registrant = answer(
    "Registrant", registrant=fields.UUID(), state=fields.String(), region=fields.String(), adult=fields.Boolean()
)


def person(body: dict[str, str]) -> Person:
    return Person(
        FullName.parse(body["name"]),
        NationalId.parse(body["nik"]),
        BirthDate.parse(body["born"]),
        body["sex"],
        body["region"],
    )


@registrants.writes("", Registered, body=PersonBody)
def register(actor: Actor, body: dict[str, str]) -> Any:
    """Register a person

    Who has this NIK already is answered with the id there is (`new`: false).
    """
    return ledger().registrants.register(actor, person(body))


@registrants.reads("/<uuid:id>", Registrant)
def show(officer: UUID, id: UUID) -> Any:
    """One person, without a name"""
    ledger().scope.registrant(officer, id)
    return ledger().registrants.show(id)


Corrected = written(
    "Corrected", registrant=fields.UUID(), proposal=fields.UUID(), count=fields.Integer(), expires=fields.Integer()
)


@registrants.writes("/<uuid:id>/corrections", Corrected, body=PersonBody)
def correct(actor: Actor, body: dict[str, str], id: UUID) -> Any:
    """Correct a person's identity

    Of who holds a certificate or an office it is proposed: the answer has a `proposal`, and no `registrant`.
    """
    if actor.officer is not None:
        ledger().scope.registrant(actor.officer, id)
    return ledger().corrections.correct(actor, id, person(body))
