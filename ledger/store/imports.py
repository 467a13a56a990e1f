"""Sheets that were sent and are not yet recorded: where each stands.

What they hold lies in the vault, under their ids.
"""

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, delete, select

from ledger.database import BIG, HISTORY, Row, put

IMPORTS = Table(
    "imports",
    HISTORY,
    Column("id", LargeBinary(16), primary_key=True),
    Column("training", LargeBinary(16), nullable=False),
    Column("officer", LargeBinary(16), nullable=False),  # Nobody else is shown it.
    Column("state", String, nullable=False),  # draft, running, done
    Column("made", BIG, nullable=False),  # ms UTC
    Column("expires", BIG, nullable=False),  # ms UTC
    Column("parts", Integer, nullable=False),  # of the file, each sealed by itself
    Column("read", Integer, nullable=False),  # rows, of `rows`; while it is running
    Column("rows", Integer, nullable=False),
    Column("touched", BIG, nullable=False),  # ms UTC: an older running one was cut off
    Column("answer", String),  # JSON of counts, once it is done
)


def put_import(connection: Connection, row: Row) -> None:
    """A new one, or what has changed of one."""
    put(connection, IMPORTS, [row], replace=True)


def get(connection: Connection, id: bytes) -> Row | None:
    found = connection.execute(select(IMPORTS).where(IMPORTS.c.id == id)).one_or_none()
    return None if found is None else dict(found._mapping)


def of_officer(connection: Connection, officer: bytes, training: bytes) -> list[Row]:
    """The newest first."""
    wanted = select(IMPORTS).where(IMPORTS.c.officer == officer, IMPORTS.c.training == training)
    return [dict(row._mapping) for row in connection.execute(wanted.order_by(IMPORTS.c.made.desc()))]


def over(connection: Connection, now: int) -> list[bytes]:
    """The ids of those that have expired."""
    return list(connection.scalars(select(IMPORTS.c.id).where(IMPORTS.c.expires < now)))


def drop(connection: Connection, id: bytes) -> None:
    connection.execute(delete(IMPORTS).where(IMPORTS.c.id == id))


def sealed(connection: Connection) -> set[bytes]:
    """The ids under which something may lie in the vault."""
    return set(connection.scalars(select(IMPORTS.c.id)))
