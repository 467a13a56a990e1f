"""Creates the tables, and the triggers by which the database refuses to change or remove an event.

Triggers stop accidents; the log stops insiders (docs/threat-model.md).
"""

from sqlalchemy import Connection, Engine, inspect

from ledger.database import HISTORY, SEALED, VIEWS, writing

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


def create(engine: Engine) -> None:
    """As the owner. Does nothing where the tables exist; a crash before the commit leaves nothing."""
    with writing(engine) as connection:
        if inspect(connection).has_table("events"):
            return
        for tables in (HISTORY, VIEWS, SEALED):
            tables.create_all(connection)
        _protect(connection)


def _protect(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):  # REPLACE deletes, and recursive_triggers=ON lets it ask.
            connection.exec_driver_sql(SQLITE.format(verb=verb))
    else:
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement)


def grant_service(connection: Connection, role: str) -> None:
    """What the service's role may do on PostgreSQL: read and append events, keep read models and sealed data."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    for tables, rights in ((HISTORY, "SELECT, INSERT"), (VIEWS, "ALL"), (SEALED, "SELECT, INSERT, UPDATE, DELETE")):
        for table in tables.tables:
            allowed = "SELECT, INSERT, UPDATE, DELETE" if table in MUTABLE_HISTORY else rights
            connection.exec_driver_sql(f"GRANT {allowed} ON {table} TO {quoted}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")


MUTABLE_HISTORY = ("requests", "access_tokens", "drafts")
