"""The catalogue of legal bases: what an act may rest on, and since when it no longer should (R40, R41, T-19, T-44)."""

from datetime import date
from typing import ClassVar

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

STATUTE_RANKS = ("UU", "PP")  # Only these may tie a certificate to membership (R43).


class Regulation(Noun):
    TOPIC = "regulation"

    class Created(First):
        TOPIC = "regulation.catalogued"
        regulation: str
        rank: str
        begins: date

    class Revoked(Event):
        TOPIC = "regulation.revoked"
        by: str
        on: date

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "regulation.catalogued"): "in-force",
        ("in-force", "regulation.revoked"): "revoked",
    }
