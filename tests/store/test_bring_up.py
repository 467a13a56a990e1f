"""A database that an older version made: `ledger rebuild` gives it the tables, columns and indexes of this one."""

from sqlalchemy import Connection, inspect, text

from ledger.cli.story import Story
from ledger.database import reading, writing
from ledger.projections.awaited import TABLE as AWAITED
from ledger.projections.participations import TABLE as TAKEN

OLDER = (
    "DROP TABLE awaited",
    "DROP INDEX ix_participations_registrant",
    "ALTER TABLE participations DROP COLUMN hours",
    "DROP INDEX ix_sessions_before",
    "ALTER TABLE sessions DROP COLUMN before",
)


def shape(connection: Connection) -> dict[str, tuple[set[str], set[str | None]]]:
    """Columns and indexes by table."""
    there = inspect(connection)
    return {
        table: ({c["name"] for c in there.get_columns(table)}, {i["name"] for i in there.get_indexes(table)})
        for table in there.get_table_names()
    }


def test_an_older_database_is_brought_up_and_says_the_same(told: Story) -> None:
    with reading(told.ledger.engine) as connection:
        before, rows = shape(connection), [connection.execute(t.select()).all() for t in (AWAITED, TAKEN)]
    with writing(told.ledger.engine) as connection:
        for statement in OLDER:
            connection.execute(text(statement))

    size = told.ledger.histories.rebuild()

    assert size == told.ledger.histories.size()
    with reading(told.ledger.engine) as connection:
        assert shape(connection) == before
        named = [connection.execute(t.select().with_only_columns(*t.c)).all() for t in (AWAITED, TAKEN)]
    assert [sorted(map(tuple, some)) for some in named] == [sorted(map(tuple, some)) for some in rows]
