"""The desk over a copy of the whole story, on SQLite; whoever is named is signed in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.wiring import build
from tests.conftest import GREEN_DAY, Master, config_in

Desk = Callable[[str | UUID], FlaskClient]


@pytest.fixture
def here(told_on_sqlite: Master, tmp_path: Path, clock: StoryClock) -> Iterator[Story]:
    """After the whole story, at its last day."""
    folder = tmp_path / "here"
    shutil.copytree(told_on_sqlite.folder, folder)
    clock.at(GREEN_DAY)
    story = Story(build(config_in(folder, f"sqlite:///{folder}/main.db"), clock=clock), clock)
    vars(story).update(told_on_sqlite.state)
    yield story
    story.ledger.close()


@pytest.fixture
def app(here: Story) -> Flask:
    return create_app(here.ledger)


@pytest.fixture
def desk(here: Story, app: Flask) -> Desk:
    """A browser of this officer, by name in the story or by id, signed in at the hour of the clock."""

    def signed_in(officer: str | UUID) -> FlaskClient:
        id = officer if isinstance(officer, UUID) else here.officers[officer]
        access, client = here.ledger.access, app.test_client()
        client.set_cookie(access.cookie_name, access.begin(id))
        return client

    return signed_in
