"""What browsers are told to hold the pages to, on every page and answer; and what the log says of who was refused."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.cli.story import Story
from ledger.wiring import Ledger, build
from tests.application.authenticator import Authenticator
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.walking import Examples, pages

SECURE = "https://meja.contoh.invalid"
PUBLIC = [
    "/mulai",
    "/periksa",
    "/lapor",
    "/konfirmasi",
    "/kasus",
    "/klaim/x",
    "/docs",
    "/q/",
    "/openapi.json",
    "/health",
]
REFUSALS = ["/nothing", "/meja/nothing", "/api/v1/registrants/x", "/static/", "/.git/config", "/static/../app.py"]
FORBIDDEN = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")


@pytest.fixture
def secure(here: Story) -> Iterator[Ledger]:
    ledger = build(replace(here.ledger.config, desk=SECURE, public_url=SECURE), clock=here.clock)
    yield ledger
    ledger.close()


def signed_in(ledger: Ledger, officer: UUID) -> FlaskClient:
    client = create_app(ledger).test_client()
    host = SECURE.partition("//")[2]
    client.set_cookie(ledger.access.cookie_name, ledger.access.begin(officer), domain=host, secure=True)
    return client


def test_every_answer_tells_the_browser_what_it_may_not_do(here: Story, app: Flask, desk: Desk) -> None:
    client = desk("ketua")
    desk_pages = [path for _, path in pages(app, Examples(here)) if path is not None]

    answers = {path: client.get(path) for path in [*PUBLIC, *REFUSALS, *desk_pages]}

    for path, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert all(rule in policy for rule in FORBIDDEN), path
        assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", ""), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert "Access-Control-Allow-Origin" not in answer.headers, path
        if answer.mimetype.startswith("text/"):
            assert "charset=utf-8" in answer.headers["Content-Type"].lower(), path
    assert {answers[path].status_code for path in REFUSALS} <= {401, 404}


def test_over_https_browsers_are_told_to_stay_there_for_a_year(here: Story, app: Flask, secure: Ledger) -> None:
    client = create_app(secure).test_client()

    told = [client.get(path, base_url=SECURE).headers for path in (*PUBLIC, *REFUSALS, "/meja/masuk")]

    assert {headers["Strict-Transport-Security"] for headers in told} == {"max-age=31536000; includeSubDomains"}
    assert "Strict-Transport-Security" not in app.test_client().get("/meja/masuk").headers


def test_over_https_every_cookie_is_this_hosts_and_for_encrypted_ways_only(here: Story, secure: Ledger) -> None:
    client = signed_in(secure, here.officers["ketua"])

    answers = [client.get(path, base_url=SECURE) for path in ("/meja/masuk", "/meja/orang/baru?lang=en")]
    kept = client.get("/meja/orang/baru", base_url=SECURE)

    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-formulir", "__Host-bahasa"}
    for cookie in cookies:
        said = {part.strip() for part in cookie.split(";")}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= said, cookie
        assert not any(part.startswith("Domain") for part in said), cookie
    assert '<html lang="en">' in kept.text


def test_a_form_is_sent_over_https_with_its_secret(here: Story, secure: Ledger) -> None:
    client = signed_in(secure, here.officers["ketua"])
    entries = hidden(client.get("/meja/orang", base_url=SECURE).text) | {"typed": "ahmad fauzi"}

    answer = client.post("/meja/orang", base_url=SECURE, data=entries, headers={"Origin": SECURE})

    assert answer.status_code == 200
    assert "Ahmad Fauzi" in answer.text


def test_every_page_of_the_desk_offers_to_sign_out(here: Story, app: Flask, desk: Desk) -> None:
    client = desk("ketua")
    found = [path for _, path in pages(app, Examples(here)) if path is not None and "/masuk" not in path]

    shown = {path: answer.text for path in found for answer in [client.get(path)] if answer.mimetype == "text/html"}
    without = [path for path, text in shown.items() if "<main" in text and 'action="/meja/keluar"' not in text]

    assert len(shown) > 50
    assert [path for path in without if client.get(path).status_code == 200] == []


def test_passwords_are_masked_and_may_be_pasted(desk: Desk, app: Flask) -> None:
    for client, path in ((app.test_client(), "/meja/masuk/sandi"), (desk("ketua"), "/meja/akun/sandi")):
        (entry,) = re.findall(r'<input[^>]*name="password[^>]*>', client.get(path).text)

        assert 'type="password"' in entry
        assert re.search(r'autocomplete="(current|new)-password"', entry)
        assert "onpaste" not in entry


def test_a_password_that_is_easy_to_guess_is_refused_with_the_way_out(desk: Desk) -> None:
    client = desk("ketua")

    answer = send(client, "/meja/akun/sandi", name_new="ketua-dpp", password_new="rahasia ipspi 2026", code="000000")

    assert answer.status_code == 422
    assert "mudah ditebak" in answer.text
    assert "empat atau lima kata" in answer.text


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_methods_that_nobody_needs_are_refused(desk: Desk, method: str) -> None:
    client = desk("ketua")

    answers = [client.open(path, method=method, headers={"X-Said": "echo"}) for path in ("/periksa", "/meja/", "/q/")]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert all("echo" not in answer.text for answer in answers)


def test_a_sign_in_that_succeeds_is_not_logged_as_refused(
    here: Story, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    phone, client = Authenticator(), desk("ketua")
    answer = phone.made(client.post("/meja/akun/passkey/tantangan").text)
    send(client, "/meja/akun/passkey", device="Ponsel", answer=answer)

    with caplog.at_level(logging.INFO):
        led = send(client, "/meja/masuk", answer=phone.signed(client.post("/meja/masuk/tantangan").text))

    assert led.status_code == 303
    assert caplog.messages == [f"officer {here.officers['ketua']} signed in by passkey"]


def test_who_was_refused_stands_in_the_log_and_what_was_typed_does_not(
    here: Story, app: Flask, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    token = here.ledger.officers.issue_token(here.officers["kepala"])["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    clerk, head = desk("petugas"), desk("kepala")
    act = here.ledger.officers.end_key(here.officers["sekretaris"], "key-lost")
    proposal = here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"]

    with caplog.at_level(logging.INFO):
        head.get("/meja/orang/baru")
        clerk.get(f"/meja/usulan/{UUID(int=7)}")
        send(desk("sekretaris"), f"/meja/usulan/{proposal}", act="withdraw", comment="Rahasia sekali")
        app.test_client().get(f"/api/v1/trainings/{UUID(int=7)}")
        app.test_client().get(f"/api/v1/log/tile/entries/{UUID(int=7)}", headers=bearer)
        desk("wakil")
        send(app.test_client(), "/meja/masuk/kode", code_once="RAHASIA-SEKALI")

    said = [line for line in caplog.messages if "refused" in line or "signed in" in line]
    assert any(str(here.officers["kepala"]) in line and "desk-role" in line for line in said), said
    assert any(str(here.officers["petugas"]) in line and "desk.proposals.show: not-found" in line for line in said), (
        said
    )
    assert any(str(here.officers["sekretaris"]) in line and "refused at desk.proposals.show" in line for line in said)
    assert any("somebody refused" in line and "token-missing" in line for line in said), said
    assert any(line == f"officer {here.officers['wakil']} signed in by passkey" for line in said), said
    assert "sign-in by code refused" in said, said
    assert "ahasia" not in caplog.text.lower()
    assert token not in caplog.text
