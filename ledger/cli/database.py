"""`ledger database`: what the databases' owner does, once."""

import click

from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers
from ledger.database import open_database, writing
from ledger.errors import StoreError
from ledger.store.schema import create, create_keys, grant_service


@click.group()
def database() -> None:
    """The databases, as their owner."""


@database.command()
@click.argument("role")
@answers
def grant(desk: Desk, role: str) -> Answer:
    """Make the tables, and let ROLE work with them; ROLE is the service's, and owns nothing. PostgreSQL only."""
    granted = []
    for url, make in ((desk.config.database, create), (desk.config.keys_database, create_keys)):
        engine = open_database(url)
        if engine.dialect.name != "postgresql":
            continue
        try:
            make(engine)
            with writing(engine) as connection:
                grant_service(connection, role)
        finally:
            engine.dispose()
        granted.append(engine.url.database)
    if not granted:
        raise StoreError("database-without-roles", expected="postgresql")
    return {"role": role, "databases": granted}
