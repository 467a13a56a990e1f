"""Exports: a copy of the whole history left the ledger; for what, to whom, and until when it may be kept (R32).

It names people by their streams only, which is still personal data (UU 27/2022).
"""

from datetime import date
from typing import ClassVar

from ledger.domain.lifecycle import First, Lifecycle, Noun


class Export(Noun):
    TOPIC = "export"

    class Created(First):
        """`size` events are copied before this one, those from `since` on if an earlier copy is made whole.

        `recipient` is an institution; `retention` the last day of the copy.
        """

        TOPIC = "export.made"
        purpose: str
        recipient: str
        retention: date
        size: int
        since: int

    LIFECYCLE: ClassVar[Lifecycle] = {(None, "export.made"): "made"}
