"""Decrees, accepted equivalents, and assessments from schedule to decision."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import day, identifier, one_of, text, unique, written
from ledger.domain.schemes import DIMENSIONS
from ledger.store.history import Actor

decrees = Endpoints("decrees", "Decisions that were signed on paper")
equivalences = Endpoints("equivalences", "Training elsewhere, accepted by decree")
assessments = Endpoints("assessments", "Scheduled, scored, decided")

BATCH = 2000


class DecreeBody(Schema):
    number = text(80)
    matter = text(40)
    on = day()
    deciders = fields.List(fields.UUID(), required=True, validate=Length(1, 50))
    backdated = text(2000, load_default=None, allow_none=True)


class EquivalenceBody(Schema):
    registrant = identifier()
    tier = text(40)
    decree = identifier()
    reasons = text(2000)


class Candidate(Schema):
    registrant = identifier()
    evidence = identifier(load_default=None, allow_none=True)


class ScheduleBody(Schema):
    scheme = identifier()
    candidates = fields.List(fields.Nested(Candidate), required=True, validate=[Length(1, BATCH), unique("registrant")])
    assessors = fields.List(fields.UUID(), required=True, validate=Length(1, 50))
    on = day()


class Score(Schema):
    assessment = identifier()
    results = fields.Dict(
        fields.String(validate=OneOf(DIMENSIONS)), one_of("K", "BK"), required=True, validate=Length(1)
    )


class ScoresBody(Schema):
    assessor = identifier()
    scores = fields.List(fields.Nested(Score), required=True, validate=[Length(1, BATCH), unique("assessment")])


class Outcome(Schema):
    assessment = identifier()
    outcome = one_of("K", "BK")


class DecisionsBody(Schema):
    decree = identifier()
    outcomes = fields.List(fields.Nested(Outcome), required=True, validate=[Length(1, BATCH), unique("assessment")])


@decrees.writes("", written("DecreeRecorded", decree=fields.UUID(), decree_number=fields.String()), body=DecreeBody)
def decree(actor: Actor, body: dict[str, Any]) -> Any:
    """Record a decree; one recorded late wants a reason, which is sealed"""
    return ledger().assessments.decree(actor, **body)


@equivalences.writes("", written("EquivalentAccepted", equivalence=fields.UUID()), body=EquivalenceBody)
def accept(actor: Actor, body: dict[str, Any]) -> Any:
    """Accept training elsewhere in place of a tier"""
    return ledger().assessments.accept_equivalent(actor, **body)


Scheduled = written("Scheduled", assessments=fields.Dict(fields.String(), fields.UUID()))


@assessments.writes("", Scheduled, body=ScheduleBody)
def schedule(actor: Actor, body: dict[str, Any]) -> Any:
    """Schedule a test; evidence that is not named is found

    The answer maps each registrant to the assessment.
    """
    candidates = {one["registrant"]: one["evidence"] for one in body.pop("candidates")}
    return ledger().assessments.schedule(actor, candidates=candidates, **body)


@assessments.writes("/scores", written("Scored", scored=fields.Integer()), body=ScoresBody)
def score(actor: Actor, body: dict[str, Any]) -> Any:
    """Record results by dimension: K competent, BK not yet"""
    results = {one["assessment"]: one["results"] for one in body["scores"]}
    return ledger().assessments.score(actor, assessor=body["assessor"], results=results)


@assessments.writes("/decisions", written("Decided", decided=fields.Integer()), body=DecisionsBody)
def decide(actor: Actor, body: dict[str, Any]) -> Any:
    """Decide by decree; final"""
    outcomes = {one["assessment"]: one["outcome"] for one in body["outcomes"]}
    return ledger().assessments.decide(actor, decree=body["decree"], outcomes=outcomes)
