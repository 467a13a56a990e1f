"""Live read models that differ from the history are named: table, id, columns."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from ledger.audit.compare import MOST, Difference, compare
from ledger.audit.report import Report
from ledger.database import VIEWS, open_database, writing
from ledger.projections.certificates import TABLE as CERTIFICATES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import TABLE as REGISTRANTS
from ledger.wiring import Ledger

World = Any  # tests/rules/conftest.py


def ids(connection: Connection, table: Any) -> list[bytes]:
    return list(connection.scalars(select(table.c.id).order_by(table.c.id)))


def test_a_changed_row_is_named_with_its_columns(world: World, audit_of: Callable[[Ledger], Report]) -> None:
    with writing(world.ledger.engine) as connection:
        (id,) = ids(connection, CERTIFICATES)
        connection.execute(update(CERTIFICATES).values(state="revoked", through=None))

    report = audit_of(world.ledger)

    assert not report.sound
    assert report.differences == [Difference("certificates", id.hex(), ("state", "through"))]
    assert report.as_json()["differences"] == [
        {"table": "certificates", "id": id.hex(), "columns": ("state", "through")}
    ]


@pytest.mark.parametrize("which", [0, 3, -1])
def test_a_removed_row_is_named(world: World, audit_of: Callable[[Ledger], Report], which: int) -> None:
    with writing(world.ledger.engine) as connection:
        id = ids(connection, REGISTRANTS)[which]
        connection.execute(delete(REGISTRANTS).where(REGISTRANTS.c.id == id))

    report = audit_of(world.ledger)

    assert not report.sound
    assert report.differences == [Difference("registrants", id.hex(), ())]


@pytest.mark.parametrize("id", [bytes(16), b"\xff" * 16])
def test_an_added_row_is_named(world: World, audit_of: Callable[[Ledger], Report], id: bytes) -> None:
    with writing(world.ledger.engine) as connection:
        row = dict(connection.execute(select(REGISTRANTS).limit(1)).mappings().one())
        connection.execute(insert(REGISTRANTS), [row | {"id": id}])

    report = audit_of(world.ledger)

    assert report.differences == [Difference("registrants", id.hex(), ())]


def test_every_table_of_read_models_is_compared(world: World, audit_of: Callable[[Ledger], Report]) -> None:
    with writing(world.ledger.engine) as connection:
        filled = [table for table in VIEWS.sorted_tables if ids(connection, table)]
        expected = sum(len(ids(connection, table)) for table in filled)
        for table in filled:
            connection.execute(update(table).where(table.c.id == ids(connection, table)[0]).values(position=9999))

    report = audit_of(world.ledger)

    assert report.rows == expected
    assert {d.table for d in report.differences} == {table.name for table in filled}
    assert all(d.columns == ("position",) for d in report.differences)


def test_not_more_differences_are_named_than_anybody_reads(world: World) -> None:
    other = open_database("sqlite://")
    VIEWS.create_all(other)

    rows, differences = compare(world.ledger.engine, other)

    assert rows > MOST
    assert len(differences) == MOST
    other.dispose()


def test_a_rebuild_mends_what_somebody_changed(world: World, audit_of: Callable[[Ledger], Report]) -> None:
    with writing(world.ledger.engine) as connection:
        connection.execute(update(PARTICIPATIONS.table).values(marks="HH"))
        connection.execute(delete(CERTIFICATES))
    assert not audit_of(world.ledger).sound

    world.ledger.histories.rebuild()

    assert audit_of(world.ledger).sound
