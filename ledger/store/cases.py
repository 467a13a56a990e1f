"""Cases beside the history: what readers reported or asked, until the board has answered and its days are over.

A row names nobody. What was written lies in the vault, under the case's own id.
"""

from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, and_, or_, select

from ledger.database import BIG, HISTORY, Row, put
from ledger.domain.values import legal_day, to_days
from ledger.errors import NotFoundError

CASES = Table(
    "cases",
    HISTORY,
    Column("id", LargeBinary(16), primary_key=True),
    Column("number", String, nullable=False, unique=True),  # Random: who knows it may ask how the case stands.
    Column("kind", String, nullable=False),
    Column("reason", String),  # Of the verdict that the service gives on what was sent; none: nothing to judge.
    Column("made", BIG, nullable=False),  # ms UTC
    Column("due", BIG, nullable=False),  # days since 1970-01-01, inclusive
    Column("answer", String),
    Column("means", String),
    Column("checked", BIG),  # days since 1970-01-01
    Column("answered", BIG),  # ms UTC
    Column("officer", LargeBinary(16)),
    Column("attestation", LargeBinary(16)),  # The stream that the answer proposes.
    Column("destroyed", BIG),  # ms UTC: since when nothing of it lies in the vault.
)


def put_case(connection: Connection, row: Row) -> None:
    """A new one, or what has changed of one."""
    put(connection, CASES, [row], replace=True)


def of_number(connection: Connection, number: str) -> Row | None:
    found = connection.execute(select(CASES).where(CASES.c.number == number)).one_or_none()
    return None if found is None else dict(found._mapping)


def number_of(connection: Connection, id: UUID) -> str:
    """Raises: NotFoundError: `case-unknown`."""
    number: str | None = connection.scalar(select(CASES.c.number).where(CASES.c.id == id.bytes))
    if number is None:
        raise NotFoundError("case-unknown")
    return number


def every(connection: Connection) -> list[Row]:
    """Those that are due first come first."""
    rows = connection.execute(select(CASES).order_by(CASES.c.due, CASES.c.made))
    return [dict(row._mapping) for row in rows]


def over(connection: Connection, instant: int) -> list[Row]:
    """Answered, or due and never answered, before this instant, ms UTC, whose contents are still kept."""
    unanswered = and_(CASES.c.answered.is_(None), CASES.c.due < to_days(legal_day(instant)))
    wanted = select(CASES).where(or_(CASES.c.answered < instant, unanswered), CASES.c.destroyed.is_(None))
    rows = connection.execute(wanted)
    return [dict(row._mapping) for row in rows]


def sealed(connection: Connection) -> set[bytes]:
    """The ids under which something may lie in the vault: of cases, and of what their answers propose."""
    found = connection.execute(select(CASES.c.id, CASES.c.attestation))
    return {id for row in found for id in row if id is not None}
