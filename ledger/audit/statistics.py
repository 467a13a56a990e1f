"""What a history looks like: events a day, how late they were recorded, how long approvals took."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from ledger.domain.keys import Keys
from ledger.domain.proposals import Proposal
from ledger.events import Record

LAGS = (0, 1, 3, 7, 14, 30, 90)  # days, the most of each class; beyond them one more
DELAYS = (1, 5, 15, 60, 240, 1440, 4320)  # minutes, likewise


@dataclass
class Statistics:
    """Counts for the plots; what it holds grows with days and kinds, not with events."""

    days: Counter[tuple[date, str]] = field(default_factory=Counter)  # by day of recording and noun
    lags: Counter[int] = field(default_factory=Counter)  # by class of LAGS
    delays: Counter[int] = field(default_factory=Counter)  # by class of DELAYS
    _open: dict[UUID, int] = field(default_factory=dict)

    def count(self, record: Record) -> None:
        event = record.event
        self.days[record.day, event.TOPIC.partition(".")[0]] += 1
        if not isinstance(event, Keys.Created | Keys.Changed):
            self.lags[_class((record.day - record.effective).days, LAGS)] += 1
        if isinstance(event, Proposal.Created):
            self._open[event.originator_id] = record.recorded
        elif isinstance(event, Proposal.Approved):
            minutes = (record.recorded - self._open.pop(event.originator_id)) // 60_000
            self.delays[_class(minutes, DELAYS)] += 1


def _class(value: int, most: tuple[int, ...]) -> int:
    """The first whose bound is not below the value."""
    return next((n for n, bound in enumerate(most) if value <= bound), len(most))
