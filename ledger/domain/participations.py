"""One person in one training: what the attendance sheet says, and completion (R14, R15)."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

PRESENT, ABSENT = "H", "-"  # One a day. Why somebody was away may be a matter of health: it is sealed (R29).
WITHDRAWN = ("substituted", "error", "duplicate")


def attended(marks: str) -> str:
    """What an event says of a sheet's marks: H, A, I or S for each day."""
    return "".join(PRESENT if mark == PRESENT else ABSENT for mark in marks)


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
        ACT = ("present", "hours")  # Only after a correction, with which it is approved.
        present: int
        hours: int
        proposal: UUID | None = None

    class Withdrawn(Event):
        """Before the closing: the roster leaves it out. `reason` is one of WITHDRAWN."""

        TOPIC = "participation.withdrawn"
        reason: str

    class Corrected(Event):
        """After the closing, by two people: other `marks`. It stands uncompleted until a completion follows, with the
        same approval; `certificate` is the live one that rests on it, `competence` those whose assessment rests on it;
        `explanation` commits to the reason in words, sealed under the registrant."""

        TOPIC = "participation.corrected"
        ACT = ("marks", "reason", "explanation", "certificate", "competence")
        marks: str
        reason: str
        explanation: bytes
        proposal: UUID
        certificate: UUID | None = None
        competence: tuple[UUID, ...] | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "participation.recorded"): "recorded",
        ("recorded", "participation.completed"): "completed",
        ("recorded", "participation.withdrawn"): "withdrawn",
        ("recorded", "participation.corrected"): "recorded",
        ("completed", "participation.corrected"): "recorded",
    }
