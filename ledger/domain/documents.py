"""Documents: each file in which a certificate was set for its holder, and the pre-printed blanks that were spoiled."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import First, Lifecycle, Noun

FAULTS = ("misprint", "damaged", "lost")  # Why a blank is spoiled.


class Document(Noun):
    """One file. It embeds the proof that its certificate is in the log, so its hash comes after, in an event of its
    own and a stream of its own: printing changes nothing of the certificate."""

    TOPIC = "document"

    class Created(First):
        """`sha256` of the file, `sheet` its format, `edition` of the template; `blank` the serial of the pre-printed
        sheet that it was printed on."""

        TOPIC = "document.rendered"
        certificate: UUID
        sha256: bytes
        sheet: str
        edition: int
        blank: str | None = None

    LIFECYCLE: ClassVar[Lifecycle] = {(None, "document.rendered"): "rendered"}


class Blank(Noun):
    TOPIC = "blank"

    class Created(First):
        """The sheet with this serial is of no use any more, whether or not a certificate was printed on it."""

        TOPIC = "blank.spoiled"
        blank: str
        fault: str

    LIFECYCLE: ClassVar[Lifecycle] = {(None, "blank.spoiled"): "spoiled"}
