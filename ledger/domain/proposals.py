"""Two people for what matters: a proposal over a batch of acts, and the second person's signed approval (R25)."""

from typing import ClassVar

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Proposal(Noun):
    TOPIC = "proposal"

    class Created(First):
        """`acts` is the RFC 6962 root over the proposed acts, `count` how many; `expires` is ms UTC."""

        TOPIC = "proposal.made"
        acts: bytes
        count: int
        expires: int

    class Approved(Event):
        """`proposal` is the leaf hash of proposal.made; `shown` the SHA-256 of the acts as shown; the assertion signs
        both. Without one the approval is asserted by the service, and the audit counts it so. `assertion_kind`:
        ed25519 or webauthn."""

        TOPIC = "approval.given"
        proposal: bytes
        shown: bytes
        assertion: bytes | None = None
        assertion_kind: str | None = None

    class Returned(Event):
        """To its proposer, to be made anew in another form. `comment` commits to a text sealed under the stream."""

        TOPIC = "proposal.returned"
        comment: bytes

    class Refused(Event):
        TOPIC = "proposal.refused"
        comment: bytes

    class Withdrawn(Event):
        TOPIC = "proposal.withdrawn"

    class Commented(Event):
        TOPIC = "proposal.commented"
        comment: bytes

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "proposal.made"): "open",
        ("open", "proposal.commented"): "open",
        ("open", "approval.given"): "approved",
        ("open", "proposal.returned"): "returned",
        ("open", "proposal.refused"): "refused",
        ("open", "proposal.withdrawn"): "withdrawn",
    }
