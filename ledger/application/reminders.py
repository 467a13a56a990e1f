"""Reminders: a certificate's end is near; a letter to whoever left an address, and a list for the board.

Source: docs/delivering.md. What is renewed by then is superseded, and nobody is reminded of it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from ledger.application import scope
from ledger.application.contacts import EMAIL
from ledger.application.context import Answer, Context
from ledger.application.outbox import Outbox
from ledger.application.scope import ALL, Sight
from ledger.database import Row, chunks, reading, writing
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day, to_days
from ledger.messages import LANGUAGES
from ledger.projections.awaited import OVER
from ledger.projections.awaited import TABLE as WAITS
from ledger.projections.certificates import CERTIFICATES
from ledger.store import reminders

LIMIT = 50  # rows of one page
AT_ONCE = 200  # Certificates in one turn: others want to write, too.
PAPER = CERTIFICATES.table


class Reminders:
    def __init__(self, context: Context, letters: Outbox) -> None:
        self._context, self._letters = context, letters
        self._done: date | None = None

    def keep(self) -> int:
        """Once a day: a letter for each certificate that has come nearer to its end; how many were reminded of.

        Of a certificate that is found late, only the nearest reminder is given.
        """
        today = legal_day(self._context.history.clock())
        if self._done == today:
            return 0
        steps = sorted(parameter("reminder.days", today))
        with reading(self._context.history.engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(_ending(to_days(today), steps[-1]))]
        count = sum(self._remind(some, steps, to_days(today)) for some in chunks(rows, AT_ONCE))
        self._done = today
        # A crash before this line, or another process, does the day again: what was reminded of is noted.
        return count

    def ending(self, sight: Sight = ALL, days: int = 180, after: str = "", limit: int = LIMIT) -> list[Answer]:
        """Certificates in force of which the last day is so near, the nearest first.

        Args:
            after: `cursor` of the last row of the page before.
        """
        today = to_days(legal_day(self._context.history.clock()))
        wanted = _ending(today, days)
        through, _, number = after.partition("/")
        if number and through.isdecimal():
            later = and_(PAPER.c.through == int(through), PAPER.c.number > number)
            wanted = wanted.where(or_(PAPER.c.through > int(through), later))
        with reading(self._context.history.engine) as connection:
            rows = connection.execute(scope.first(wanted, sight, limit, PAPER.c.through, PAPER.c.number))
            return [_told(dict(row._mapping), today) for row in rows]

    def _remind(self, rows: list[Row], steps: list[int], today: int) -> int:
        """One turn: asked again inside it, for another process may have been here."""
        now = self._context.history.clock()
        with writing(self._context.history.engine) as connection:
            given = reminders.given(connection, [row["id"] for row in rows])
            due = [(row, _step(row["through"] - today, steps)) for row in rows]
            due = [(row, step) for row, step in due if (row["id"], step) not in given]
            holders = [UUID(bytes=row["registrant"]) for row, _ in due]
            reachable = self._context.vault.holding(connection, holders, EMAIL)
            reminders.note(connection, [row["id"] for row, _ in due], [step for _, step in due], now)
            for (row, _), holder in zip(due, holders, strict=True):
                if holder in reachable and self._context.config.smtp:
                    self._letters.queue(connection, row, None, *LANGUAGES)  # Nobody chose one.
        return len(due)


def _step(left: int, steps: list[int]) -> int:
    """The nearest of these numbers of days that has been reached."""
    return next(step for step in steps if left <= step)


def _ending(today: int, days: int) -> Select[Any]:
    columns = (PAPER.c.id, PAPER.c.number, PAPER.c.kind, PAPER.c.registrant, PAPER.c.through)
    wanted = select(*columns).join(WAITS, WAITS.c.id == PAPER.c.id)
    soon = [table.c.through.between(today, today + days) for table in (PAPER, WAITS)]  # By the index of either.
    return wanted.where(*soon, PAPER.c.state == "active", WAITS.c.state != OVER)


def _told(row: Row, today: int) -> Answer:
    return {
        "number": row["number"],
        "kind": row["kind"],
        "registrant": str(UUID(bytes=row["registrant"])),
        "through": row["through"],
        "left": row["through"] - today,
        "cursor": f"{row['through']}/{row['number']}",
    }
