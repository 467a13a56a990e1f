"""Training elsewhere, accepted in place of a required tier by a recorded decision with reasons (R44)."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import First, Lifecycle, Noun


class Equivalence(Noun):
    TOPIC = "equivalence"

    class Created(First):
        """`reasons` commits to the sealed reasons."""

        TOPIC = "equivalence.accepted"
        registrant: UUID
        tier: str
        decree: UUID
        reasons: bytes

    LIFECYCLE: ClassVar[Lifecycle] = {(None, "equivalence.accepted"): "accepted"}
