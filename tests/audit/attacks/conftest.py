"""The story's history of more than 2 000 events, carried away once and damaged in copies."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.cli.story import Story, StoryClock
from ledger.wiring import build
from tests.audit.attacks.attacker import Attacker
from tests.audit.bundle.conftest import of
from tests.conftest import GREEN_DAY, Master, config_in


def opened(master: Master, folder: Path) -> Story:
    """A copy of every file, on the story's last day."""
    shutil.copytree(master.folder, folder)
    clock = StoryClock()
    clock.at(GREEN_DAY)
    story = Story(build(config_in(folder, f"sqlite:///{folder}/main.db"), clock=clock), clock)
    vars(story).update(master.state)
    return story


@pytest.fixture(autouse=True)
def unwatched(unnoted: None) -> None:
    """Hundreds of audits, whose lines the tests one folder up run too."""


@pytest.fixture(scope="session")
def kept(told_on_sqlite: Master, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    """Nobody writes to this ledger."""
    ledger = opened(told_on_sqlite, tmp_path_factory.mktemp("kept") / "ledger").ledger
    found = of(ledger).with_export()
    assert len(found.entries) > 2000
    yield Attacker(ledger, found.entries)
    ledger.close()


@pytest.fixture(scope="session")
def exported(kept: Attacker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.write(tmp_path_factory.mktemp("exported") / "bundle")


@pytest.fixture
def attacker(kept: Attacker) -> Attacker:
    """Whose entries may be changed."""
    return replace(kept, entries=list(kept.entries), times=dict(kept.times))


@pytest.fixture
def bundle(exported: Path, tmp_path: Path) -> Path:
    """Which may be damaged."""
    return shutil.copytree(exported, tmp_path / "bundle")


@pytest.fixture
def story(told_on_sqlite: Master, tmp_path: Path) -> Iterator[Story]:
    """A ledger that goes on, or is broken into."""
    opened_story = opened(told_on_sqlite, tmp_path / "ledger")
    yield opened_story
    opened_story.ledger.close()
