"""Certification schemes and their editions."""

from typing import Any

from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer, text, written
from ledger.domain.values import from_days
from ledger.store.history import Actor

schemes = Endpoints("schemes", "Certification schemes; editions are published by proposal")

Edition = answer(
    "Edition",
    edition=fields.Integer(),
    standard=fields.String(),
    dimensions=fields.List(fields.String()),
    basis=fields.String(),
    begins=fields.Date(),
    verified=fields.Boolean(),
    equivalents=fields.Boolean(),
    conditions=fields.List(fields.String()),
    tier=fields.String(allow_none=True),
    months=fields.Integer(allow_none=True),
)
Scheme = answer("Scheme", scheme=fields.UUID(), kind=fields.String(), editions=fields.List(fields.Nested(Edition)))


class SchemeBody(Schema):
    kind = text(60)


@schemes.writes("", written("SchemeRegistered", scheme=fields.UUID(), kind=fields.String()), body=SchemeBody)
def register(actor: Actor, body: dict[str, str]) -> Any:
    """Register a scheme"""
    return ledger().schemes.register(actor, body["kind"])


@schemes.reads("", answer("Schemes", schemes=fields.List(fields.Nested(Scheme))), public=True)
def listed() -> Any:
    """All schemes with their editions"""
    return {"schemes": [_dated(row) for row in ledger().schemes.listed()]}


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"editions": [edition | {"begins": from_days(edition["begins"])} for edition in row["editions"]]}
