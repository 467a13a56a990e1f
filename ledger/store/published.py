"""What was signed for everybody: status lists, registered buckets and documents, each by its address.

The rows are the arbiter between processes and hosts: whoever serves an address serves these bytes, so there are never
two byte strings for one (address, iat).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, LargeBinary, String, Table, select

from ledger.database import BIG, HISTORY, MARK, put, run

LISTS = Table(
    "published",
    HISTORY,
    Column("path", String, primary_key=True),
    Column("iat", BIG, nullable=False),  # s UTC
    Column("size", BIG, nullable=False),  # Events that were surely recorded before iat.
    Column("body", LargeBinary, nullable=False),
)
DOCUMENTS = Table(
    "documents",
    HISTORY,
    Column("token", LargeBinary(32), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
AHEAD_SECONDS = 5 * 60  # Lists from further ahead were signed while a clock was wrong.
ROUND = ""  # The path of the row that says how far the last round reached.

LAST_ROUND = f"SELECT iat, size FROM published WHERE path = '{ROUND}'"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Made:
    """`iat`: s UTC; `size`: events recorded before it."""

    iat: int
    size: int


def made(connection: Connection) -> dict[str, Made]:
    """Of every list and bucket, and of the last round."""
    rows = run(connection, "SELECT path, iat, size FROM published")
    return {path: Made(iat, size) for path, iat, size in rows}


def last_round(connection: Connection) -> Made | None:
    found = run(connection, LAST_ROUND).fetchone()  # Each turn asks.
    return None if found is None else Made(*found)


def not_covered(connection: Connection, now: int) -> int:
    """`now`, or the second of the last lists where a clock was set back by a little, or another host's is ahead: what
    is recorded then must not seem to be covered by them. Both in ms UTC. A further leap is not followed: the history
    would bear the wrong time for good."""
    last = last_round(connection)
    second = last.iat * 1000 if last else 0
    return second if now < second <= now + AHEAD_SECONDS * 1000 else now


def oldest(connection: Connection) -> int | None:
    """s UTC, of the lists that are there; None: there are none."""
    found: int | None = run(connection, "SELECT MIN(iat) FROM published").fetchone()[0]
    return found


def replace(connection: Connection, bodies: dict[str, bytes], last: Made) -> None:
    """These lists, and that the round reached so far."""
    about = {"iat": last.iat, "size": last.size}
    rows = [{"path": path, "body": body} | about for path, body in (bodies | {ROUND: b""}).items()]
    put(connection, LISTS, rows, replace=True)


def forget(connection: Connection, paths: Sequence[str]) -> None:
    for path in paths:
        run(connection, f"DELETE FROM published WHERE path = {_mark(connection)}", (path,))  # noqa: S608


def body(connection: Connection, path: str) -> bytes | None:
    if "\0" in path:
        return None  # PostgreSQL knows no such text.
    row = run(connection, f"SELECT body FROM published WHERE path = {_mark(connection)}", (path,)).fetchone()  # noqa: S608
    return bytes(row[0]) if row and path != ROUND else None


def lists(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Every list and bucket by its path, in order."""
    wanted = select(LISTS.c.path, LISTS.c.body).where(LISTS.c.path != ROUND).order_by(LISTS.c.path)
    with connection.execute(wanted.execution_options(yield_per=100)) as found:
        yield from map(tuple, found)


def document(connection: Connection, token: bytes) -> bytes | None:
    row = run(connection, f"SELECT body FROM documents WHERE token = {_mark(connection)}", (token,)).fetchone()  # noqa: S608
    return bytes(row[0]) if row else None


def documents(connection: Connection) -> Iterator[tuple[bytes, bytes]]:
    """Every document by the SHA-256 of its token, in order."""
    wanted = select(DOCUMENTS).order_by(DOCUMENTS.c.token)
    with connection.execute(wanted.execution_options(yield_per=100)) as found:
        yield from map(tuple, found)


def put_documents(connection: Connection, bodies: dict[bytes, bytes]) -> None:
    put(connection, DOCUMENTS, [{"token": token, "body": data} for token, data in bodies.items()], replace=True)


def _mark(connection: Connection) -> str:
    return MARK[connection.dialect.name]
