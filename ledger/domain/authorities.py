"""Who may issue which kind of certificate, from when to when, and where it counts (R4, R23, T-01, T-02)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Authority(Noun):
    """An issuing body. Its grants are only added or ended: a later change rewrites no paper."""

    TOPIC = "authority"

    class Created(First):
        TOPIC = "authority.registered"
        ACT = ("authority", "status_uri")
        authority: str
        status_uri: str
        proposal: UUID

    class Granted(Event):
        """Issues as `name`, where `scope` counts ("*" or the institution's code), `schemes`, both days inclusive."""

        TOPIC = "authority.granted"
        ACT = ("name", "scope", "schemes", "basis", "begins", "ends")
        name: str
        scope: str
        schemes: tuple[str, ...]
        basis: str
        begins: date
        proposal: UUID
        ends: date | None = None

    class Ended(Event):
        """`grant` counts from 0, in the order in which they were given."""

        TOPIC = "authority.ended"
        ACT = ("grant", "ends")
        grant: int
        ends: date
        proposal: UUID

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "authority.registered"): "registered",
        ("registered", "authority.granted"): "registered",
        ("registered", "authority.ended"): "registered",
    }
