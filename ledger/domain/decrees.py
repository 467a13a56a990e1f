"""Decrees (SK): the decision document that results and status acts rest on (R10, R20)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import First, Lifecycle, Noun

MATTERS = (
    *("results", "equivalence", "suspension", "reinstatement", "revocation", "annulment"),
    *("replacement", "renewal", "appointment", "delegation"),
)
OF_RESULTS = ("results", "renewal")  # A renewal is decided on new results, too.


class Decree(Noun):
    TOPIC = "decree"

    class Created(First):
        """`deciders` are registrant ids; `on` is the day that the decree bears."""

        TOPIC = "decree.recorded"
        decree_number: str
        authority: str
        matter: str
        on: date
        deciders: tuple[UUID, ...]
        backdated: bytes | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {(None, "decree.recorded"): "recorded"}
