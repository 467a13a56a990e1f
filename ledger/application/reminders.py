"""Reminders: a certificate's end is near; a letter to whoever left an address, and a list for the board.

Source: docs/delivering.md. What is renewed by then is superseded, and nobody is reminded of it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select

from ledger.application import scope
from ledger.application.contacts import EMAIL
from ledger.application.context import Answer, Context
from ledger.application.outbox import Outbox
from ledger.database import Row, chunks, reading, writing
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day, to_days
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.registrants import REGISTRANTS
from ledger.store import reminders

LIMIT = 50  # rows of one page
AT_ONCE = 200  # Certificates in one turn: others want to write, too.
LANGUAGE = "id"  # Of letters that no officer sends.
PAPER, HOLDER = CERTIFICATES.table, REGISTRANTS.table


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
            rows = [dict(row._mapping) for row in connection.execute(_ending(None, to_days(today), steps[-1]))]
        count = sum(self._remind(some, steps, to_days(today)) for some in chunks(rows, AT_ONCE))
        self._done = today
        # A crash before this line, or another process, does the day again: what was reminded of is noted.
        return count

    def ending(self, region: str | None = None, days: int = 180, after: str = "", limit: int = LIMIT) -> list[Answer]:
        """Certificates in force of which the last day is so near, the nearest first.

        Args:
            region: Two digits of a board's province; None: all.
            after: `cursor` of the last row of the page before.
        """
        today = to_days(legal_day(self._context.history.clock()))
        wanted = _ending(region, today, days)
        through, _, number = after.partition("/")
        if number and through.isdecimal():
            later = and_(PAPER.c.through == int(through), PAPER.c.number > number)
            wanted = wanted.where(or_(PAPER.c.through > int(through), later))
        with reading(self._context.history.engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(wanted.limit(limit))]
        return [_told(row, today) for row in rows]

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
                    self._letters.queue(connection, row, None, LANGUAGE)
        return len(due)


def _step(left: int, steps: list[int]) -> int:
    """The nearest of these numbers of days that has been reached."""
    return next(step for step in steps if left <= step)


def _ending(region: str | None, today: int, days: int) -> Select[Any]:
    columns = (PAPER.c.id, PAPER.c.number, PAPER.c.kind, PAPER.c.registrant, PAPER.c.through)
    held = exists().where(HOLDER.c.id == PAPER.c.registrant, HOLDER.c.state == "registered")
    wanted = select(*columns).where(held, scope.certificates(region))
    # By the index of last days, not by that of states: nearly all are active.
    wanted = wanted.where(PAPER.c.through.between(today, today + days), PAPER.c.state + "" == "active")
    return wanted.order_by(PAPER.c.through, PAPER.c.number)


def _told(row: Row, today: int) -> Answer:
    return {
        "number": row["number"],
        "kind": row["kind"],
        "registrant": str(UUID(bytes=row["registrant"])),
        "through": row["through"],
        "left": row["through"] - today,
        "cursor": f"{row['through']}/{row['number']}",
    }
