"""Proposals and their approval by a second person."""

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.acts import PROPOSABLE, prepare, title
from ledger.api.bodies import body
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import Nothing, Octets, answer, one_of, text, written
from ledger.application.discussions import LONGEST
from ledger.signing.approval import ED25519, KINDS, MAX_ASSERTION
from ledger.store.history import Actor

proposals = Endpoints("proposals", "What needs two people: proposed by one, signed by another")

BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [schema for schema, _ in PROPOSABLE.values()],
                    "discriminator": {
                        "propertyName": "act",
                        "mapping": {name: f"#/components/schemas/{title(name)}" for name in PROPOSABLE},
                    },
                }
            }
        },
    }
}
Proposed = written("Proposed", proposal=fields.UUID(), count=fields.Integer(), expires=fields.Integer())
Waiting = answer(
    "Waiting",
    proposal=fields.UUID(),
    count=fields.Integer(),
    expires=fields.Integer(),
    authority=fields.String(),
)
ActShown = answer(
    "ActShown",
    kind=fields.String(),
    stream=fields.UUID(),
    fields=fields.Dict(),
    people=fields.List(fields.String(allow_none=True)),
)
Shown = answer(
    "Shown",
    proposal=fields.UUID(),
    state=fields.String(),
    count=fields.Integer(),
    made=fields.Integer(),
    expires=fields.Integer(),
    version=fields.Integer(),
    effective=fields.String(allow_none=True),
    leaf=fields.String(),
    shown=fields.String(),
    signing=fields.String(),
    acts=fields.List(fields.Nested(ActShown)),
)


class ApprovalBody(Schema):
    """`assertion`: Ed25519 over the bytes `signing`; absent only while the approver has no key yet.

    Of a passkey (`webauthn`): CBOR of [authenticatorData, clientDataJSON, signature], for SHA-256 of `signing`.
    """

    assertion = Octets(64, MAX_ASSERTION, load_default=None, allow_none=True)
    assertion_kind = one_of(*KINDS, load_default=ED25519)


class CommentBody(Schema):
    comment = text(LONGEST)


@proposals.writes("", Proposed, doc=BODIES)
def propose(actor: Actor) -> Any:
    """Propose an act

    It is tried at once, and undone: what a rule refuses is refused here, whoever might approve it.
    """
    acts, effective = prepare(ledger(), body(request))
    return ledger().proposals.propose(actor, acts, effective=effective)


@proposals.looks("", answer("WaitingList", proposals=fields.List(fields.Nested(Waiting))))
def waiting(officer: UUID) -> Any:
    """Proposals that wait for approval; an officer of a board sees those of the own province"""
    return {"proposals": ledger().proposals.waiting(ledger().scope.sight(officer))}


@proposals.looks("/<uuid:id>", Shown)
def show(officer: UUID, id: UUID) -> Any:
    """What an approver signs, and of whom, told apart from others of that name (null: erased); the look is noted"""
    ledger().scope.proposal(officer, id)
    return ledger().proposals.show(id, reader=str(officer))


Approved = written("Approved", proposal=fields.UUID(), streams=fields.List(fields.UUID()))


@proposals.writes("/<uuid:id>/approval", Approved, body=ApprovalBody)
def approve(actor: Actor, given: dict[str, Any], id: UUID) -> Any:
    """Approve: the acts are carried out in the same transaction"""
    return ledger().proposals.approve(actor, id, given["assertion"], given["assertion_kind"])


Answered = written("Answered", proposal=fields.UUID())


@proposals.writes("/<uuid:id>/comments", Answered, body=CommentBody)
def comment(actor: Actor, given: dict[str, Any], id: UUID) -> Any:
    """Say something about an open proposal; the text is sealed"""
    return ledger().discussions.comment(actor, id, given["comment"])


@proposals.writes("/<uuid:id>/return", Answered, body=CommentBody)
def send_back(actor: Actor, given: dict[str, Any], id: UUID) -> Any:
    """Send a proposal back to its proposer, who may make another one"""
    return ledger().discussions.send_back(actor, id, given["comment"])


@proposals.writes("/<uuid:id>/refusal", Answered, body=CommentBody)
def refuse(actor: Actor, given: dict[str, Any], id: UUID) -> Any:
    """Refuse a proposal"""
    return ledger().discussions.refuse(actor, id, given["comment"])


@proposals.writes("/<uuid:id>/withdrawal", Answered, body=Nothing)
def withdraw(actor: Actor, _: dict[str, Any], id: UUID) -> Any:
    """Withdraw an own proposal"""
    return ledger().discussions.withdraw(actor, id)
