"""Certificates: issued once, suspended and reinstated, revoked, annulled; expiry is a comparison, not an event."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

COMPETENCE, ATTENDANCE = (
    ("PEKSOS", "RELAWAN"),
    "HADIR",
)  # Prefixes of a kind (docs/formats/certificate-code.md).


class Certificate(Noun):
    TOPIC = "certificate"

    class Created(First):
        """A competence certificate rests on an assessment under a scheme edition, an attendance certificate on a
        participation. `status` is [list, index]; `token` the SHA-256 of the token's bytes; `content` commits to what
        the paper says. `through` absent: valid without end."""

        TOPIC = "certificate.issued"
        ACT = (
            "kind",
            "registrant",
            "authority",
            "decided",
            "scheme",
            "edition",
            "assessment",
            "participation",
        )
        number: str
        kind: str
        registrant: UUID
        authority: str
        decided: date
        signed: date
        begins: date
        status: tuple[int, ...]
        token: bytes
        content: bytes
        proposal: UUID
        through: date | None = None
        scheme: UUID | None = None
        edition: int | None = None
        assessment: UUID | None = None
        participation: UUID | None = None

    class Suspended(Event):
        """`until` is the last day of it; absent: until lifted."""

        TOPIC = "certificate.suspended"
        ACT = ("decree", "reason", "until", "backdated")
        decree: UUID
        reason: str
        until: date | None = None
        proposal: UUID | None = None
        backdated: bytes | None = None

    class Reinstated(Event):
        TOPIC = "certificate.reinstated"
        ACT = ("decree", "reason", "backdated")
        decree: UUID
        reason: str
        proposal: UUID | None = None
        backdated: bytes | None = None

    class Revoked(Event):
        TOPIC = "certificate.revoked"
        ACT = ("decree", "reason", "backdated")
        decree: UUID
        reason: str
        proposal: UUID
        backdated: bytes | None = None

    class Annulled(Event):
        """Void from the start."""

        TOPIC = "certificate.annulled"
        ACT = ("decree", "reason", "backdated")
        decree: UUID
        reason: str
        proposal: UUID
        backdated: bytes | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "certificate.issued"): "active",
        ("active", "certificate.suspended"): "suspended",
        ("suspended", "certificate.suspended"): "suspended",  # Prolonged, or begun anew after its end.
        ("suspended", "certificate.reinstated"): "active",
        ("active", "certificate.revoked"): "revoked",
        ("suspended", "certificate.revoked"): "revoked",
        ("active", "certificate.annulled"): "annulled",
        ("suspended", "certificate.annulled"): "annulled",
        ("revoked", "certificate.annulled"): "annulled",
    }
