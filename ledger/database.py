"""One engine for both databases: how a write begins, and how rows are put at the driver's speed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Integer, MetaData, Table, create_engine
from sqlalchemy import event as hook
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from ledger.errors import StoreError

Row = dict[str, Any]
# Their loss means something different, so they are created and dropped apart: history, read models, sealed data.
HISTORY, VIEWS, SEALED, KEYS = MetaData(), MetaData(), MetaData(), MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")
BEGIN_READ = {"sqlite": "BEGIN", "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"}
# One writer at a time; on PostgreSQL a lock that needs no right on any table.
BEGIN_WRITE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(7310)"}
MARK = {"sqlite": "?", "postgresql": "%s"}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=30000",
    "secure_delete=ON",  # An erased row's bytes are overwritten.
    "recursive_triggers=ON",  # Otherwise REPLACE deletes without asking the trigger.
    "foreign_keys=ON",
)


def open_database(url: str, *, read_only: bool = False) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Raises: StoreError."""
    if read_only:
        return _open_to_read(url)
    if url.startswith("sqlite"):
        engine = create_engine(url, **({"poolclass": StaticPool} if url == "sqlite://" else {}))
        hook.listen(engine, "connect", _prepare_sqlite)
        return engine
    if url.startswith("postgresql+psycopg"):
        return create_engine(url, pool_pre_ping=True)
    raise StoreError("database-unknown", expected="sqlite:/// or postgresql+psycopg://")


def _open_to_read(url: str) -> Engine:
    """Whatever the role may do, nothing is written; on PostgreSQL give it a role that may only read all the same."""
    if url.startswith("sqlite:///"):
        file = url.removeprefix("sqlite:///").replace("?", "%3f").replace("#", "%23")
        engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
        hook.listen(engine, "connect", _prepare_sqlite_to_read)
        return engine
    if url.startswith("postgresql+psycopg"):
        options = {"options": "-c default_transaction_read_only=on"}
        return create_engine(url, pool_pre_ping=True, connect_args=options)
    raise StoreError("database-unknown", expected="sqlite:/// or postgresql+psycopg://")


def _prepare_sqlite_to_read(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("query_only=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot; nothing is to be kept, so giving the connection back ends it."""
    with engine.connect() as connection:
        run(connection, BEGIN_READ[engine.dialect.name])
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Alone from here to the commit. A crash before the commit leaves nothing."""
    with engine.connect() as connection, connection.begin():
        try:
            run(connection, BEGIN_WRITE[engine.dialect.name])
        except OperationalError as cause:
            raise StoreError("database-busy") from cause
        yield connection


def run(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Any:
    """One statement by the driver itself, at a tenth of Core's cost; the cursor.

    Raises: DBAPIError: as Core would, without the values.
    """
    try:
        return _driver(connection).execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as cause:
        raise _as_core(connection, sql, cause) from cause


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _as_core(connection: Connection, sql: str, cause: Exception) -> BaseException:
    base = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, cause, base, hide_parameters=True, dialect=connection.dialect)


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = False) -> None:
    """Insert; with `replace`, rows of the same primary key are overwritten.

    The driver runs it, so columns hold int, str, bytes, bool or None only.
    """
    if not rows:
        return
    sql, values = _putting(table, connection.dialect.name, replace)
    try:
        _driver(connection).cursor().executemany(sql, map(values, rows))
    except connection.dialect.loaded_dbapi.Error as cause:
        raise _as_core(connection, sql, cause) from cause


@cache
def _putting(table: Table, dialect: str, replace: bool) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """The statement, and how a row's values are taken in its order."""
    names = table.c.keys()
    sql = f"INSERT INTO {table.name} ({_quoted(names)}) VALUES ({', '.join([MARK[dialect]] * len(names))})"  # noqa: S608 - our own names
    if replace:
        keys = [c.name for c in table.primary_key]
        others = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
        sql += f" ON CONFLICT ({_quoted(keys)}) DO UPDATE SET {others}"
    return sql, itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def pick(connection: Connection, table: Table, column: str, values: Sequence[Any]) -> list[Row]:
    """Rows whose column has one of these values, at the driver's speed; at most 500 values."""
    names, start = _picking(table, column)
    if connection.dialect.name == "sqlite":
        found = run(connection, f"{start} IN ({','.join('?' * len(values))})", values)
    else:
        found = run(connection, f"{start} = ANY(%s)", (list(values),))
    return [dict(zip(names, row, strict=True)) for row in found]


@cache
def _picking(table: Table, column: str) -> tuple[list[str], str]:
    names = table.c.keys()
    return names, f'SELECT {_quoted(names)} FROM {table.name} WHERE "{table.c[column].name}"'  # noqa: S608 - our own names


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
