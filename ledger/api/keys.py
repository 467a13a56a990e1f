"""The key list in force, as verifiers and auditors fetch it; and the officers."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import answer

key_list = Endpoints("key-list", "Public keys, signed by the roots")
officers = Endpoints("officers", "Who may act, for whom, in which roles")

Officer = answer(
    "Officer",
    officer=fields.UUID(),
    person=fields.UUID(),
    authority=fields.String(),
    roles=fields.List(fields.String()),
    office=fields.String(),
    state=fields.String(),
    key=fields.Boolean(),
)


@key_list.reads("", media_type="application/cbor", public=True)
def published() -> Response:
    """The key list in force (docs/formats/key-list.md)"""
    return Response(ledger().keys.published(), content_type="application/cbor")


@officers.reads("", answer("Officers", officers=fields.List(fields.Nested(Officer))))
def listed(officer: UUID) -> Any:
    """All officers whom this one sees, by the ids of the people"""
    sight = ledger().scope.sight(officer)
    return {"officers": [one for one in ledger().officers.listed() if sight.covers(one)]}
