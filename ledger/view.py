"""What a read model is, and the rows that rules and folds see: stored ones and those of the same run."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.database import Row, chunks, pick, put
from ledger.domain.lifecycle import Noun
from ledger.events import Record

Fold = Callable[[Row, Record], Row]


@dataclass(frozen=True, eq=False)
class View:
    """A table with one row a stream.

    `fold` is pure: (row before, event) -> row after; the columns `id`, `state` and `position` are kept by `advance`.
    `lookups` are the columns by which rules find rows, and the fields of a first event in which the value stands;
    `named` the name under which events refer to a row.
    """

    table: Table
    noun: type[Noun]
    fold: Fold
    lookups: tuple[str, ...] = ()
    named: str = ""


@dataclass(eq=False)
class Rows:
    """The part of one view that a run has touched, over what the database holds."""

    known: dict[bytes, Row | None] = field(default_factory=dict)
    changed: set[bytes] = field(default_factory=set)
    by: dict[tuple[str, Any], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    asked: set[tuple[str, Any]] = field(default_factory=set)
    whole: bool = False  # Every row is known: nothing else writes meanwhile.


class Models:
    """Read models as of the event before the one that is asked about.

    Every rule and every fold reads and writes through here, so that the answer does not depend on where a run of
    events is cut. `origin` is the ledger's name; `rehearsing` is set while acts are tried before anybody approved them.
    """

    def __init__(self, connection: Connection, origin: str, *, rehearsing: bool = False) -> None:
        self.connection = connection
        self.origin = origin
        self.rehearsing = rehearsing
        self.open_batch: bytes | None = None  # The approved proposal whose acts are being carried out.
        self._views: dict[View, Rows] = defaultdict(Rows)

    def get(self, view: View, id: bytes) -> Row | None:
        rows = self._views[view]
        if id not in rows.known:
            self.prefetch(view, [id])
        return rows.known[id]

    def prefetch(self, view: View, ids: Iterable[bytes]) -> None:
        """One question for many rows."""
        rows = self._views[view]
        for some in chunks({id for id in ids if id not in rows.known}):
            rows.known.update(dict.fromkeys(some))
            for row in pick(self.connection, view.table, "id", some):
                self._learn(view, row)

    def find(self, view: View, column: str, value: Any) -> list[Row]:
        """All rows with this value in one of the view's lookup columns, in no order."""
        rows = self._views[view]
        if (column, value) not in rows.asked:
            self.prefetch_by(view, column, [value])
        found = (rows.known[id] for id in rows.by.get((column, value), ()))
        return [row for row in found if row and row[column] == value]

    def prefetch_by(self, view: View, column: str, values: Iterable[Any]) -> None:
        """One question for many values of a lookup column. Raises: LookupError: it is none; nothing would be found."""
        if column not in view.lookups:
            raise LookupError(f"{view.table.name}.{column}")
        rows = self._views[view]
        for some in chunks({value for value in values if (column, value) not in rows.asked}):
            rows.asked.update((column, value) for value in some)
            for row in pick(self.connection, view.table, column, some):
                if rows.known.get(row["id"]) is None:
                    self._learn(view, row)

    def every(self, view: View) -> list[Row]:
        """All rows of a small view."""
        rows = self._views[view]
        if not rows.whole:
            self.prefetch(view, [id for (id,) in self.connection.execute(select(view.table.c.id))])
            rows.whole = True
        return [row for row in rows.known.values() if row]

    def put(self, view: View, row: Row) -> None:
        self._learn(view, row)
        self._views[view].changed.add(row["id"])

    def _learn(self, view: View, row: Row) -> None:
        rows = self._views[view]
        rows.known[row["id"]] = row
        for column in view.lookups:
            rows.by[column, row[column]].add(row["id"])

    def flush(self) -> None:
        for view, rows in self._views.items():
            put(self.connection, view.table, [rows.known[id] or {} for id in rows.changed], replace=True)
            rows.changed.clear()
