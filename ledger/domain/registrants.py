"""People in the register, by a random id; who they are is sealed in the vault (R29)."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Registrant(Noun):
    TOPIC = "registrant"

    class Created(First):
        """`identity` commits to name, NIK, birth date and sex; `adult` on the effective day, asserted by the service,
        which alone can read the birth date; `region` is a Kemendagri code of a province or regency, where known.
        `provisional`: a walk-in without a NIK at hand, whose age an officer asserts; absent otherwise."""

        TOPIC = "registrant.registered"
        identity: bytes
        adult: bool
        region: str | None = None
        provisional: bool | None = None

    class Completed(Event):
        """The NIK of a provisional person is known; `identity` and `adult` as above."""

        TOPIC = "registrant.completed"
        identity: bytes
        adult: bool

    class Corrected(Event):
        """Of who holds a certificate or an office only by two people: `correction` commits to the identity that was
        proposed, beside the one before; sealed under the registrant, like `identity`."""

        TOPIC = "registrant.corrected"
        ACT = ("adult", "correction")
        identity: bytes
        adult: bool
        correction: bytes | None = None
        proposal: UUID | None = None

    class Erased(Event):
        """The key is destroyed; the history stays. `ground` is the paragraph of UU PDP, a closed list."""

        TOPIC = "registrant.erased"
        ACT = ("ground",)
        ground: str
        proposal: UUID

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "registrant.registered"): "registered",
        ("registered", "registrant.completed"): "registered",
        ("registered", "registrant.corrected"): "registered",
        ("registered", "registrant.erased"): "erased",
    }
