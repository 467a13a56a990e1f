"""Officers at the API: each with a token, some with a key of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.app import create_app
from ledger.cli.story import Story
from ledger.wiring import Ledger
from tests.conftest import untraced

API = "/api/v1"


@dataclass
class Desk:
    """What one officer sends. Each POST has a new Idempotency-Key unless one is named."""

    client: FlaskClient
    token: str
    key: Ed25519PrivateKey | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(API + path, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        headers = self._headers({"Idempotency-Key": key or uuid4().hex})
        content = more or {"json": body}
        return self.client.post(API + path, headers=headers, **content)

    def write(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """The answer of a POST that must succeed."""
        response = self.post(path, body, **more)
        assert response.status_code == 201, response.get_json()
        answer: dict[str, Any] = response.get_json()
        return answer

    def propose(self, act: str, **fields: Any) -> str:
        return str(self.write("/proposals", {"act": act, **fields})["proposal"])

    def approve(self, proposal: str) -> dict[str, Any]:
        """Reads what is shown, and signs it, with a key if there is one yet."""
        shown = self.get(f"/proposals/{proposal}").get_json()
        body = {"assertion": self.key.sign(bytes.fromhex(shown["signing"])).hex()} if self.key else {}
        return self.write(f"/proposals/{proposal}/approval", body)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | headers


@pytest.fixture
def client(ledger: Ledger) -> FlaskClient:
    with untraced():
        return create_app(ledger).test_client()


@pytest.fixture
def desk_of(ledger: Ledger, client: FlaskClient) -> Callable[..., Desk]:
    """The desk of an officer's id."""

    def seat(officer: Any, key: Ed25519PrivateKey | None = None) -> Desk:
        return Desk(client, ledger.officers.issue_token(officer, days=3000)["token"], key)

    return seat


@pytest.fixture
def begun(story: Story) -> Story:
    """Genesis, authorities, officers with keys."""
    with untraced():
        story.begins()
        story.authorities()
        story.staff()
    return story


@pytest.fixture
def desk(begun: Story, desk_of: Callable[..., Desk]) -> Callable[[str], Desk]:
    """The desk of somebody of the story."""
    return lambda who: desk_of(begun.officers[who], begun.keys.get(who))
