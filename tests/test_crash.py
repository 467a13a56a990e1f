"""kill -9 at random moments of real processes: all of a command or nothing, and the next start needs no hand."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from subprocess import PIPE
from uuid import UUID

import pytest
from sqlalchemy import func, select

from ledger.audit.report import Report
from ledger.cli.cast import invented
from ledger.cli.story import BIMTEK, Story, StoryClock
from ledger.config import Config
from ledger.database import reading
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.signing.keyring import Keyring
from ledger.vault.identities import INDEX
from ledger.vault.keys import DEKS
from ledger.vault.sealed import FIELDS, PENDING
from ledger.wiring import Ledger, build

CHILD = Path(__file__).parent / "store" / "child.py"
SEEDS = range(5)  # Each kills five times.
KILLS = 5
NOTHING, ALL = (0, 10), (475, 485)  # Participations, people: ten of them are registered before.


class Forge:
    """Starts processes that are killed."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen([sys.executable, CHILD], stdin=PIPE, stdout=PIPE, text=True)

    def ran(self, arguments: Sequence[str], kill_after: float | None) -> float:
        ready, pid = self._said(" ".join(arguments))
        assert ready == "ready"
        start = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # It has ended.
                os.kill(int(pid), signal.SIGKILL)
        ended, code = self._said()
        assert (ended, int(code)) in (("ended", 0), ("ended", -signal.SIGKILL))
        return time.monotonic() - start

    def close(self) -> None:
        self._parent.communicate(timeout=10)

    def _said(self, line: str | None = None) -> list[str]:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        if line is not None:
            self._parent.stdin.write(line + "\n")
            self._parent.stdin.flush()
        return self._parent.stdout.readline().split()


@dataclass(frozen=True)
class Place:
    """A ledger's files, ready for one command that will be killed."""

    folder: Path
    now: int
    command: tuple[str, ...]
    seconds: float  # That the command takes when nobody kills it.
    person: UUID

    @property
    def config(self) -> Config:
        return config_in(self.folder)

    def copied(self, where: Path) -> "Place":
        shutil.copytree(self.folder, where)
        return Place(where, self.now, self.command, self.seconds, self.person)

    def ran(self, forge: "Forge", kill_after: float | None = None) -> float:
        """Seconds from "ready" to the end; killed after so many."""
        config = self.config
        return forge.ran([config.database, config.keys_database, config.keys, str(self.now), *self.command], kill_after)

    @contextmanager
    def started(self) -> Iterator[Ledger]:
        """The next start, as every command and every server does it."""
        ledger = build(self.config, clock=lambda: self.now)
        ledger.settle()
        yield ledger
        ledger.engine.dispose()


def config_in(folder: Path) -> Config:
    main, keys = f"sqlite:///{folder / 'main.db'}", f"sqlite:///{folder / 'keys.db'}"
    return Config(database=main, keys_database=keys, keys=str(folder / "keys"), mirror=str(folder / "mirror"))


def empty(folder: Path) -> Config:
    config = config_in(folder)
    Keyring(config.keys_folder, None, config.origin).create_kek(token_bytes(32))
    return config


def timed(forge: Forge, place: Place, scratch: Path) -> Place:
    seconds = place.copied(scratch).ran(forge)
    return Place(place.folder, place.now, place.command, seconds, place.person)


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


@pytest.fixture(scope="module")
def before_import(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("import")
    clock = StoryClock()
    story = Story(build(empty(folder), clock=clock), clock)
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    clock.at(BIMTEK[1], 17)
    story.ledger.engine.dispose()
    command = ("import", str(story.officers["petugas"]), str(story.training))
    return timed(forge, Place(folder, clock(), command, 0, story.training), folder.with_name("import-timed"))


@pytest.fixture(scope="module")
def before_erasure(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("erasure")
    clock = StoryClock()
    story = Story(build(empty(folder), clock=clock), clock)
    story.begins()
    ketua, ledger = story.actor("ketua"), story.ledger
    person = UUID(ledger.registrants.register(ketua, invented("Orang Lama", 9600))["registrant"])
    proposal = UUID(ledger.proposals.propose(ketua, [ledger.registrants.erase(person, "PDP-43")])["proposal"])
    signing = ledger.proposals.show(proposal, reader="test")["signing"]
    assertion = story.keys["sekretaris"].sign(bytes.fromhex(signing)).hex()
    ledger.engine.dispose()
    command = ("approve", str(story.officers["sekretaris"]), str(proposal), assertion)
    return timed(forge, Place(folder, clock(), command, 0, person), folder.with_name("erasure-timed"))


@pytest.fixture(scope="module")
def before_genesis(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("genesis")
    empty(folder)
    clock = StoryClock()
    clock.at(BIMTEK[0])
    return timed(forge, Place(folder, clock(), ("genesis",), 0, UUID(int=0)), folder.with_name("genesis-timed"))


def moments(seed: int, seconds: float, kills: int = KILLS) -> Sequence[float]:
    """Seconds after which to kill: from the first instruction to a little after the end."""
    chosen = [random.Random(seed * 100 + n).uniform(0, 1.2 * seconds) for n in range(kills)]
    print(f"seed {seed}: {[round(one, 4) for one in chosen]} of {seconds:.3f} s")  # noqa: T201 - to repeat what failed
    return chosen


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_import_has_happened_whole_or_not_at_all(
    forge: Forge, before_import: Place, tmp_path: Path, seed: int, audit_of: Callable[[Ledger], Report]
) -> None:
    for n, moment in enumerate(moments(seed, before_import.seconds)):
        place = before_import.copied(tmp_path / str(n))
        place.ran(forge, kill_after=moment)

        with place.started() as ledger:
            assert audit_of(ledger).sound
            assert (participations(ledger), people(ledger)) in (NOTHING, ALL)
    place.ran(forge)  # The same command again.
    with place.started() as ledger:
        assert (participations(ledger), people(ledger)) == ALL


@pytest.mark.parametrize("seed", SEEDS)
def test_somebody_whose_erasure_was_killed_is_erased_whole_or_not_at_all(
    forge: Forge, before_erasure: Place, tmp_path: Path, seed: int, audit_of: Callable[[Ledger], Report]
) -> None:
    for n, moment in enumerate(moments(seed, before_erasure.seconds)):
        place = before_erasure.copied(tmp_path / str(n))

        place.ran(forge, kill_after=moment)

        with place.started() as ledger:
            assert audit_of(ledger).sound
            erased = ledger.registrants.show(place.person)["state"] == "erased"
            assert kept(ledger, place) == (() if erased else ("sealed", "index", "key", "name"))
            if erased:
                continue
        place.ran(forge)
        with place.started() as ledger:
            assert kept(ledger, place) == ()


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_killed_beginning_has_happened_whole_or_is_begun_again(
    forge: Forge, before_genesis: Place, tmp_path: Path, seed: int, audit_of: Callable[[Ledger], Report]
) -> None:
    for n, moment in enumerate(moments(seed, before_genesis.seconds)):
        place = before_genesis.copied(tmp_path / str(n))

        place.ran(forge, kill_after=moment)

        with place.started() as ledger:
            assert ledger.histories.size() in (0, 5)
            begun = ledger.histories.size() == 5
        if not begun:
            place.ran(forge)
        with place.started() as ledger:
            assert ledger.histories.size() == 5
            assert audit_of(ledger).sound


@pytest.mark.parametrize("db", ["postgresql"])
def test_a_killed_import_into_postgresql_leaves_nothing_open(
    forge: Forge, postgres_story: Story, config: Config
) -> None:
    """The server notices that its client is gone; the next writer gets its turn."""
    story = postgres_story
    command = ["import", str(story.officers["petugas"]), str(story.training)]
    for moment in moments(1, 0.5):
        where = [config.database, config.keys_database, config.keys, str(story.clock())]

        forge.ran([*where, *command], moment)

        story.ledger.settle()
        assert (participations(story.ledger), people(story.ledger)) in (NOTHING, ALL)
    story.sheet_imported()
    assert (participations(story.ledger), people(story.ledger)) == ALL


@pytest.fixture
def postgres_story(story: Story, clock: StoryClock) -> Story:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    clock.at(BIMTEK[1], 17)
    return story


def participations(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(PARTICIPATIONS.table)) or 0)


def people(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(REGISTRANTS.table)) or 0)


def kept(ledger: Ledger, place: Place) -> tuple[str, ...]:
    """What is left of the person: sealed rows, the tag of the number, the key, the name that can be read."""
    who = place.person.bytes
    with reading(ledger.engine) as connection:
        assert connection.scalars(select(PENDING.c.subject)).all() == []
        left = {
            "sealed": connection.scalar(select(FIELDS.c.blob).where(FIELDS.c.subject == who).limit(1)),
            "index": connection.scalar(select(INDEX.c.tag).where(INDEX.c.subject == who)),
        }
    keys = ledger.context.vault._keys._engine
    with reading(keys) as connection:
        left["key"] = connection.scalar(select(DEKS.c.wrapped).where(DEKS.c.subject == who))
    left["name"] = ledger.registrants.names([place.person], reader="test", purpose="test").get(place.person)
    return tuple(what for what, there in left.items() if there is not None)
