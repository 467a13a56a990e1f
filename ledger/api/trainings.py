"""Trainings: plan, instructors, explained discrepancies, closing."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from ledger.api.access import ledger
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import Nothing, answer, count, day, identifier, many, one_of, text, written, yes_or_no
from ledger.store.history import Actor

trainings = Endpoints("trainings", "Trainings, their attendance sheets and completions")


class PlanBody(Schema):
    programme = text(60)
    activity = text(40)
    days = many(day(), most=31)
    hours = count(1, 10_000)
    announced = count()
    quotas = fields.Dict(
        fields.String(validate=Length(1, 20)),
        fields.Integer(strict=True, validate=Range(0, 1_000_000)),
        validate=Length(1, 600),
        required=True,
    )
    basis = text()
    tier = text(40, load_default=None, allow_none=True)
    minimum_days = count(1, 31, load_default=None, allow_none=True)
    pilot = yes_or_no(load_default=False)
    explanation = text(2000, load_default=None, allow_none=True)
    region = text(2, load_default=None, allow_none=True)


class InstructorBody(Schema):
    person = identifier()
    affiliation = text(40)


class ExplanationBody(Schema):
    gap = one_of("announced", "roster")
    explanation = text(2000)
    group = text(20, load_default=None, allow_none=True)


Named = written("TrainingWritten", training=fields.UUID())
Planned = written("TrainingPlanned", training=fields.UUID(), warnings=fields.List(fields.String()))
Gap = fields.List(fields.Raw())
Training = answer(
    "Training",
    training=fields.UUID(),
    programme=fields.String(),
    state=fields.String(),
    announced=fields.Integer(),
    quotas=fields.Dict(fields.String(), fields.Integer()),
    roster=fields.Dict(fields.String(), fields.Integer()),
    open=Gap,
    completed=fields.Integer(allow_none=True),
)


@trainings.writes("", Planned, body=PlanBody)
def plan(actor: Actor, body: dict[str, Any]) -> Any:
    """Plan a training

    A total announced that differs from the sum of the quotas wants its explanation here.
    """
    return ledger().trainings.plan(actor, **body)


@trainings.reads("/<uuid:id>", Training)
def show(officer: UUID, id: UUID) -> Any:
    """One training: state, numbers, discrepancies that still want a reason"""
    ledger().scope.training(officer, id)
    return ledger().trainings.show(id)


@trainings.writes("/<uuid:id>/instructors", Named, body=InstructorBody)
def assign(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Name an instructor"""
    return ledger().trainings.assign_instructor(actor, id, **body)


@trainings.writes(
    "/<uuid:id>/explanations", written("Explained", training=fields.UUID(), open=Gap), body=ExplanationBody
)
def explain(actor: Actor, body: dict[str, Any], id: UUID) -> Any:
    """Explain a discrepancy; the text is sealed"""
    return ledger().trainings.explain(actor, id, **body)


Closed = written("TrainingClosed", training=fields.UUID(), completed=fields.Integer(), incomplete=fields.Integer())


@trainings.writes("/<uuid:id>/closing", Closed, body=Nothing)
def close(actor: Actor, _: dict[str, Any], id: UUID) -> Any:
    """Close a training; everybody with enough days gets a signed completion"""
    return ledger().trainings.close(actor, id)


@trainings.writes("/<uuid:id>/cancellation", Named, body=Nothing)
def cancel(actor: Actor, _: dict[str, Any], id: UUID) -> Any:
    """Cancel a training"""
    return ledger().trainings.cancel(actor, id)
