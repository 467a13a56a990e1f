"""The list on which holders sign for their paper: by district, then by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ledger.domain.values import Personal
from ledger.messages import say
from ledger.papers.words import both


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`district` is its name; None: not recorded. `blank`: serial of the sheet that it was printed on."""

    name: Personal
    number: str
    district: str | None
    blank: str | None

    def order(self) -> tuple[bool, str, str, str]:
        """Those without a district come last; the case of a letter does not matter."""
        return self.district is None, self.district or "", self.name.reveal().casefold(), self.number


def handover(lines: Sequence[Line], subject: str) -> dict[str, object]:
    """For the template. `lines` in their order; `subject`: by what they were chosen."""
    head = ("p.handover.row", "p.handover.name", "l.number", "p.handover.blank", "p.handover.received")
    blanks = any(line.blank for line in lines)
    columns = [key for key in (*head, "p.handover.signature") if blanks or key != "p.handover.blank"]
    return {
        "title": both("p.handover"),
        "subject": subject,
        "count": both("p.handover.count", n=len(lines)),
        "privacy": both("p.handover.privacy"),
        "head": [both(key) for key in columns],
        "blanks": blanks,
        "districts": [
            [
                district or say("p.handover.elsewhere"),
                [[one.name.reveal(), one.number, one.blank or ""] for one in group],
            ]
            for district, group in groupby(lines, key=lambda line: line.district)
        ],
    }
