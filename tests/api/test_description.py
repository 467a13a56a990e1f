"""The API describes itself, and docs/api.md keeps up with it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from ledger.api.acts import PROPOSABLE
from ledger.api.problems import CODES, STATUS
from ledger.cli.story import Story

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def endpoints(client: FlaskClient) -> set[tuple[str, str]]:
    paths = client.get("/openapi.json").get_json()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods if method != "parameters"}


def test_every_endpoint_stands_in_the_page_and_nothing_else(client: FlaskClient, begun: Story) -> None:
    written = set(re.findall(r"^\| `(GET|POST) (/api/v1/[^`]*)`", PAGE, re.MULTILINE))

    assert written == endpoints(client)


def test_every_act_stands_in_the_page() -> None:
    assert set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)*)` \|", PAGE, re.MULTILINE)) >= set(PROPOSABLE)


def test_every_status_and_every_code_of_the_framework_stands_in_the_page() -> None:
    written = set(map(int, re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE)))

    assert written >= set(STATUS.values()) | CODES.keys()
    assert all(f"`{code}`" in PAGE for code in CODES.values())


def test_the_description_is_openapi_3_1_and_names_who_may_ask(client: FlaskClient, begun: Story) -> None:
    description = client.get("/openapi.json").get_json()
    operations = {
        (method, path): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }

    assert description["openapi"] == "3.1.0"
    public = {path for (_, path), operation in operations.items() if "security" not in operation}
    assert public == {f"/api/v1/{noun}" for noun in ("authorities", "schemes", "key-list", "verifications")}
    assert all(operation["summary"] for operation in operations.values())
    for (method, path), operation in operations.items():
        named = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert ("Idempotency-Key" in named) == (method == "post" and path != "/api/v1/verifications")
        assert list(operation["responses"]["default"].values()) == ["#/components/responses/DEFAULT_ERROR"]
    sheet = operations["post", "/api/v1/trainings/{id}/sheet"]["parameters"]
    assert {parameter["name"] for parameter in sheet} == {"Idempotency-Key", "dry_run", "skip_bad"}


def test_every_reference_of_the_description_leads_somewhere(client: FlaskClient, begun: Story) -> None:
    response = client.get("/openapi.json")

    for kind, name in set(re.findall(r"#/components/(\w+)/(\w+)", response.text)):
        assert name in response.get_json()["components"][kind]


def test_the_page_for_readers_shows_every_endpoint(client: FlaskClient, begun: Story) -> None:
    shown = client.get("/docs").text

    for method, path in endpoints(client):
        assert f'<span class="method">{method}</span> <code>{path}</code>' in shown


def test_the_type_of_a_problem_leads_to_its_sentence(begun: Story, desk: Callable[[str], Any]) -> None:
    said = desk("petugas").post("/schemes", {"kind": "RELAWAN/PSM-LANJUTAN"}).get_json()

    address, _, anchor = said["type"].partition("#")
    assert f'id="{anchor}"' in desk("petugas").client.get(address).text
