"""External attestations: a paper of another body, or an older one, that its issuer confirmed when the board asked.

What was checked holds for the day of the check; the register learns nothing of what the issuer decides later.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

MEANS = ("letter", "call", "register", "visit")  # How the issuer was asked.


class Attestation(Noun):
    TOPIC = "attestation"

    class Created(First):
        """`issuer` is the name of an institution, `checked` the day of its answer, `through` the paper's own last day.

        `content` commits to the number and the name, sealed under this stream."""

        TOPIC = "attestation.recorded"
        ACT = ("issuer", "kind", "checked", "means", "content", "through")
        issuer: str
        kind: str
        checked: date
        means: str
        content: bytes
        proposal: UUID
        through: date | None = None

    class Withdrawn(Event):
        """The confirmation no longer counts, and what was sealed under it is destroyed."""

        TOPIC = "attestation.withdrawn"
        ACT = ("reason",)
        reason: str
        proposal: UUID

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "attestation.recorded"): "recorded",
        ("recorded", "attestation.withdrawn"): "withdrawn",
    }
