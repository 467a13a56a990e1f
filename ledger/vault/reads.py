"""The log of reads: who looked at whose personal data, when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, insert, select

from ledger.database import BIG, SEALED
from ledger.errors import SealedError

READS = Table(
    "vault_reads",
    SEALED,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("at", BIG, nullable=False),  # ms UTC
    Column("reader", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("subject", LargeBinary(16), nullable=False, index=True),
    Column("field", String, nullable=False),
    sqlite_autoincrement=True,  # An id is never given twice.
)


@dataclass(frozen=True, slots=True)
class Read:
    at: int  # ms UTC
    reader: str
    purpose: str
    field: str


def note(connection: Connection, at: int, reader: str, purpose: str, subjects: Iterable[UUID], field: str) -> None:
    """Raises: SealedError: `read-unexplained`: nobody reads without a name and a purpose."""
    if not (reader.strip() and purpose.strip()):
        raise SealedError("read-unexplained", field=field)
    why = {"at": at, "reader": reader, "purpose": purpose, "field": field}
    rows = [{**why, "subject": subject.bytes} for subject in subjects]
    if rows:
        connection.execute(insert(READS), rows)


def of(connection: Connection, subject: UUID) -> list[Read]:
    """For the person themselves: every look at their data, oldest first. It outlives the data."""
    wanted = select(READS.c.at, READS.c.reader, READS.c.purpose, READS.c.field).where(READS.c.subject == subject.bytes)
    return [Read(*row) for row in connection.execute(wanted.order_by(READS.c.id))]


def latest(connection: Connection, subject: UUID, limit: int) -> list[Read]:
    """The last looks at their data, newest first."""
    wanted = select(READS.c.at, READS.c.reader, READS.c.purpose, READS.c.field).where(READS.c.subject == subject.bytes)
    return [Read(*row) for row in connection.execute(wanted.order_by(READS.c.id.desc()).limit(limit))]
