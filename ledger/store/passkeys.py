"""Passkeys of officers, and the challenges that they are asked to sign: random, short-lived, used once."""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select, update

from ledger.database import BIG, HISTORY, Row, put
from ledger.errors import AuthenticationError

# Before the random part: what is signed at a sign-in is no approval, whose challenge is a SHA-256 and nothing else.
PURPOSE = b"peksos/sign-in/1\x00"
GOOD_FOR = 300_000  # ms, from the question to its answer
PASSKEYS = Table(
    "passkeys",
    HISTORY,
    Column("id", LargeBinary, primary_key=True),  # As the authenticator named it, at most 1023 bytes
    Column("officer", LargeBinary(16), nullable=False, index=True),
    Column("name", String, nullable=False),  # As the officer calls the device
    Column("key", LargeBinary, nullable=False),  # COSE_Key of the authenticator, which says its algorithm
    Column("count", BIG, nullable=False),  # Signatures so far, if the authenticator counts them
    Column("made", BIG, nullable=False),  # ms UTC
)
CHALLENGES = Table(
    "challenges",
    HISTORY,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("asked", LargeBinary, nullable=False),  # Session that asked to register one; empty: a sign-in
    Column("expires", BIG, nullable=False),  # ms UTC
)


def challenge(connection: Connection, asked: bytes, now: int) -> bytes:
    """PURPOSE and 32 bytes, to be answered by whoever asked."""
    made = PURPOSE + secrets.token_bytes(32)
    connection.execute(delete(CHALLENGES).where(CHALLENGES.c.expires < now))
    put(connection, CHALLENGES, [{"hash": sha256(made).digest(), "asked": asked, "expires": now + GOOD_FOR}])
    return made


def answered(connection: Connection, challenge: bytes, asked: bytes, now: int) -> None:
    """Takes it back, whatever the answer is worth.

    Raises: AuthenticationError: `challenge-over`: not ours, asked by another, too old, or answered before.
    """
    here = (CHALLENGES.c.hash == sha256(challenge).digest(), CHALLENGES.c.asked == asked, CHALLENGES.c.expires >= now)
    if not connection.execute(delete(CHALLENGES).where(*here)).rowcount:
        raise AuthenticationError("challenge-over")


def add(connection: Connection, id: bytes, officer: UUID, name: str, key: bytes, count: int, made: int) -> None:
    row: Row = {"id": id, "officer": officer.bytes, "name": name, "key": key, "count": count, "made": made}
    put(connection, PASSKEYS, [row])


def of_id(connection: Connection, id: bytes) -> Row | None:
    row = connection.execute(select(PASSKEYS).where(PASSKEYS.c.id == id)).mappings().one_or_none()
    return None if row is None else dict(row)


def of_officer(connection: Connection, officer: UUID) -> list[Row]:
    """The oldest first."""
    wanted = select(PASSKEYS).where(PASSKEYS.c.officer == officer.bytes).order_by(PASSKEYS.c.made, PASSKEYS.c.id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def counted(connection: Connection, id: bytes, count: int) -> None:
    connection.execute(update(PASSKEYS).where(PASSKEYS.c.id == id).values(count=count))


def remove(connection: Connection, officer: UUID, id: bytes | None = None) -> int:
    """One of this officer, or all. Returns how many there were."""
    wanted = delete(PASSKEYS).where(PASSKEYS.c.officer == officer.bytes)
    return connection.execute(wanted if id is None else wanted.where(PASSKEYS.c.id == id)).rowcount
