"""Addresses at which a holder may fetch a paper: the hash of each, until its days are over or another one is made."""

from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, delete, or_, select, update

from ledger.database import BIG, HISTORY, Row, put

CLAIMS = Table(
    "claims",
    HISTORY,
    Column("hash", LargeBinary(32), primary_key=True),  # SHA-256 of the secret in the address.
    Column("delivery", LargeBinary(16), nullable=False, unique=True),
    Column("certificate", LargeBinary(16), nullable=False, index=True),
    Column("holder", LargeBinary(16), nullable=False),
    Column("token", LargeBinary(32), nullable=False),  # Of the code on the file; another paper has another one.
    Column("parts", Integer, nullable=False),  # In so many sealed fields lies the file.
    Column("ends", BIG, nullable=False),  # ms UTC
    Column("missed", Integer, nullable=False),  # How often another number or birth date was given.
)


def put_claim(connection: Connection, row: Row) -> None:
    put(connection, CLAIMS, [row])


def of_hash(connection: Connection, hash: bytes) -> Row | None:
    return _one(connection.execute(select(CLAIMS).where(CLAIMS.c.hash == hash)).one_or_none())


def of_delivery(connection: Connection, delivery: UUID) -> Row | None:
    return _one(connection.execute(select(CLAIMS).where(CLAIMS.c.delivery == delivery.bytes)).one_or_none())


def of_certificate(connection: Connection, certificate: bytes) -> list[Row]:
    wanted = select(CLAIMS).where(CLAIMS.c.certificate == certificate)
    return [dict(row._mapping) for row in connection.execute(wanted)]


def over(connection: Connection, instant: int, misses: int) -> list[Row]:
    """Ended before this instant, ms UTC, or missed so often."""
    wanted = select(CLAIMS).where(or_(CLAIMS.c.ends < instant, CLAIMS.c.missed >= misses))
    return [dict(row._mapping) for row in connection.execute(wanted)]


def note_miss(connection: Connection, hash: bytes) -> None:
    """Of an address that there is; of another one nothing is kept."""
    connection.execute(update(CLAIMS).where(CLAIMS.c.hash == hash).values(missed=CLAIMS.c.missed + 1))


def drop(connection: Connection, hash: bytes) -> None:
    connection.execute(delete(CLAIMS).where(CLAIMS.c.hash == hash))


def _one(found: object) -> Row | None:
    return None if found is None else dict(found._mapping)  # type: ignore[attr-defined]
