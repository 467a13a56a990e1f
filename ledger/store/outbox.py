"""Letters to holders that wait for the mail server, and what became of those that do not.

A row names nobody: the address lies in the vault, and what the letter says follows from its row.
"""

from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, select

from ledger.database import BIG, HISTORY, Row, put

QUEUED, SENT, BOUNCED, GIVEN_UP = "queued", "sent", "bounced", "given-up"
OUTBOX = Table(
    "outbox",
    HISTORY,
    Column("id", LargeBinary(16), primary_key=True),
    Column("holder", LargeBinary(16), nullable=False),
    Column("certificate", LargeBinary(16), nullable=False),
    Column("delivery", LargeBinary(16), index=True),  # None: a reminder.
    Column("lang", String, nullable=False),  # One, or several with spaces between them, one below the other.
    Column("state", String, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("due", BIG, nullable=False),  # ms UTC: not tried before.
    Column("made", BIG, nullable=False),  # ms UTC
    Column("settled", BIG),  # ms UTC
)


def put_letter(connection: Connection, row: Row) -> None:
    """A new one, or what has changed of one."""
    put(connection, OUTBOX, [row], replace=True)


def due(connection: Connection, now: int, limit: int) -> list[Row]:
    """The oldest of those that may be tried."""
    wanted = select(OUTBOX).where(OUTBOX.c.state == QUEUED, OUTBOX.c.due <= now)
    return [dict(row._mapping) for row in connection.execute(wanted.order_by(OUTBOX.c.due, OUTBOX.c.id).limit(limit))]


def of_delivery(connection: Connection, delivery: UUID) -> Row | None:
    found = connection.execute(select(OUTBOX).where(OUTBOX.c.delivery == delivery.bytes)).one_or_none()
    return None if found is None else dict(found._mapping)
