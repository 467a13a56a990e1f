"""R28: the database itself refuses to change or remove an event."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ledger.database import open_database, reading, writing
from ledger.store import recorder
from ledger.store.schema import create

ROW = {"stream": bytes(16), "recorded": 1, "entry": b"entry", "leaf": bytes(32)}
INSERT = "INTO events (position, stream, version, recorded, entry, leaf) SELECT {} FROM events"


@pytest.fixture
def engine(database: tuple[str, str]) -> Iterator[Engine]:
    """Two events."""
    opened = open_database(database[0])
    create(opened)
    with writing(opened) as connection:
        recorder.append(connection, [ROW | {"position": n, "version": n + 1} for n in range(2)])
    yield opened
    opened.dispose()


def entries(engine: Engine) -> list[tuple[int, bytes, tuple[bytes, bytes, int, int]]]:
    with reading(engine) as connection:
        return list(recorder.entries(connection))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET entry = leaf WHERE position = 1",
        "DELETE FROM events WHERE position = 1",
        "DELETE FROM events",
        "INSERT " + INSERT.format("position, stream, version, recorded, leaf, leaf"),
        "INSERT " + INSERT.format("position + 2, stream, version, recorded, leaf, leaf"),
    ],
)
def test_an_event_is_neither_changed_nor_removed_nor_written_twice(engine: Engine, statement: str) -> None:
    before = entries(engine)

    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.exec_driver_sql(statement)

    assert entries(engine) == before


def test_an_event_is_not_replaced_or_cut_off(engine: Engine) -> None:
    before = entries(engine)

    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.exec_driver_sql(cut(connection))

    assert entries(engine) == before


def cut(connection: Connection) -> str:
    """What each database has besides UPDATE and DELETE."""
    if connection.dialect.name == "sqlite":
        return "REPLACE " + INSERT.format("position, stream, version, recorded, leaf, leaf")
    return "TRUNCATE events"
