"""What is refused is said as an RFC 9457 problem, with a stable code and in the reader's language."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger import errors
from ledger.api.problems import STATUS
from ledger.app import create_app
from ledger.application.authorities import Authorities
from ledger.cli.story import Story, StoryClock
from ledger.database import open_database

DATABASES = ["sqlite"]  # What these answers ask of a database, the use cases are tested with over both.

PERSON = {"name": "Siti Aminah", "nik": "3275015708759077", "born": "1975-08-17", "sex": "P", "region": "32.75"}


def problem(response: TestResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    said = response.get_json()
    assert said["status"] == response.status_code
    assert not said["detail"].startswith("e."), said
    return response.status_code, str(said["code"])


def test_every_class_of_error_has_its_status() -> None:
    tree = [thing for thing in vars(errors).values() if isinstance(thing, type)]

    assert [kind for kind in tree if not any(parent in STATUS for parent in kind.__mro__)] == []


def test_without_a_token_nobody_writes_or_reads(begun: Story, client: FlaskClient) -> None:
    for token in (None, "peksos_unknown", "\xff"):
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        responses = [
            client.post("/api/v1/registrants", json=PERSON, headers=headers),
            client.get("/api/v1/certificates", headers=headers),
            client.get(f"/api/v1/proposals/{uuid4()}", headers=headers),
        ]

        assert {problem(response)[0] for response in responses} == {401}
        assert all(response.headers["WWW-Authenticate"] == "Bearer" for response in responses)


def test_the_token_of_a_dismissed_officer_is_refused(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala, size = desk("kepala"), begun.ledger.histories.size
    begun.approved("ketua", "sekretaris", [begun.ledger.officers.dismiss(begun.officers["kepala"], "ended")])
    before = size()

    assert problem(kepala.post("/schemes", {"kind": "RELAWAN/PSM-LANJUTAN"})) == (403, "officer-not-in-office")
    assert problem(kepala.get("/certificates")) == (403, "officer-not-in-office")
    assert size() == before


def test_a_token_is_refused_once_the_officers_roles_are_others(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala, officers = desk("kepala"), begun.ledger.officers
    change = officers.change(begun.officers["kepala"], roles=["enrol"], office="Kepala LSP", ends=None)
    begun.approved("ketua", "sekretaris", [change])
    before = begun.ledger.histories.size()

    assert problem(kepala.get("/certificates")) == (401, "token-refused")
    assert problem(kepala.post("/schemes", {"kind": "RELAWAN/PSM-LANJUTAN"})) == (401, "token-refused")
    assert begun.ledger.histories.size() == before


def test_the_mandate_is_asked_again_inside_the_transaction(begun: Story, desk: Callable[[str], Any]) -> None:
    """The clerk may enrol, and has a token, but may not register a scheme."""
    response = desk("petugas").post("/schemes", {"kind": "RELAWAN/PSM-LANJUTAN"})

    assert problem(response) == (422, "role-missing")
    assert response.get_json()["facts"]["rule"] == "R24"


def test_a_token_expires(begun: Story, desk: Callable[[str], Any], clock: StoryClock) -> None:
    ketua = desk("ketua")
    clock.at(date(2035, 1, 1))

    assert problem(ketua.get("/certificates"))[0] == 401


def test_an_approval_needs_the_approvers_signature(begun: Story, desk: Callable[[str], Any]) -> None:
    ketua, sekretaris = desk("ketua"), desk("sekretaris")
    proposal = ketua.propose("register-authority", authority="BPSDM", status_uri="https://contoh.invalid/status")
    path = f"/proposals/{proposal}/approval"

    assert problem(sekretaris.post(path, {})) == (422, "assertion-missing")
    assert problem(sekretaris.post(path, {"assertion": "00" * 64})) == (422, "assertion-wrong")
    assert problem(sekretaris.post(path, {"assertion": "00" * 63})) == (422, "fields-malformed")
    assert problem(ketua.post(path, {"assertion": "00" * 64})) == (422, "own-proposal")
    assert sekretaris.approve(proposal)["proposal"] == proposal


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "json-malformed"),
        (b"", 400, "json-malformed"),
        (b"\xff\xfe", 400, "json-malformed"),
        (b'{"kind": NaN}', 400, "json-malformed"),
        (b'{"kind": "a", "kind": "b"}', 400, "json-malformed"),
        (b'{"kind": "a\\u0000"}', 400, "json-malformed"),
        (b'{"kind": "\\ud800"}', 400, "json-malformed"),
        (b'{"kind": ' + b"9" * 5000 + b"}", 400, "json-malformed"),
        (b"[" * 100_000, 400, "json-malformed"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "json-malformed"),
        (b"[]", 422, "fields-malformed"),
        (b"{}", 422, "fields-malformed"),
        (b'{"kind": 1}', 422, "fields-malformed"),
        (b'{"kind": "PEKSOS/X", "other": 1}', 422, "fields-malformed"),
        (b" " * (2**20 + 1), 413, "input-too-large"),
    ],
)
def test_a_malformed_body_is_a_problem(
    begun: Story, desk: Callable[[str], Any], body: bytes, status: int, code: str
) -> None:
    before = begun.ledger.histories.size()

    response = desk("ketua").post("/schemes", data=body, content_type="application/json")

    assert problem(response) == (status, code)
    assert begun.ledger.histories.size() == before


def test_a_field_that_looks_like_none_is_not_repeated(begun: Story, desk: Callable[[str], Any]) -> None:
    response = desk("ketua").post("/registrants", PERSON | {"Siti Aminah 3275": 1, "nick": 2})

    assert response.get_json()["facts"]["fields"] == ["?", "nick"]


def test_uploads_and_other_bodies_have_a_limit(begun: Story, desk: Callable[[str], Any], client: FlaskClient) -> None:
    whole, over = b"x" * (10 * 2**20), b"x" * (10 * 2**20 + 2**15)

    def sent(data: bytes) -> tuple[int, str]:
        head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'
        body = head + data + b"\r\n--x--\r\n"
        return problem(client.post("/api/v1/verifications", data=body, content_type="multipart/form-data; boundary=x"))

    assert sent(whole) == (422, "picture-unreadable")
    assert sent(over) == (413, "input-too-large")


def test_the_framework_refuses_in_the_same_words(begun: Story, desk: Callable[[str], Any]) -> None:
    ketua = desk("ketua")

    assert problem(ketua.get("/nothing")) == (404, "path-unknown")
    assert problem(ketua.get("/certificates/%00")) == (404, "path-unknown")
    assert problem(ketua.get("/registrants")) == (405, "method-unknown")
    assert problem(ketua.post("/schemes", data=b"kind=x", content_type="text/plain")) == (415, "media-type-unknown")
    assert problem(ketua.get("/certificates?limit=x")) == (422, "fields-malformed")
    assert problem(ketua.get("/certificates?limit=0")) == (422, "fields-malformed")
    assert problem(ketua.get("/certificates?after=%00")) == (422, "fields-malformed")
    assert problem(ketua.get("/certificates?other=1")) == (422, "fields-malformed")
    assert problem(ketua.get("/certificates/IPSPI-PSG-2026-000001-X")) == (404, "not-found")


def test_the_detail_is_said_in_the_language_that_is_asked_for(client: FlaskClient, begun: Story) -> None:
    indonesian = client.get("/api/v1/nothing", headers={"Accept-Language": "fr"})
    english = client.get("/api/v1/nothing", headers={"Accept-Language": "en-GB,id;q=0.5"})

    assert indonesian.get_json()["detail"] == "Tidak ada apa-apa di alamat ini."
    assert english.get_json()["detail"] == "There is nothing at this address."
    assert english.headers["Content-Language"] == "en"


def test_a_database_that_does_not_answer_is_no_bug(begun: Story, client: FlaskClient, tmp_path: Path) -> None:
    nowhere = open_database(f"sqlite:///{tmp_path / 'missing' / 'main.db'}")
    context = replace(begun.ledger.context, history=replace(begun.ledger.context.history, engine=nowhere))
    away = create_app(replace(begun.ledger, authorities=Authorities(context))).test_client()

    assert problem(away.get("/api/v1/authorities")) == (503, "database-unreachable")


def test_a_bug_reveals_nothing_and_logs_no_text(
    client: FlaskClient, begun: Story, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Siti Aminah")

    monkeypatch.setattr("ledger.application.authorities.Authorities.listed", broken)
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/authorities")

    assert problem(response) == (500, "unexpected")
    assert "Siti" not in response.text + caplog.text
    assert "ValueError" in caplog.text
