"""The database itself refuses to change or remove an event, to its owner and to the service's role."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.database import writing
from ledger.store.schema import grant_service
from ledger.wiring import Ledger, build

CHANGE = "UPDATE events SET recorded = 0 WHERE position = 0"
REMOVE = "DELETE FROM events WHERE position = 0"
AGAIN = "SELECT position, stream, version, recorded + 1, entry, leaf FROM events WHERE position = 0"
OVERWRITE = (
    "INSERT INTO events SELECT position, stream, version, recorded + 1, entry, leaf FROM events WHERE position = 0"
    " ON CONFLICT (position) DO UPDATE SET recorded = excluded.recorded"
)
REFUSED = {
    "sqlite": (CHANGE, REMOVE, f"REPLACE INTO events {AGAIN}", f"INSERT OR REPLACE INTO events {AGAIN}"),
    "postgresql": (CHANGE, REMOVE, OVERWRITE, "TRUNCATE events", "TRUNCATE events CASCADE"),
}
REFUSED_BY_RIGHTS = (
    *REFUSED["postgresql"],
    "DROP TABLE events",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_keep_rows ON events",
    "CREATE OR REPLACE FUNCTION events_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE TABLE another (id int)",
    "DELETE FROM vault_reads",
)


def rows(ledger: Ledger) -> list[tuple[object, ...]]:
    with ledger.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT * FROM events ORDER BY position"))]


def test_the_owner_cannot_change_or_remove_an_event(story: Story) -> None:
    story.begins()
    before = rows(story.ledger)

    for statement in REFUSED[story.ledger.engine.dialect.name]:
        with pytest.raises(DBAPIError, match="never changed or removed"), writing(story.ledger.engine) as connection:
            connection.execute(text(statement))

    assert rows(story.ledger) == before


@pytest.fixture
def service(config: Config, clock: StoryClock) -> Iterator[Ledger]:
    """The ledger as a role that owns nothing; the tables are the owner's."""
    owner = build(config, clock=clock)
    url = make_url(config.database)
    role = f"service_{url.database}"
    with writing(owner.engine) as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        grant_service(connection, role)
    query = {**url.query, "options": f"-c role={role}"}
    as_role = url.set(query=query).render_as_string(hide_password=False)
    built = build(replace(config, database=as_role), clock=clock)
    yield built
    built.engine.dispose()
    owner.engine.dispose()
    admin = create_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    admin.dispose()


@pytest.mark.parametrize("db", ["postgresql"])
def test_the_service_role_writes_the_ledger_and_has_no_right_to_more(service: Ledger, clock: StoryClock) -> None:
    story = Story(service, clock)
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    token = service.officers.issue_token(story.officers["petugas"])["token"]
    assert service.officers.bearer(token) == story.officers["petugas"]
    assert service.histories.rebuild() == service.histories.size()
    service.settle()
    before = rows(service)

    for statement in REFUSED_BY_RIGHTS:
        with pytest.raises(DBAPIError) as refused, writing(service.engine) as connection:
            connection.execute(text(statement))
        assert refused.value.orig is not None
        assert getattr(refused.value.orig, "sqlstate", "") == "42501"  # insufficient_privilege

    assert rows(service) == before
