"""Delegations: an officer of the central board acts for a province's board that has too few officers, for a time."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Delegation(Noun):
    TOPIC = "delegation"

    class Created(First):
        """`region` is the province, two digits; `ends` is inclusive."""

        TOPIC = "delegation.given"
        ACT = ("officer", "region", "begins", "ends", "decree")
        officer: UUID
        region: str
        begins: date
        ends: date
        decree: UUID
        proposal: UUID

    class Ended(Event):
        TOPIC = "delegation.ended"
        ACT = ("reason",)
        reason: str
        proposal: UUID

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "delegation.given"): "given",
        ("given", "delegation.ended"): "ended",
    }
