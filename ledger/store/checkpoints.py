"""Beside the events: what the log signed of them, who cosigned it, and the hashes of its tree.

A tile of level 0 repeats 256 leaves of the events table, for one row is read ten times as fast as 256; all grow when a
checkpoint covers them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Column, Connection, LargeBinary, String, Table, select

from ledger.database import BIG, HISTORY, MARK, put, run
from ledger.transparency import merkle
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import Note, Signature, parse
from ledger.transparency.tiles import HASH, Tile, node_reader

CHECKPOINTS = Table(
    "checkpoints",
    HISTORY,
    Column("size", BIG, primary_key=True, autoincrement=False),
    Column("signed", BIG, nullable=False),  # ms UTC
    Column("note", LargeBinary, nullable=False),  # As the log signed it: ML-DSA signatures differ each time.
    Column("frontier", LargeBinary, nullable=False),
)
COSIGNATURES = Table(
    "cosignatures",
    HISTORY,
    Column("size", BIG, primary_key=True, autoincrement=False),
    Column("witness", String, primary_key=True),
    Column("key", LargeBinary(4), primary_key=True),
    Column("earliest", LargeBinary, nullable=False),  # Since when the witness has seen this size.
    Column("newest", LargeBinary, nullable=False),  # Of a log that does not grow: that it is still watched.
    sqlite_with_rowid=False,
)
TILES = Table(
    "tiles",
    HISTORY,
    Column("level", BIG, primary_key=True, autoincrement=False),
    Column("number", BIG, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


Which = Literal["earliest", "newest"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored checkpoint; `signed` in ms UTC, `note` with one cosignature of every key that gave any."""

    size: int
    signed: int
    note: Note
    frontier: Frontier


def newest(connection: Connection) -> Kept | None:
    """With the newest cosignatures, as `before`."""
    return _last(connection, "", ())


def before(connection: Connection, size: int) -> Kept | None:
    """The largest of fewer entries."""
    return _last(connection, f"WHERE size < {MARK[connection.dialect.name]}", (size,))


def kept(connection: Connection, since: int = 0) -> Iterator[Kept]:
    """Those of more than `since` entries, the smallest first, with the earliest cosignatures; in constant memory."""
    wanted = select(CHECKPOINTS).where(CHECKPOINTS.c.size > since).order_by(CHECKPOINTS.c.size)
    with connection.execute(wanted.execution_options(yield_per=100)) as found:
        for row in found:
            yield _whole(connection, row, "earliest")


class Mark(NamedTuple):
    """A stored checkpoint without its note; `signed` in ms UTC."""

    size: int
    signed: int
    cosignatures: int


def marks(connection: Connection, before: int) -> list[Mark]:
    """Those signed before this time, in ms UTC, the smallest first."""
    counted = "(SELECT COUNT(*) FROM cosignatures WHERE cosignatures.size = checkpoints.size)"
    wanted = (
        f"SELECT size, signed, {counted} FROM checkpoints WHERE signed < {MARK[connection.dialect.name]} ORDER BY size"  # noqa: S608
    )
    return [Mark(*row) for row in run(connection, wanted, (before,))]


def _last(connection: Connection, where: str, values: Sequence[int]) -> Kept | None:
    wanted = f"SELECT size, signed, note, frontier FROM checkpoints {where} ORDER BY size DESC LIMIT 1"  # noqa: S608 - constants
    row = run(connection, wanted, values).fetchone()
    return _whole(connection, row, "newest") if row else None


def _whole(connection: Connection, row: Sequence[Any], which: Which) -> Kept:
    size, signed, note, frontier = row
    whole = parse(bytes(note)).with_signatures(_cosignatures(connection, size, which))
    return Kept(size, signed, whole, Frontier.from_bytes(bytes(frontier)))


def _cosignatures(connection: Connection, size: int, which: Which) -> list[Signature]:
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT witness, key, {which} FROM cosignatures WHERE size = {mark} ORDER BY witness, key"  # noqa: S608
    return [Signature(name, bytes(key), bytes(raw)) for name, key, raw in run(connection, wanted, (size,))]


def add(connection: Connection, size: int, signed: int, note: bytes, frontier: bytes) -> None:
    """Raises: DBAPIError: there is one of this size; two byte strings of one size would be two logs."""
    put(connection, CHECKPOINTS, [{"size": size, "signed": signed, "note": note, "frontier": frontier}])


def add_cosignatures(connection: Connection, size: int, signatures: Sequence[Signature]) -> None:
    """In the order in which they were given: the first of a key stays, beside its newest."""
    marks = ", ".join([MARK[connection.dialect.name]] * 5)
    wanted = (
        f"INSERT INTO cosignatures (size, witness, key, earliest, newest) VALUES ({marks})"  # noqa: S608 - our own names
        " ON CONFLICT (size, witness, key) DO UPDATE SET newest = excluded.newest"
    )
    for one in signatures:
        run(connection, wanted, (size, one.name, one.id, one.raw, one.raw))


def cosigned_sizes(connection: Connection) -> dict[str, int]:
    """The largest size that each witness cosigned."""
    return dict(run(connection, "SELECT witness, MAX(size) FROM cosignatures GROUP BY witness").fetchall())


def forget(connection: Connection, sizes: Sequence[int]) -> None:
    mark = MARK[connection.dialect.name]
    for size in sizes:
        for table in ("cosignatures", "checkpoints"):
            run(connection, f"DELETE FROM {table} WHERE size = {mark}", (size,))  # noqa: S608 - our own names


def leaves(connection: Connection, start: int, stop: int) -> list[bytes]:
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT leaf FROM events WHERE position >= {mark} AND position < {mark} ORDER BY position"  # noqa: S608
    return [bytes(leaf) for (leaf,) in run(connection, wanted, (start, stop))]


def hashes(connection: Connection, tile: Tile) -> bytes:
    """A hash tile's bytes, as far as they are there."""
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT hashes FROM tiles WHERE level = {mark} AND number = {mark}"  # noqa: S608
    row = run(connection, wanted, (tile.level, tile.index)).fetchone()
    return bytes(row[0])[: tile.width * HASH] if row else b""


def nodes(connection: Connection, size: int) -> merkle.Node:
    """The tree of the first `size` entries, for proofs and roots."""
    return node_reader(lambda tile: hashes(connection, tile), size)


def put_tiles(connection: Connection, grown: dict[tuple[int, int], bytes]) -> None:
    rows = [{"level": level, "number": number, "hashes": data} for (level, number), data in grown.items()]
    put(connection, TILES, rows, replace=True)
