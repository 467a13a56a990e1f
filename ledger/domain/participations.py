"""One person in one training: what the attendance sheet says, and completion (R14, R15)."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

PRESENT, ABSENT = "H", "-"  # One a day. Why somebody was away may be a matter of health: it is sealed (R29).


class Participation(Noun):
    TOPIC = "participation"

    class Created(First):
        TOPIC = "participation.recorded"
        training: UUID
        registrant: UUID
        group: str
        marks: str

    class Completed(Event):
        """`present` in days, `hours` in JP."""

        TOPIC = "participation.completed"
        present: int
        hours: int

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "participation.recorded"): "recorded",
        ("recorded", "participation.completed"): "completed",
    }
