"""Beside the events: what the log signed of them, who cosigned it, and the upper hashes of its tree.

A hash of level 0 is an event's own leaf; the tiles above stand here, and grow when a checkpoint covers them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, LargeBinary, String, Table

from ledger.database import BIG, HISTORY, MARK, put, run
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import Note, Signature, parse
from ledger.transparency.tiles import HASH, WIDTH, Tile

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
    Column("signature", LargeBinary, nullable=False),
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored checkpoint; `signed` in ms UTC, `note` with every cosignature that is there."""

    size: int
    signed: int
    note: Note
    frontier: Frontier


def newest(connection: Connection) -> Kept | None:
    return next(_kept(connection, "ORDER BY size DESC LIMIT 1", ()), None)


def before(connection: Connection, size: int) -> Kept | None:
    """The largest of fewer entries."""
    mark = MARK[connection.dialect.name]
    return next(_kept(connection, f"WHERE size < {mark} ORDER BY size DESC LIMIT 1", (size,)), None)


def kept(connection: Connection, since: int = 0) -> Iterator[Kept]:
    """Those of more than `since` entries, the smallest first."""
    return _kept(connection, f"WHERE size > {MARK[connection.dialect.name]} ORDER BY size", (since,))


def signed_in(connection: Connection, start: int, end: int) -> list[Kept]:
    """Those signed in this time, in ms UTC."""
    mark = MARK[connection.dialect.name]
    return list(_kept(connection, f"WHERE signed >= {mark} AND signed < {mark} ORDER BY size", (start, end)))


def _kept(connection: Connection, which: str, values: Sequence[int]) -> Iterator[Kept]:
    found = run(connection, f"SELECT size, signed, note, frontier FROM checkpoints {which}", values)  # noqa: S608 - constants
    for size, signed, note, frontier in found.fetchall():
        whole = parse(bytes(note)).with_signatures(cosignatures(connection, size))
        yield Kept(size, signed, whole, Frontier.from_bytes(bytes(frontier)))


def cosignatures(connection: Connection, size: int) -> list[Signature]:
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT witness, key, signature FROM cosignatures WHERE size = {mark} ORDER BY witness, key"  # noqa: S608
    return [Signature(name, bytes(key), bytes(raw)) for name, key, raw in run(connection, wanted, (size,))]


def add(connection: Connection, size: int, signed: int, note: bytes, frontier: bytes) -> None:
    """Raises: DBAPIError: there is one of this size; two byte strings of one size would be two logs."""
    put(connection, CHECKPOINTS, [{"size": size, "signed": signed, "note": note, "frontier": frontier}])


def add_cosignatures(connection: Connection, size: int, signatures: Sequence[Signature]) -> None:
    rows = [{"size": size, "witness": s.name, "key": s.id, "signature": s.raw} for s in signatures]
    put(connection, COSIGNATURES, rows, replace=True)


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
    if tile.level == 0:
        start = tile.index * WIDTH
        return b"".join(leaves(connection, start, start + tile.width))
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT hashes FROM tiles WHERE level = {mark} AND number = {mark}"  # noqa: S608
    row = run(connection, wanted, (tile.level, tile.index)).fetchone()
    return bytes(row[0])[: tile.width * HASH] if row else b""


def put_tiles(connection: Connection, grown: dict[tuple[int, int], bytes]) -> None:
    rows = [{"level": level, "number": number, "hashes": data} for (level, number), data in grown.items()]
    put(connection, TILES, rows, replace=True)
