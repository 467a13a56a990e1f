"""Issuing bodies with what they may issue, and the catalogue of legal bases."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer, day, text, written
from ledger.domain.values import from_days
from ledger.store.history import Actor

authorities = Endpoints("authorities", "Issuing bodies and their grants")
regulations = Endpoints("regulations", "Legal bases, and since when one is revoked")

Grant = answer(
    "Grant",
    name=fields.String(),
    scope=fields.String(),
    schemes=fields.List(fields.String()),
    basis=fields.String(),
    begins=fields.Date(),
    ends=fields.Date(allow_none=True),
)
Authority = answer(
    "Authority", authority=fields.String(), status_uri=fields.String(), grants=fields.List(fields.Nested(Grant))
)


class RegulationBody(Schema):
    regulation = text()
    rank = text(20)
    begins = day()


class RevocationBody(Schema):
    regulation = text()
    by = text()
    on = day()


@authorities.reads("", answer("Authorities", authorities=fields.List(fields.Nested(Authority))), public=True)
def listed() -> Any:
    """All authorities with their grants"""
    return {"authorities": [_dated(row) for row in ledger().authorities.listed()]}


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    def day(days: int | None) -> date | None:
        return None if days is None else from_days(days)

    grants = [grant | {"begins": day(grant["begins"]), "ends": day(grant["ends"])} for grant in row["grants"]]
    return row | {"grants": grants}


@regulations.writes("", written("Catalogued", regulation=fields.String()), body=RegulationBody)
def catalogue(actor: Actor, body: dict[str, Any]) -> Any:
    """Catalogue a legal basis"""
    return ledger().authorities.catalogue(actor, **body)


@regulations.writes("/revocations", written("RegulationRevoked", regulation=fields.String()), body=RevocationBody)
def revoke(actor: Actor, body: dict[str, Any]) -> Any:
    """Record that a legal basis was revoked"""
    return ledger().authorities.revoke_regulation(actor, **body)
