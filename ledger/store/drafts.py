"""The acts of open proposals, pseudonymous: the history holds only their root. Their loss costs a new proposal."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, delete, select

from ledger.database import HISTORY, put

DRAFTS = Table(
    "drafts",
    HISTORY,
    Column("proposal", LargeBinary(16), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("act", LargeBinary, nullable=False),
)


def keep(connection: Connection, proposal: UUID, acts: Sequence[bytes]) -> None:
    put(connection, DRAFTS, [{"proposal": proposal.bytes, "n": n, "act": act} for n, act in enumerate(acts)])


def acts(connection: Connection, proposal: UUID) -> list[bytes]:
    """In the order in which they were proposed; none once they are done."""
    wanted = select(DRAFTS.c.act).where(DRAFTS.c.proposal == proposal.bytes).order_by(DRAFTS.c.n)
    return list(connection.execute(wanted).scalars())


def drop(connection: Connection, proposal: UUID) -> None:
    connection.execute(delete(DRAFTS).where(DRAFTS.c.proposal == proposal.bytes))
