"""Trainings: declared total, quotas and roster kept apart; who taught; every discrepancy explained (R37)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Training(Noun):
    TOPIC = "training"

    class Created(First):
        """`announced` is what was declared in public, `quotas` the places by group (region or unit code); `hours` are
        JP of the whole; `minimum_days` must be attended to complete. `pilot`: never counts towards competence.
        `region` is the province whose board runs it, two digits; None: the central board does."""

        TOPIC = "training.planned"
        programme: str
        activity: str
        authority: str
        days: tuple[date, ...]
        hours: int
        minimum_days: int
        announced: int
        quotas: dict[str, int]
        basis: str
        pilot: bool
        revoked_basis: bool
        tier: str | None = None
        region: str | None = None

    class Explained(Event):
        """A discrepancy has a reason (sealed, committed to): "announced" against the quotas' sum, or "roster" against
        the quota of one group."""

        TOPIC = "training.explained"
        gap: str
        expected: int
        found: int
        explanation: bytes
        group: str | None = None

    class InstructorAssigned(Event):
        TOPIC = "training.instructor-assigned"
        person: UUID
        affiliation: str

    class Closed(Event):
        """`roster` counts the recorded people by group; `completed` those with enough days."""

        TOPIC = "training.closed"
        roster: dict[str, int]
        completed: int

    class Cancelled(Event):
        TOPIC = "training.cancelled"
        reason: str

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "training.planned"): "planned",
        ("planned", "training.explained"): "planned",
        ("planned", "training.instructor-assigned"): "planned",
        ("planned", "training.closed"): "closed",
        ("planned", "training.cancelled"): "cancelled",
    }
