"""The verdict about a paper of another body that its issuer confirmed. Pure: all that it rests on is handed in.

Source: docs/verdicts.md, "Confirmed by its issuer".
"""

from dataclasses import dataclass
from datetime import date

from ledger.credentials.conclusion import LINES
from ledger.credentials.standing import end_of
from ledger.credentials.token import prefix_of
from ledger.credentials.verdict import Paper, Reason, Verdict, no, yes
from ledger.domain.people import FullName
from ledger.domain.values import start_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What the board learnt on one day. `through` is the paper's own last day, inclusive; None: it names none."""

    name: FullName
    number: str
    issuer: str
    kind: str
    checked: date
    means: str
    through: date | None


def judge_attested(found: Attested, now: int) -> Verdict:
    """What to do with a paper that its issuer confirmed. `now`: s UTC."""
    end = end_of(found.through)
    ended = end is not None and now >= end
    lines = ("k.external", f"k.means.{found.means}", LINES.get(prefix_of(found.kind)))
    return Verdict(
        reason=Reason.EXPIRED if ended else Reason.EXTERNAL,
        others=(),
        as_of=start_of(found.checked),
        checks=(yes("external"), no("time", Reason.EXPIRED) if ended else yes("time")),
        lines=tuple(line for line in lines if line),
        paper=_paper(found),
        facts={"body": found.issuer, "date": found.checked} | ({"through": found.through} if ended else {}),
    )


def _paper(found: Attested) -> Paper:
    return Paper(
        name=found.name,
        kind=found.kind,
        title=None,
        number=found.number,
        issuer=found.issuer,
        basis=None,
        scope="",
        tested=(),
        decided=None,
        signed=None,
        begins=None,
        through=found.through,
    )
