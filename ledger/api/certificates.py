"""Certificates: list, facts, code, history, and what one certifier may do alone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer, certificate_number, count, day, identifier, text, written
from ledger.credentials import picture
from ledger.store.history import Actor

certificates = Endpoints("certificates", "Issued certificates")


class ListQuery(Schema):
    after = certificate_number(load_default="")
    limit = fields.Integer(load_default=100, validate=count(1, 1000).validate)


class SuspensionBody(Schema):
    decree = identifier()
    reason = text(40)
    until = day()


class ReinstatementBody(Schema):
    decree = identifier()
    reason = text(40)


Numbers = answer("Numbers", certificates=fields.List(fields.String()), next=fields.String(allow_none=True))
Certificate = answer(
    "Certificate",
    number=fields.String(),
    kind=fields.String(),
    authority=fields.String(),
    state=fields.String(),
    registrant=fields.UUID(),
    holder=fields.String(),
    signed=fields.String(),
    through=fields.String(allow_none=True),
)
Event = answer(
    "Event",
    position=fields.Integer(),
    recorded=fields.Integer(),
    effective=fields.String(),
    kind=fields.String(),
    stream=fields.UUID(),
    authority=fields.String(allow_none=True),
    actor=fields.UUID(allow_none=True),
    capacity=fields.String(),
    body=fields.Dict(),
)
Acted = written("Acted", certificate=fields.UUID())


@certificates.reads("", Numbers, query=ListQuery)
def listed(_: UUID, query: dict[str, Any]) -> Any:
    """Numbers in order, after a cursor; `next` is null at the end"""
    found = ledger().certificates.listed(**query)
    return {"certificates": found, "next": found[-1] if len(found) == query["limit"] else None}


@certificates.reads("/<number:number>", Certificate)
def show(_: UUID, number: str) -> Any:
    """One certificate, without a name; `holder` is registered or erased"""
    return ledger().certificates.show(number)


@certificates.reads("/<number:number>/history", answer("Events", events=fields.List(fields.Nested(Event))))
def history(_: UUID, number: str) -> Any:
    """Every event that it rests on, oldest first"""
    return {"events": ledger().histories.of_certificate(number)}


def _drawn(rule: str, media_type: str, draw: Callable[[str], str | bytes]) -> None:
    def code(officer: UUID, number: str) -> Any:
        address = ledger().certificates.code(number, reader=str(officer))
        return Response(draw(address), content_type=media_type)

    code.__name__ = rule.replace(".", "_")
    code.__doc__ = f"The certificate's code as {media_type}; the look is noted"
    certificates.looks(f"/<number:number>/{rule}", media_type=media_type)(code)


_drawn("code.png", "image/png", picture.png)
_drawn("code.svg", "image/svg+xml", picture.svg)
_drawn("code.txt", "text/plain", str)


@certificates.writes("/<number:number>/suspension", Acted, body=SuspensionBody)
def suspend(actor: Actor, body: dict[str, Any], number: str) -> Any:
    """Suspend for up to three days, alone; longer is proposed"""
    return ledger().certificates.act_alone(actor, ledger().certificates.status_act("suspend", number, **body))


@certificates.writes("/<number:number>/reinstatement", Acted, body=ReinstatementBody)
def reinstate(actor: Actor, body: dict[str, Any], number: str) -> Any:
    """Lift a suspension that one person decided alone"""
    return ledger().certificates.act_alone(actor, ledger().certificates.status_act("reinstate", number, **body))
