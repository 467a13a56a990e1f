"""Certification schemes and their published editions: standard, eligibility, dimensions, validity (R8-R11, R44)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

CATEGORIES = {"PEKSOS": "social-worker", "RELAWAN": "volunteer"}  # By the prefix of the kind (R17).
DIMENSIONS = ("knowledge", "skill", "ethics")  # "ethics" stands for values and ethics (T-21).


class Scheme(Noun):
    TOPIC = "scheme"

    class Created(First):
        TOPIC = "scheme.registered"
        kind: str
        category: str

    class Published(Event):
        """One edition. `months` absent: valid without end. `tier` absent: no training required.

        `equivalents`: another training is accepted by recorded decision (R44). `conditions`: what else is asked, codes.
        `revoked_basis`: the basis had been revoked, and the warning was seen (R40). `verified`: the figures were
        compared with the basis (R41).
        """

        TOPIC = "scheme.published"
        ACT = (
            "edition",
            "standard",
            "dimensions",
            "basis",
            "begins",
            "verified",
            "equivalents",
            "conditions",
            "revoked_basis",
            "tier",
            "months",
        )
        edition: int
        standard: str
        dimensions: tuple[str, ...]
        basis: str
        begins: date
        verified: bool
        equivalents: bool
        conditions: tuple[str, ...]
        revoked_basis: bool
        proposal: UUID
        tier: str | None = None
        months: int | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "scheme.registered"): "registered",
        ("registered", "scheme.published"): "published",
        ("published", "scheme.published"): "published",
    }
