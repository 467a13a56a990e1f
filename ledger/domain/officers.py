"""Officers: natural persons who act for an authority, by role, in a mandate, under a key of their own (R24, R25)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

CARETAKER = "caretaker"  # Narrows the other roles to a few acts, until a board is elected.
ROLES = ("enrol", "certify", "approve", "admin", CARETAKER)


class Officer(Noun):
    """`person` is the registrant's id, so that two accounts of one person are visible."""

    TOPIC = "officer"

    class Created(First):
        """`office` is the capacity of the officer's acts; `ends` is inclusive. `region` is the province of the board
        (DPD), two digits; None: the central one (DPP). `proposal`: absent at genesis only."""

        TOPIC = "officer.appointed"
        ACT = ("person", "authority", "roles", "office", "begins", "ends", "region", "decree")
        person: UUID
        authority: str
        roles: tuple[str, ...]
        office: str
        begins: date
        ends: date | None = None
        proposal: UUID | None = None
        region: str | None = None
        decree: UUID | None = None

    class KeyEnrolled(Event):
        """`key` is a deterministic COSE_Key; it replaces the officer's earlier one."""

        TOPIC = "officer.key-enrolled"
        ACT = ("key",)
        key: bytes
        proposal: UUID

    class KeyEnded(Event):
        TOPIC = "officer.key-ended"
        ACT = ("reason",)
        reason: str
        proposal: UUID

    class Changed(Event):
        """Other roles, another office, end or board, from the effective day on: all of it is said anew."""

        TOPIC = "officer.changed"
        ACT = ("roles", "office", "ends", "region", "decree")
        roles: tuple[str, ...]
        office: str
        proposal: UUID
        ends: date | None = None
        region: str | None = None
        decree: UUID | None = None

    class Dismissed(Event):
        TOPIC = "officer.dismissed"
        ACT = ("reason", "decree")
        reason: str
        proposal: UUID
        decree: UUID | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "officer.appointed"): "appointed",
        ("appointed", "officer.key-enrolled"): "appointed",
        ("appointed", "officer.key-ended"): "appointed",
        ("appointed", "officer.changed"): "appointed",
        ("appointed", "officer.dismissed"): "dismissed",
    }
