"""`ledger database`: what the databases' owner does, once."""

import click

from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers
from ledger.database import open_database, writing
from ledger.errors import StoreError
from ledger.store.schema import create, create_keys, grant_public, grant_service


@click.group()
def database() -> None:
    """The databases, as their owner."""


@database.command()
@click.argument("role")
@click.option("--public", is_flag=True, help="ROLE is a public server's: it may read what everybody may, and no more.")
@answers
def grant(desk: Desk, role: str, public: bool) -> Answer:
    """Make the tables, and let ROLE work with them; ROLE is the service's, and owns nothing. PostgreSQL only."""
    if public:
        return _granted_to_read(desk, role)
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


def _granted_to_read(desk: Desk, role: str) -> Answer:
    """Of the main database alone."""
    engine = open_database(desk.config.database)
    if engine.dialect.name != "postgresql":
        raise StoreError("database-without-roles", expected="postgresql")
    try:
        create(engine)
        with writing(engine) as connection:
            grant_public(connection, role)
    finally:
        engine.dispose()
    return {"role": role, "databases": [engine.url.database]}
