"""Rows as they stood at a day or at a moment: the views' own folds over fewer events. Source: docs/time.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from ledger.database import Row
from ledger.domain.certificates import Certificate
from ledger.domain.values import WIB, start_of
from ledger.errors import InputError
from ledger.events import Record
from ledger.view import View

DAY_MS = 24 * 3600 * 1000  # Indonesia has no summer time.


@dataclass(frozen=True, slots=True)
class Cut:
    """Which events count on a legal day (WIB).

    `recorded`: those recorded by its end, which is what was known then. Otherwise those that had taken effect by its
    end, whenever they were recorded: what held then, by everything that is known now.
    """

    day: date
    recorded: bool = False

    def counts(self, r: Record) -> bool:
        if self.recorded:
            return r.day <= self.day
        return r.effective <= self.day or isinstance(r.event, Certificate.Annulled)  # Void from the start (R20).


def folded(view: View, records: Iterable[Record]) -> Row | None:
    """The view's row after these events of one stream, in the order of the history; None: nothing is there yet.

    No rule is asked: they judged the whole history. An event that the state does not permit without those that do not
    count changes nothing: who was not suspended yet is not reinstated.
    """
    row: Row | None = None
    for r in records:
        state = view.noun.LIFECYCLE.get((row["state"] if row else None, r.event.TOPIC))
        if state is not None:
            place = {"id": r.stream, "state": state, "position": r.position, "version": r.event.originator_version}
            row = view.fold(row or {}, r) | place
    return row


@dataclass(frozen=True, slots=True)
class Moment:
    """A place between two events: after the one at `position`, or after all that were recorded by `instant`, ms UTC."""

    position: int | None = None
    instant: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """A position such as `41`, a day (its end), or an instant in ISO 8601, in WIB unless it names a zone.

        Raises: InputError: `moment-malformed`.
        """
        if text.isascii() and text.isdecimal():
            return cls(position=int(text))
        try:
            if len(text) > len("2020-02-17"):
                at = datetime.fromisoformat(text)
                return cls(instant=round((at if at.tzinfo else at.replace(tzinfo=WIB)).timestamp() * 1000))
            return cls(instant=_end_of(date.fromisoformat(text)))
        except (ValueError, OverflowError):
            raise InputError("moment-malformed", got=text, expected="41, 2020-02-17, 2020-02-17T09:00") from None

    def covers(self, position: int, recorded: int) -> bool:
        """Whether an event at this position, recorded at this instant (ms UTC), comes before it."""
        if self.position is not None:
            return position <= self.position
        return self.instant is not None and recorded <= self.instant

    def require_within(self, size: int) -> None:
        """Raises: InputError: `position-unknown`: a history of this size has no such event."""
        if self.position is not None and self.position >= size:
            raise InputError("position-unknown", got=self.position, expected=f"0..{size - 1}")


def _end_of(day: date) -> int:
    """The last ms UTC of a legal day (R39)."""
    return start_of(day) * 1000 + DAY_MS - 1


def instant_of(recorded: int) -> str:
    """An instant in ms UTC as ISO 8601 in WIB."""
    return datetime.fromtimestamp(recorded / 1000, WIB).isoformat(timespec="milliseconds")
