"""Creates the tables, and the triggers by which the database refuses to change or remove an event.

Triggers stop accidents; the log stops insiders (docs/threat-model.md).
"""

from sqlalchemy import Connection, Engine, Table, inspect
from sqlalchemy.schema import CreateColumn

from ledger.database import HISTORY, KEYS, SEALED, VIEWS, run, writing
from ledger.errors import NotFoundError

SQLITE = """
CREATE TRIGGER IF NOT EXISTS events_keep_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END
"""
POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION events_keep() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are never changed or removed'; END $$
""",
    "CREATE TRIGGER events_keep_rows BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_keep()",
    "CREATE TRIGGER events_keep_table BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_keep()",
)
# The log, what is published of it, and what a verdict says beside the code. Nothing sealed, no draft, no token.
PUBLIC = (
    *("events", "checkpoints", "cosignatures", "tiles", "published", "documents", "key_lists", "authorities"),
    *("certificates", "replaced", "registrants", "decrees", "assessments", "participations", "trainings"),
)
APPENDED = ("events", "vault_reads")  # Nothing else is only ever added to.


def create(engine: Engine) -> None:
    """As the owner. Does nothing where the tables exist; a crash before the commit leaves nothing."""
    with writing(engine) as connection:
        there = set(inspect(connection).get_table_names())
        if there.issuperset(table for tables in (HISTORY, VIEWS, SEALED) for table in tables.tables):
            return
        for tables in (HISTORY, VIEWS, SEALED):
            tables.create_all(connection)
        if "events" not in there:
            _protect(connection)


def bring_up(connection: Connection) -> None:
    """What this version asks of a database that an older one made: more tables, columns and indexes. As the owner.

    So a column that a version adds may be null, or has a default in the database.
    """
    for tables in (HISTORY, VIEWS, SEALED):
        tables.create_all(connection)
        for table in tables.sorted_tables:
            _widen(connection, table)
            for index in table.indexes:
                index.create(connection, checkfirst=True)


def _widen(connection: Connection, table: Table) -> None:
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            wanted = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {wanted}")


def create_keys(engine: Engine) -> None:
    """The key database, as its owner; of two services that start together, one makes the tables."""
    with writing(engine) as connection:
        KEYS.create_all(connection)


def grant_public(connection: Connection, role: str) -> None:
    """What a public server's role may read on PostgreSQL; it may write nothing. Raises: NotFoundError: no such role."""
    if run(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        raise NotFoundError("not-found", of="role", got=role)
    quoted = connection.dialect.identifier_preparer.quote(role)
    for table in PUBLIC:
        connection.exec_driver_sql(f"GRANT SELECT ON {table} TO {quoted}")


def _protect(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):  # REPLACE deletes, and recursive_triggers=ON lets it ask.
            connection.exec_driver_sql(SQLITE.format(verb=verb))
    else:
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement)


def grant_service(connection: Connection, role: str) -> None:
    """What the service's role may do on PostgreSQL: append events and the log of reads, keep everything else.

    In either database, as the owner, on the tables that are there. Raises: NotFoundError: no such role.
    """
    if run(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        raise NotFoundError("not-found", of="role", got=role)
    quoted = connection.dialect.identifier_preparer.quote(role)
    ours = {table for tables in (HISTORY, VIEWS, SEALED, KEYS) for table in tables.tables}
    for table in sorted(ours.intersection(inspect(connection).get_table_names())):
        rights = "SELECT, INSERT" if table in APPENDED else "SELECT, INSERT, UPDATE, DELETE"
        connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {quoted}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
