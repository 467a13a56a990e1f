"""Certificates: list, facts, code, history, and what one certifier may do alone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer, certificate_number, count, day, identifier, one_of, text, written
from ledger.application.histories import EVERYTHING
from ledger.credentials import picture
from ledger.projections.as_of import Cut
from ledger.store.history import Actor

certificates = Endpoints("certificates", "Issued certificates")


class ListQuery(Schema):
    after = certificate_number(load_default="")
    limit = fields.Integer(load_default=100, validate=count(1, 1000).validate)


class AsOfQuery(Schema):
    """As things stood on a day: docs/time.md."""

    as_of = day(load_default=None)
    by = one_of("effective", "recorded", load_default="effective")


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
    as_of=fields.String(),  # From here on only where a day was asked for.
    by=fields.String(),
    standing=fields.String(),
    since=fields.String(allow_none=True),
    until=fields.String(allow_none=True),
    decree=fields.UUID(allow_none=True),
    reason=fields.String(allow_none=True),
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
def listed(officer: UUID, query: dict[str, Any]) -> Any:
    """Numbers in order, after a cursor; `next` is null at the end"""
    found = ledger().certificates.listed(**query, sight=ledger().scope.sight(officer))
    return {"certificates": found, "next": found[-1] if len(found) == query["limit"] else None}


@certificates.reads("/<number:number>", Certificate, query=AsOfQuery)
def show(officer: UUID, query: dict[str, Any], number: str) -> Any:
    """One certificate, without a name; `holder` is registered or erased"""
    ledger().scope.certificate(officer, number)
    cut = _cut(query)
    return ledger().certificates.show(number) if cut is None else ledger().certificates.show_at(number, cut)


Events = answer("Events", events=fields.List(fields.Nested(Event)))


@certificates.reads("/<number:number>/history", Events, query=AsOfQuery)
def history(officer: UUID, query: dict[str, Any], number: str) -> Any:
    """Every event that it rests on, oldest first"""
    ledger().scope.certificate(officer, number)
    return {"events": ledger().histories.of_certificate(number, _cut(query) or EVERYTHING)}


def _cut(query: dict[str, Any]) -> Cut | None:
    """None: no day was asked for."""
    return None if query["as_of"] is None else Cut(query["as_of"], query["by"] == "recorded")


def _drawn(rule: str, media_type: str, draw: Callable[[str], str | bytes]) -> None:
    def code(officer: UUID, number: str) -> Any:
        ledger().scope.certificate(officer, number)
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
