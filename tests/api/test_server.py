"""The service as it runs: wsgi.py under granian, in processes of its own, over real HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.story import Story
from ledger.config import Config

ROOT = Path(__file__).parents[2]
# A worker that is still starting is not waited for at the end.
OPTIONS = ("--interface", "wsgi", "--workers", "2", "--workers-kill-timeout", "2")


@pytest.fixture
def port(story: Story, config: Config) -> Iterator[int]:
    """Of a server with two workers over the certificates of the association."""
    story.begins()
    story.authorities()
    story.staff()
    story.ipspi_authorised()
    story.graduates_certified(story.graduates_assessed(date(2026, 10, 22)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = {"DATABASE": config.database, "KEYS_DATABASE": config.keys_database, "KEYS": config.keys}
    environ = {n: v for n, v in os.environ.items() if not n.startswith("LEDGER_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *OPTIONS, "--port", str(port), "wsgi:app"],
        cwd=ROOT,
        env=environ | {f"LEDGER_{name}": value for name, value in settings.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            if asked(port, "GET", "/periksa")[0] == 200:
                return
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    sent = None if body is None else json.dumps(body)
    connection.request(method, path, sent, {"Content-Type": "application/json"} | headers)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def test_the_service_answers_programs_and_people(story: Story, port: int) -> None:
    number = story.ledger.certificates.listed()[0]
    code = story.ledger.certificates.code(number, reader="test")
    token = story.ledger.officers.issue_token(story.officers["ketua"], days=3000)["token"]
    bearer = {"Authorization": f"Bearer {token}"}

    status, headers, body = asked(port, "POST", "/api/v1/verifications", {"code": code})
    assert (status, json.loads(body)["paper"]["number"]) == (200, number)
    assert headers["cache-control"] == "no-store"

    status, headers, _ = asked(port, "GET", "/api/v1/certificates", **bearer)
    assert asked(port, "GET", "/api/v1/certificates", **bearer, **{"If-None-Match": headers["etag"]})[0] == 304

    scheme = {"kind": "PEKSOS/KLINIS"}
    once = bearer | {"Idempotency-Key": "once"}
    first, again = (asked(port, "POST", "/api/v1/schemes", scheme, **once) for _ in range(2))
    assert (first[0], again[0], json.loads(first[2])) == (201, 201, json.loads(again[2]))
    assert again[1]["idempotency-replayed"] == "true"

    status, headers, body = asked(port, "POST", "/api/v1/schemes", scheme)
    assert (status, headers["content-type"], json.loads(body)["code"]) == (
        401,
        "application/problem+json",
        "token-missing",
    )
    assert asked(port, "GET", "/q/")[0] == 200
    assert asked(port, "GET", "/static/style.css")[0] == 200
    assert asked(port, "GET", "/openapi.json")[0] == 200
