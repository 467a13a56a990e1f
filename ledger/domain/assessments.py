"""Competency assessments: scheduled against a published edition, scored by dimension, decided by decree (R10-R12)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

COMPETENT, NOT_YET_COMPETENT = "K", "BK"


class Assessment(Noun):
    TOPIC = "assessment"

    class Created(First):
        """`evidence` is the participation or equivalence that meets the required tier; `on` is the day of the test."""

        TOPIC = "assessment.scheduled"
        registrant: UUID
        scheme: UUID
        edition: int
        assessors: tuple[UUID, ...]
        on: date
        evidence: UUID | None = None

    class Scored(Event):
        """`results`: K or BK by dimension."""

        TOPIC = "assessment.scored"
        assessor: UUID
        results: dict[str, str]

    class Decided(Event):
        TOPIC = "assessment.decided"
        outcome: str
        decree: UUID

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "assessment.scheduled"): "scheduled",
        ("scheduled", "assessment.scored"): "scored",
        ("scored", "assessment.decided"): "decided",
    }
