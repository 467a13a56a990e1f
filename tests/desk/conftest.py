"""The desk over a copy of the whole story, on SQLite; whoever is named is signed in."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from ledger.app import create_app
from ledger.cli.story import Story
from tests.conftest import untraced
from tests.desk.forms import send
from tests.desk.planning import PLAN
from tests.desk.seats import Seats, seated

Desk = Callable[[str | UUID], FlaskClient]


@pytest.fixture
def app(here: Story) -> Flask:
    with untraced():
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


@pytest.fixture
def seats(here: Story, chromium: Browser) -> Iterator[Seats]:
    with seated(here, chromium) as found:
        yield found


@pytest.fixture
def clerk(desk: Desk) -> FlaskClient:
    return desk("petugas")


@pytest.fixture
def training(clerk: FlaskClient) -> str:
    planned = send(clerk, "/meja/pelatihan/rencana", **PLAN)
    assert planned.status_code == 303, planned.text
    return str(planned.headers["Location"])
