"""Sessions at the desk: 256 random bits in a cookie, kept as their SHA-256, rotating, ending, revocable.

A session is named by the hash of its first value, which stays while its value changes. Losing the table signs
everybody out and costs nothing else.
"""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    Table,
    delete,
    or_,
    select,
    update,
)

from ledger.database import BIG, HISTORY, Row, put
from ledger.errors import AuthenticationError

MINUTE = 60_000  # ms
IDLE = 30 * MINUTE
LONGEST = 480 * MINUTE
ROTATES = 10 * MINUTE  # After which the value changes.
OVERLAP = MINUTE // 2  # For which the value before is good though the new one is in use: pages load side by side.
SESSIONS = Table(
    "sessions",
    HISTORY,
    Column("id", LargeBinary(32), primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, index=True),
    Column("before", LargeBinary(32), index=True),
    Column("officer", LargeBinary(16), nullable=False, index=True),
    Column("roles", String, nullable=False),  # Those of the officer when it began.
    Column("means", String, nullable=False),  # By what the officer signed in.
    Column("enrolling", Boolean, nullable=False),  # Begun by an invitation: good for choosing how to sign in.
    Column("began", BIG, nullable=False),  # ms UTC, as all that follow
    Column("rotated", BIG, nullable=False),
    Column("seen", BIG, nullable=False),
)


def begin(connection: Connection, officer: UUID, roles: str, means: str, now: int, *, enrolling: bool = False) -> str:
    """Returns the cookie's value, which is stored nowhere."""
    cookie = secrets.token_urlsafe(32)
    name, times = hash_of(cookie), dict.fromkeys(("began", "rotated", "seen"), now)
    row: Row = {"id": name, "hash": name, "before": None, "officer": officer.bytes, "roles": roles, "means": means}
    connection.execute(delete(SESSIONS).where(_over(now)))
    put(connection, SESSIONS, [row | {"enrolling": enrolling} | times])
    return cookie


def of_cookie(connection: Connection, cookie: str, now: int) -> Row:
    """Looked up by its hash: no comparison takes longer for a better guess. `given` is the hash that it was found by.

    The value before is good until the new one has come back: an answer may be lost on the line.

    Raises: AuthenticationError: `session-ended`: unknown, revoked or over; which of them is not said.
    """
    value = hash_of(cookie)
    rows = connection.execute(select(SESSIONS).where(or_(SESSIONS.c.hash == value, SESSIONS.c.before == value)))
    for row in rows.mappings():
        if row["hash"] == value or now <= row["rotated"] + OVERLAP or not came_back(dict(row)):
            return _living(dict(row), now) | {"given": value}
    raise AuthenticationError("session-ended")


def require(connection: Connection, id: bytes, now: int) -> Row:
    """Asked inside a write: it may have ended since the page was asked for. Raises: as `of_cookie`."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == id)).mappings().one_or_none()
    if row is None:
        raise AuthenticationError("session-ended")
    return _living(dict(row), now)


def rotate(connection: Connection, row: Row, now: int) -> str | None:
    """A new value for the cookie, instead of the one that was given; None: another request was faster."""
    cookie = secrets.token_urlsafe(32)
    here = (SESSIONS.c.id == row["id"], SESSIONS.c.hash == row["hash"])
    values = {"hash": hash_of(cookie), "before": row["given"], "rotated": now, "seen": now}
    return cookie if connection.execute(update(SESSIONS).where(*here).values(values)).rowcount else None


def came_back(row: Row) -> bool:
    """Whether the browser has shown the value that it was given last."""
    shown: bool = row["before"] is None or row["seen"] > row["rotated"]
    return shown


def touch(connection: Connection, row: Row, now: int) -> None:
    seen = max(now, row["rotated"] + 1)  # As `came_back` asks.
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == row["id"]).values(seen=seen))


def enrolled(connection: Connection, id: bytes) -> None:
    """From now on it is good for everything."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == id).values(enrolling=False))


def listed(connection: Connection, officer: UUID, now: int) -> list[Row]:
    """The newest first."""
    wanted = select(SESSIONS).where(SESSIONS.c.officer == officer.bytes, ~_over(now)).order_by(SESSIONS.c.began.desc())
    return [dict(row) for row in connection.execute(wanted).mappings()]


def end(connection: Connection, officer: UUID, *, id: bytes | None = None, but: bytes | None = None) -> int:
    """The officer's session of this name, or all, or all but one. Returns how many there were."""
    wanted = delete(SESSIONS).where(SESSIONS.c.officer == officer.bytes)
    if id is not None:
        wanted = wanted.where(SESSIONS.c.id == id)
    if but is not None:
        wanted = wanted.where(SESSIONS.c.id != but)
    return connection.execute(wanted).rowcount


def forget(connection: Connection, cookie: str) -> None:
    value = hash_of(cookie)
    connection.execute(delete(SESSIONS).where(or_(SESSIONS.c.hash == value, SESSIONS.c.before == value)))


def hash_of(cookie: str) -> bytes:
    return sha256(cookie.encode("utf-8", "backslashreplace")).digest()


def _living(row: Row, now: int) -> Row:
    if now > row["seen"] + IDLE or now > row["began"] + LONGEST:
        raise AuthenticationError("session-ended")
    return row


def _over(now: int) -> ColumnElement[bool]:
    return or_(SESSIONS.c.seen < now - IDLE, SESSIONS.c.began < now - LONGEST)
