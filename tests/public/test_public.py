"""The public role as it runs: processes of their own, real HTTP, a database that it can only read, and no key."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, make_url, text

from ledger.api.forwarding import CLIENT, SECRET
from ledger.app import create_app
from ledger.cli.publish import unlisted
from ledger.cli.story import Story
from ledger.config import Config
from ledger.database import open_database, writing
from ledger.errors import ConfigError, LedgerError
from ledger.public import build_public
from ledger.store.schema import PUBLIC, grant_public
from ledger.web import verifier_files

ROOT = Path(__file__).parents[2]
OPTIONS = ("--interface", "wsgi", "--workers", "1", "--workers-kill-timeout", "2")
SHARED = "a shared secret of the two servers"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass
class Asked:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Asked:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    found = Asked(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return found


@contextmanager
def served(port: int, **given: str) -> Iterator["subprocess.Popen[bytes]"]:
    environ = {n: v for n, v in os.environ.items() if not n.startswith("LEDGER_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *OPTIONS, "--port", str(port), "wsgi:app"],
        cwd=ROOT,
        env=environ | {f"LEDGER_{name.upper()}": value for name, value in given.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        for _ in range(300):
            try:
                if ask(port, "GET", "/periksa").status == 200:
                    break
            except OSError:
                assert server.poll() is None, server.stderr and server.stderr.read().decode()
                time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.communicate(timeout=30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def listed(told: Story) -> Story:
    """Published, and from now on by the wall clock."""
    told.clock.free()
    told.ledger.checkpoints.sign()
    told.ledger.publishing.keep()
    return told


@pytest.fixture
def reader(listed: Story) -> Iterator[str]:
    """The database under a role that may only read what is public; of SQLite the file."""
    url = listed.ledger.config.database
    if not url.startswith("postgresql"):
        yield url
        return
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    name = "public_reader"
    with admin.connect() as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'public'"))
    with writing(listed.ledger.engine) as connection:
        grant_public(connection, name)
    yield make_url(url).set(username=name, password="public").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    admin.dispose()


@pytest.fixture
def bare(listed: Story, tmp_path: Path) -> dict[str, str]:
    """Settings of a public server: neither a folder of keys nor a key database is anywhere."""
    secret = tmp_path / "secret"
    secret.write_text(SHARED)
    secret.chmod(0o600)
    nowhere = str(tmp_path / "nowhere")
    return {
        "role": "public",
        "keys": nowhere,
        "keys_database": f"sqlite:///{nowhere}/keys.db",
        "mirror": f"{nowhere}/mirror",
        "service_secret": f"file:{secret}",
    }


@pytest.fixture
def public_port(bare: dict[str, str], reader: str) -> Iterator[int]:
    """Of a public server whose service is down."""
    port = free_port()
    with served(port, **bare, database=reader, service=f"http://127.0.0.1:{free_port()}"):
        yield port


def code_of(story: Story) -> str:
    return story.ledger.certificates.code(story.numbers["graduates"][0], reader="test")


def test_without_a_key_and_without_a_vault_it_verifies_codes_and_serves_files(
    listed: Story, public_port: int, tmp_path: Path
) -> None:
    body = json.dumps({"code": code_of(listed)}).encode()

    verdict = ask(public_port, "POST", "/api/v1/verifications", body, JSON)
    page = ask(public_port, "POST", "/periksa", urlencode({"code": code_of(listed)}).encode(), FORM)

    assert (verdict.status, verdict.json()["colour"]) == (200, "green")
    assert (page.status, b"Ahmad" in page.body) == (200, True)
    assert not (tmp_path / "nowhere").exists()
    assert ask(public_port, "GET", "/health").json()["green"] is True


def test_every_file_of_a_published_folder_has_the_same_bytes_on_a_public_server(
    listed: Story, public_port: int, tmp_path: Path
) -> None:
    page = {f"q/{name}": data for name, (data, _) in verifier_files.files(listed.ledger).items()}
    listed.ledger.folders.publish(tmp_path / "out", page=page, unlisted=unlisted())
    files = {str(one.relative_to(tmp_path / "out")): one for one in (tmp_path / "out").rglob("*") if one.is_file()}
    wanted = {path: one for path, one in files.items() if one.name != "index.html" or path == "q/index.html"}

    answers = {path: ask(public_port, "GET", f"/{path}") for path in wanted}

    assert {path: answer.status for path, answer in answers.items() if answer.status != 200} == {}
    assert [path for path, answer in answers.items() if answer.body != wanted[path].read_bytes()] == []
    assert len(wanted) > 300


PRIVATE = (
    "/api/v1/registrants",
    "/api/v1/certificates",
    "/api/v1/proposals",
    "/api/v1/officers",
    "/log/tile/entries/000",
    "/log/tile/entries/000.p/1",
    "/nowhere",
    "/keys",
    "/registered/zz",
    "/status/ipspi/77",
    "/proof/00",
    "/../secret/1",
)


def test_everything_private_is_not_there(public_port: int) -> None:
    statuses = {path: ask(public_port, "GET", path, headers={"Authorization": "Bearer x"}).status for path in PRIVATE}

    assert statuses == dict.fromkeys(PRIVATE, 404)
    assert ask(public_port, "POST", "/api/v1/certificates/X/suspension", b"{}", JSON).status == 404
    assert ask(public_port, "PUT", "/keys/list", b"{}").status in (404, 405)


def test_what_needs_the_service_is_never_a_verdict_while_it_does_not_answer(public_port: int, listed: Story) -> None:
    typed = {"number": listed.numbers["graduates"][0], "name": "Ahmad Fauzi"}

    program = ask(public_port, "POST", "/api/v1/verifications", json.dumps(typed).encode(), JSON)
    page = ask(public_port, "POST", "/periksa", urlencode(typed).encode(), FORM)

    assert (program.status, program.json()["code"]) == (503, "service-unreachable")
    assert (page.status, b"Belum dapat diperiksa" in page.body) == (503, True)


def test_number_and_name_are_answered_by_the_service(
    listed: Story, bare: dict[str, str], reader: str, tmp_path: Path
) -> None:
    config, ports = listed.ledger.config, (free_port(), free_port())
    own = {n: getattr(config, n) for n in ("database", "keys_database", "keys", "mirror")}
    typed = {"number": listed.numbers["graduates"][0], "name": "Ahmad Fauzi"}
    with (
        served(ports[0], **own, service_secret=bare["service_secret"]),
        served(ports[1], **bare, database=reader, service=f"http://127.0.0.1:{ports[0]}"),
    ):
        program = ask(ports[1], "POST", "/api/v1/verifications", json.dumps(typed).encode(), JSON)
        page = ask(ports[1], "POST", "/periksa", urlencode(typed).encode(), FORM)
        case = ask(ports[1], "GET", "/kasus")
        officers = ask(ports[1], "GET", "/api/v1/officers")
        claim = ask(ports[1], "GET", f"/klaim/{'A' * 32}")
        claimed = ask(ports[1], "POST", f"/klaim/{'A' * 32}", urlencode(typed | {"born": "17-08-1975"}).encode(), FORM)

    assert (program.status, program.json()["colour"]) == (200, "green")
    assert (page.status, b"Ahmad" in page.body) == (200, True)
    assert (case.status, officers.status) == (200, 404)
    assert (claim.status, claimed.status) == (200, 422)


def test_nothing_can_be_written_to_its_database(reader: str) -> None:
    engine = open_database(reader, read_only=True)
    attempts = ("DELETE FROM published", "UPDATE certificates SET state = 'active'", "DROP TABLE events")

    refused = []
    for attempt in attempts:
        with pytest.raises(Exception) as one, engine.begin() as connection:  # noqa: PT011 - of either driver
            connection.exec_driver_sql(attempt)
        refused.append(str(one.value))

    engine.dispose()
    assert all("read" in said.lower() or "must be owner" in said for said in refused), refused


@pytest.mark.parametrize("db", ["postgresql"])  # SQLite has no roles: give the server a copy, or what it cannot write.
def test_its_role_reads_what_is_public_and_nothing_sealed(reader: str, listed: Story) -> None:
    engine = open_database(reader)  # Not even asked to only read.
    rights = """SELECT tablename, has_table_privilege(current_user, quote_ident(tablename), 'SELECT'),
        has_table_privilege(current_user, quote_ident(tablename), 'INSERT, UPDATE, DELETE, TRUNCATE')
        FROM pg_tables WHERE schemaname = 'public'"""

    with engine.connect() as connection:
        found = connection.exec_driver_sql(rights).all()

    with pytest.raises(Exception, match="permission denied"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM published")
    engine.dispose()
    assert {name for name, reads, _ in found if reads} == set(PUBLIC)
    assert [name for name, _, writes in found if writes] == []


def test_what_a_public_server_does_not_have_is_refused_and_not_made(listed: Story, bare: dict[str, str]) -> None:
    public = build_public(Config(**bare, database=listed.ledger.config.database))

    with pytest.raises(LedgerError) as refused:
        public.verifications.by_number("X", "Y", reader="test", address="1.2.3.4")
    with pytest.raises(ConfigError) as unsigned:
        public.context.history.signer(None)  # type: ignore[arg-type]

    public.close()
    assert refused.value.code in ("role-public", "database-busy")  # Before anything was looked up.
    assert unsigned.value.code == "role-public"


def test_what_is_too_large_is_refused_before_it_is_read_or_handed_on(listed: Story, bare: dict[str, str]) -> None:
    service = f"http://127.0.0.1:{free_port()}"
    public = build_public(Config(**bare, database=listed.ledger.config.database, service=service))
    client = create_app(public).test_client()
    much = b"code=" + b"1" * 2**20

    asked = {path: client.post(path, data=much, headers=FORM) for path in ("/lapor", "/kasus", "/periksa")}

    public.close()
    assert {path: answer.status_code for path, answer in asked.items()} == dict.fromkeys(asked, 413)


def test_the_askers_address_is_believed_with_the_secret_only(listed: Story, bare: dict[str, str]) -> None:
    config = listed.ledger.config
    names = [one for one in type(config).__slots__ if one != "service_secret"]
    own = Config(**{one: getattr(config, one) for one in names}, service_secret=bare["service_secret"])
    object.__setattr__(listed.ledger.context, "config", own)
    app = create_app(listed.ledger)
    seen = []
    app.add_url_rule("/seen/by", view_func=lambda: seen.append(__import__("flask").request.remote_addr) or "")
    client = app.test_client()

    client.get("/seen/by")
    client.get("/seen/by", headers={SECRET: SHARED, CLIENT: "203.0.113.9"})
    forged = client.get("/seen/by", headers={SECRET: "another", CLIENT: "203.0.113.9"})
    alone = client.get("/seen/by", headers={CLIENT: "203.0.113.9"})

    assert seen == ["127.0.0.1", "203.0.113.9", "127.0.0.1"]
    assert (forged.status_code, alone.status_code) == (403, 200)
    object.__setattr__(listed.ledger.context, "config", config)
