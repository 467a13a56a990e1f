"""One engine for both databases: how a write begins, and how rows are put at the driver's speed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Integer, MetaData, Table, create_engine
from sqlalchemy import event as hook
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from ledger.errors import StoreError

Row = dict[str, Any]
# Their loss means something different, so they are created and dropped apart: history, read models, sealed data.
HISTORY, VIEWS, SEALED, KEYS = MetaData(), MetaData(), MetaData(), MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")
# One writer at a time; on PostgreSQL a lock that needs no right on any table.
BEGIN_WRITE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(7310)"}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=30000",
    "secure_delete=ON",  # An erased row's bytes are overwritten.
    "recursive_triggers=ON",  # Otherwise REPLACE deletes without asking the trigger.
    "foreign_keys=ON",
)


def open_database(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Raises: StoreError."""
    if url.startswith("sqlite"):
        engine = create_engine(url, **({"poolclass": StaticPool} if url == "sqlite://" else {}))
        hook.listen(engine, "connect", _prepare_sqlite)
        hook.listen(engine, "begin", _begin_read)
        return engine
    if url.startswith("postgresql+psycopg"):
        return create_engine(url, pool_pre_ping=True)
    raise StoreError("database-unknown", expected="sqlite:/// or postgresql+psycopg://")


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_read(connection: Connection) -> None:
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Alone from here to the commit. A crash before the commit leaves nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        try:
            connection.exec_driver_sql(BEGIN_WRITE[engine.dialect.name])
        except OperationalError as cause:
            raise StoreError("database-busy") from cause
        yield connection


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = False) -> None:
    """Insert; with `replace`, rows of the same primary key are overwritten.

    Core writes the SQL once and the driver runs it; columns hold int, str, bytes, bool or None only.
    """
    if rows:
        sql, names = _compiled(table, connection.dialect, replace)
        values: Any = rows if names is None else [tuple(map(row.__getitem__, names)) for row in rows]
        connection.exec_driver_sql(sql, values)


@cache
def _compiled(table: Table, dialect: Dialect, replace: bool) -> tuple[str, list[str] | None]:
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    if replace:
        keys = [c.name for c in table.primary_key]
        others = {c.name: insert.excluded[c.name] for c in table.c if c.name not in keys}
        insert = insert.on_conflict_do_update(index_elements=keys, set_=others)
    done = insert.compile(dialect=dialect)
    return done.string, getattr(done, "positiontup", None)


def chunks(values: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """Lists of at most `size`: a statement has a limited number of parameters."""
    some: list[Any] = []
    for value in values:
        some.append(value)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
