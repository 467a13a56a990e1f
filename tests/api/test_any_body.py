"""No body, however malformed, gives a 500: every POST of the description, with whatever hypothesis can think of."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.signing.keyring import Keyring
from ledger.wiring import build

pytestmark = pytest.mark.usefixtures("unnoted")

STRANGE = st.sampled_from(
    [
        "",
        "\0",
        "\ud800",
        "\u202eabc",
        "1" * 10_000,
        "00000000-0000-0000-0000-000000000000",
        "2020-02-17",
        "9999-12-31",
        "0001-01-01",
        "IPSPI",
        "IPSPI-PSG-2026-000001-X",
        "PEKSOS/GENERALIS",
        "UU 14/2019",
        "K",
        "fraud",
        "00" * 32,
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**53 - 1, 2**63, -1, 10**400])
    | st.floats()
    | st.text(max_size=20)
    | STRANGE
)
VALUES = st.recursive(
    LEAVES, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(STRANGE, inside, max_size=3)
)
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, str]]:
    """One ledger for all that is thrown at it, and the token of an officer who may do much."""
    folder: Path = tmp_path_factory.mktemp("any-body")
    config = Config(
        database=f"sqlite:///{folder / 'main.db'}",
        keys_database=f"sqlite:///{folder / 'keys.db'}",
        keys=str(folder / "keys"),
    )
    Keyring(config.keys_folder, None, config.origin).create_kek(token_bytes(32))
    clock = StoryClock()
    ledger = build(config, clock=clock)
    story = Story(ledger, clock)
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    yield create_app(ledger).test_client(), ledger.officers.issue_token(story.officers["ketua"])["token"]
    ledger.engine.dispose()


@pytest.fixture(scope="module")
def send(service: tuple[FlaskClient, str]) -> Callable[..., int]:
    client, token = service

    def post(path: str, data: bytes, content_type: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        response = client.post(path, data=data, content_type=content_type, headers=headers)
        assert response.status_code < 500, (path, data[:300], response.text)
        assert response.status_code < 300 or not response.get_json()["detail"].startswith("e."), response.text
        return response.status_code

    return post


@pytest.fixture(scope="module")
def posts(service: tuple[FlaskClient, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each path that takes a POST, with the names of the fields of each body that it takes."""
    description = service[0].get("/openapi.json").get_json()
    schemas = description["components"]["schemas"]

    def bodies(operation: dict[str, Any]) -> list[dict[str, Any]]:
        content = operation["requestBody"]["content"].get("application/json", {"schema": {"oneOf": []}})["schema"]
        named = [content] if "$ref" in content else content["oneOf"]
        return [schemas[one["$ref"].rpartition("/")[2]].get("properties", {}) for one in named]

    return [
        (path.replace("{id}", str(uuid4())).replace("{number}", "IPSPI-PSG-2026-000001-X"), bodies(methods["post"]))
        for path, methods in description["paths"].items()
        if "post" in methods
    ]


def test_every_post_is_known(posts: list[tuple[str, list[dict[str, Any]]]]) -> None:
    assert len(posts) == 29


@SETTINGS
@given(data=st.data())
def test_any_json_is_answered(send: Callable[..., int], posts: Any, data: st.DataObject) -> None:
    body = json.dumps(data.draw(VALUES)).encode()

    assert all(send(path, body, "application/json") for path, _ in posts)


@settings(SETTINGS, max_examples=40)
@given(data=st.data())
def test_any_value_in_any_field_is_answered(send: Callable[..., int], posts: Any, data: st.DataObject) -> None:
    for path, bodies in posts:
        for fields in bodies:
            body = {name: _value(data, field) for name, field in fields.items()}

            assert send(path, json.dumps(body).encode(), "application/json")


def _value(data: st.DataObject, field: dict[str, Any]) -> Any:
    """What the field asks for, mostly, so that the others are reached too."""
    if len(field.get("enum", [])) == 1:
        return field["enum"][0]
    kinds = {
        "string": STRANGE | st.text(max_size=30),
        "integer": st.integers(),
        "boolean": st.booleans(),
        "array": st.lists(VALUES, max_size=3),
        "object": st.dictionaries(STRANGE, VALUES, max_size=3),
    }
    kind = field.get("type", "object")
    return data.draw(kinds[kind if isinstance(kind, str) else kind[0]] | VALUES)


@SETTINGS
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered(send: Callable[..., int], posts: Any, body: bytes) -> None:
    for path, _ in posts:
        assert send(path, body, "application/json") >= 400


@SETTINGS
@given(
    body=st.binary(max_size=100),
    content_type=st.sampled_from(
        [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/json; charset=no-such",
            "\xff",
        ]
    ),
)
def test_any_content_type_is_answered(send: Callable[..., int], posts: Any, body: bytes, content_type: str) -> None:
    for path, _ in posts:
        assert send(path, b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n" + body, content_type)


@SETTINGS
@given(content=st.binary(max_size=300), name=st.text(max_size=20))
def test_any_file_is_answered(service: tuple[FlaskClient, str], content: bytes, name: str) -> None:
    client, token = service
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

    def file() -> tuple[io.BytesIO, str]:
        return io.BytesIO(content), name

    for path, field in (("/api/v1/verifications", "picture"), (f"/api/v1/trainings/{uuid4()}/sheet", "file")):
        response = client.post(path, data={field: file()}, headers=headers)
        assert response.status_code < 500, response.text


@pytest.mark.parametrize(
    "address", ["1" * 10_000, "1" * 1000, "00", "256", "https://example.org/q/#123", "http://127.0.0.1:8000/q/#x", "\0"]
)
def test_a_code_that_is_none_has_a_verdict_and_never_a_green_one(send: Any, service: Any, address: str) -> None:
    response = service[0].post("/api/v1/verifications", json={"code": address})

    assert response.status_code in (200, 400)
    assert response.status_code == 400 or response.get_json()["colour"] == "grey"
