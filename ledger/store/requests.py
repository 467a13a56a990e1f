"""Idempotency: what a POST with this key did, kept in the transaction of the command itself."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, Connection, LargeBinary, String, Table, select

from ledger.database import BIG, HISTORY, Row, put
from ledger.errors import ConflictError

REQUESTS = Table(
    "requests",
    HISTORY,
    Column("actor", LargeBinary(16), primary_key=True),
    Column("route", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", LargeBinary(32), nullable=False),  # HMAC: a plain hash of a person's data would be personal data
    Column("answer", String, nullable=False),  # JSON, pseudonymous: ids, numbers and positions
    Column("at", BIG, nullable=False),
    Column("first", BIG),  # Positions of the first and the last event that it wrote; none if it changed nothing.
    Column("last", BIG),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One keyed request: who, where, under which key, with which body (HMAC)."""

    actor: bytes
    route: str
    key: str
    body: bytes

    @classmethod
    def of(cls, secret: bytes, actor: bytes, route: str, key: str, body: bytes) -> "Request":
        return cls(actor, route, key, hmac.new(secret, body, sha256).digest())


def secret_of(kek: bytes) -> bytes:
    """The key of the bodies' HMAC, from the vault's. Source: RFC 5869."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"peksos/requests/1").derive(kek)


def done(connection: Connection, request: Request) -> str | None:
    """The answer to the same request before.

    Raises: ConflictError: the key was used with another body.
    """
    wanted = select(REQUESTS).where(
        REQUESTS.c.actor == request.actor, REQUESTS.c.route == request.route, REQUESTS.c.key == request.key
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    if not hmac.compare_digest(row.body, request.body):
        raise ConflictError("idempotency-key-reused")
    return str(row.answer)


def keep(connection: Connection, request: Request, answer: str, at: int, positions: range) -> None:
    """`positions`: of the events that it wrote."""
    row: Row = {"actor": request.actor, "route": request.route, "key": request.key, "body": request.body}
    first, last = (positions[0], positions[-1]) if positions else (None, None)
    put(connection, REQUESTS, [row | {"answer": answer, "at": at, "first": first, "last": last}])
