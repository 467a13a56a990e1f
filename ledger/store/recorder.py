"""The events table: append, one stream, all entries in order."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, UniqueConstraint, select

from ledger.database import BIG, HISTORY, MARK, Row, chunks, put, run

EVENTS = Table(
    "events",
    HISTORY,
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("stream", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded", BIG, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    UniqueConstraint("stream", "version"),
)


def head(connection: Connection) -> tuple[int, int]:
    """The next position, and the last event's `recorded` (ms UTC)."""
    last = "SELECT position + 1, recorded FROM events ORDER BY position DESC LIMIT 1"
    row = run(connection, last).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def reached(connection: Connection, covers: Callable[[int, int], bool]) -> int:
    """How many events `covers(position, recorded)` holds for: those before a place in the history, found by halving."""
    one = f"SELECT recorded FROM events WHERE position = {MARK[connection.dialect.name]}"  # noqa: S608 - a constant

    def beyond(position: int) -> bool:
        return not covers(position, run(connection, one, (position,)).fetchone()[0])

    return bisect_left(range(head(connection)[0]), True, key=beyond)


def recorded_at(connection: Connection, position: int) -> int | None:
    """ms UTC; None: there is no such event."""
    found: int | None = connection.scalar(select(EVENTS.c.recorded).where(EVENTS.c.position == position))
    return found


def append(connection: Connection, rows: Sequence[Row]) -> None:
    put(connection, EVENTS, rows)


def stream(connection: Connection, id: UUID) -> list[bytes]:
    """Signed entries of one stream, oldest first."""
    wanted = select(EVENTS.c.entry).where(EVENTS.c.stream == id.bytes).order_by(EVENTS.c.version)
    return list(connection.execute(wanted).scalars())


def streams(connection: Connection, ids: Iterable[bytes]) -> list[bytes]:
    """Signed entries of these streams, in no order."""
    wanted = select(EVENTS.c.entry)
    return [entry for some in chunks(ids) for entry in connection.scalars(wanted.where(EVENTS.c.stream.in_(some)))]


def entries(
    connection: Connection, start: int = 0, stop: int | None = None
) -> Iterator[tuple[int, bytes, tuple[bytes, bytes, int, int]]]:
    """(position, entry, (leaf, stream, version, recorded)) in order, in constant memory."""
    wanted = select(EVENTS).where(EVENTS.c.position >= start)
    if stop is not None:
        wanted = wanted.where(EVENTS.c.position < stop)
    with connection.execute(wanted.order_by(EVENTS.c.position).execution_options(yield_per=1000)) as found:
        for position, stream, version, recorded, entry, leaf in found:
            yield position, entry, (leaf, stream, version, recorded)


def entry(connection: Connection, position: int) -> bytes:
    """The signed entry at this position, which is there."""
    found: bytes = connection.execute(select(EVENTS.c.entry).where(EVENTS.c.position == position)).scalar_one()
    return found
