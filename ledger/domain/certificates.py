"""Certificates: issued once, suspended and reinstated, revoked, annulled, put on a new paper, renewed by another one;
expiry is a comparison, not an event."""

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

    class Reissued(Event):
        """The same number on a new paper, where one was lost or damaged: from here on `status`, `token` and `content`
        are those of the new one. Of the former code the register says that its paper was replaced."""

        TOPIC = "certificate.reissued"
        ACT = ("decree", "reason")
        decree: UUID
        reason: str
        status: tuple[int, ...]
        token: bytes
        content: bytes
        proposal: UUID

    class Superseded(Event):
        """Renewed: another certificate of the holder, issued just before under the same proposal, takes its place."""

        TOPIC = "certificate.superseded"
        ACT = ("by",)
        by: UUID
        proposal: UUID

    # These take effect when they are carried out: their effective day is no part of what is approved.
    UNDATED = (Created, Reissued, Superseded)

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "certificate.issued"): "active",
        ("active", "certificate.suspended"): "suspended",
        ("suspended", "certificate.suspended"): "suspended",  # Prolonged, or begun anew after its end.
        ("suspended", "certificate.reinstated"): "active",
        ("active", "certificate.reissued"): "active",
        ("active", "certificate.superseded"): "superseded",
        ("active", "certificate.revoked"): "revoked",
        ("suspended", "certificate.revoked"): "revoked",
        ("superseded", "certificate.revoked"): "revoked",
        ("active", "certificate.annulled"): "annulled",
        ("suspended", "certificate.annulled"): "annulled",
        ("superseded", "certificate.annulled"): "annulled",
        ("revoked", "certificate.annulled"): "annulled",
    }
