"""Bearer tokens of officers: 256 random bits, stored as their SHA-256, expiring, bound to one officer and roles."""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select

from ledger.database import BIG, HISTORY, put
from ledger.errors import AuthenticationError

TOKENS = Table(
    "access_tokens",
    HISTORY,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("officer", LargeBinary(16), nullable=False),
    Column("roles", String, nullable=False),  # Those of the officer when it was issued.
    Column("expires", BIG, nullable=False),  # ms UTC
)
PREFIX = "peksos_"  # So that scanners of leaked secrets can tell what it is.


def issue(connection: Connection, officer: UUID, roles: str, expires: int) -> str:
    """The token itself is answered once and stored nowhere."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = {"hash": _hash(token), "officer": officer.bytes, "roles": roles, "expires": expires}
    put(connection, TOKENS, [row])
    return token


def holder_of(connection: Connection, token: str, now: int) -> tuple[UUID, str]:
    """Whose token it is, for which roles; looked up by its hash: no comparison takes longer for a better guess.

    Raises: AuthenticationError: unknown or expired; which of both is not said.
    """
    wanted = select(TOKENS.c.officer, TOKENS.c.roles, TOKENS.c.expires).where(TOKENS.c.hash == _hash(token))
    row = connection.execute(wanted).one_or_none()
    if row is None or row.expires < now:
        raise AuthenticationError("token-refused")
    return UUID(bytes=row.officer), row.roles


def revoke(connection: Connection, officer: UUID) -> int:
    """All tokens of an officer. Returns how many there were."""
    return connection.execute(delete(TOKENS).where(TOKENS.c.officer == officer.bytes)).rowcount


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
