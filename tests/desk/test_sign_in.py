"""Signing in and out as a browser does it, and the account page."""

import re
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.wiring import build
from tests.application.authenticator import Authenticator
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send

MINUTE = 60_000
PASSWORD = "kursi hujan wayang pelan"
IN, ACCOUNT = "/meja/masuk", "/meja/akun"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Of nobody yet."""
    return app.test_client()


def invited(here: Story, browser: FlaskClient, officer: str = "ketua") -> TestResponse:
    code = here.ledger.codes.invite(here.officers[officer])["code"]
    return send(browser, f"{IN}/kode", code_once=code)


def with_passkey(browser: FlaskClient) -> tuple[Authenticator, TestResponse]:
    phone = Authenticator()
    answer = phone.made(browser.post(f"{ACCOUNT}/passkey/tantangan").text)
    return phone, send(browser, f"{ACCOUNT}/passkey", device="Ponsel", answer=answer)


def by_passkey(browser: FlaskClient, phone: Authenticator, path: str = IN) -> TestResponse:
    return send(browser, path, answer=phone.signed(browser.post(f"{IN}/tantangan").text))


def test_a_newcomer_is_led_from_the_invitation_to_a_passkey_and_to_recovery_codes(
    here: Story, browser: FlaskClient
) -> None:
    led = invited(here, browser)
    elsewhere = browser.get("/meja/")
    _, codes = with_passkey(browser)

    assert (led.status_code, led.location) == (303, ACCOUNT)
    assert elsewhere.status_code == 403
    assert len(re.findall(r"<li>(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}</li>", codes.text)) == 10
    assert browser.get("/meja/").status_code == 200
    assert "Ponsel" in browser.get(ACCOUNT).text


def test_a_passkey_signs_in_and_leads_where_the_officer_wanted_to_go(here: Story, browser: FlaskClient) -> None:
    invited(here, browser)
    phone, _ = with_passkey(browser)
    out = browser.post("/meja/keluar")
    asked = browser.get("/meja/orang?q=x")

    led = by_passkey(browser, phone, asked.location)

    assert (out.status_code, out.location) == (303, IN)
    assert (led.status_code, led.location) == (303, "/meja/orang?q=x")


def test_no_address_elsewhere_is_followed_after_the_sign_in(here: Story, app: Flask) -> None:
    access = here.ledger.access
    codes = here.ledger.codes.renew(access.me(access.begin(here.officers["ketua"])))

    for elsewhere in ("https://evil.example/meja/", "//evil.example", "/meja/\\evil", "/docs", "/meja/\n", "/meja/:x"):
        browser = app.test_client()
        entries = hidden(browser.get(f"{IN}/kode").text) | {"code_once": codes.pop()}
        led = browser.post(f"{IN}/kode", query_string={"next": elsewhere}, data=entries)
        assert (led.status_code, led.location) == (303, "/meja/"), elsewhere


def test_a_password_is_chosen_with_the_app_that_shows_its_codes(
    here: Story, browser: FlaskClient, clock: StoryClock
) -> None:
    invited(here, browser)
    page = browser.get(f"{ACCOUNT}/sandi").text
    app = pyotp.TOTP(hidden(page)["code_key"])
    assert clock.ms is not None

    def entries(code: str) -> dict[str, str]:
        return hidden(page) | {"name_new": "ketua-dpp", "password_new": PASSWORD, "code": code}

    wrong = browser.post(f"{ACCOUNT}/sandi", data=entries("x"))
    chosen = browser.post(f"{ACCOUNT}/sandi", data=entries(app.generate_otp(clock.ms // 30_000)))
    clock.ms += MINUTE
    other = browser.application.test_client()
    code = app.generate_otp(clock.ms // 30_000)
    led = send(other, f"{IN}/sandi", name="ketua-dpp", password=PASSWORD, code=code)

    assert 'src="data:image/png;base64,' in page
    assert wrong.status_code == 422
    assert app.secret in wrong.text  # What the app has read stays good.
    assert PASSWORD not in wrong.text
    assert len(re.findall("<li>", chosen.text)) >= 10
    assert (led.status_code, led.location) == (303, "/meja/")


def test_what_is_refused_is_refused_alike_and_the_entries_stay(browser: FlaskClient) -> None:
    refused = [
        send(browser, f"{IN}/sandi", name="siapa-saja", password=PASSWORD, code="000000"),
        send(browser, f"{IN}/kode", code_once="ABCD"),
        send(browser, IN, answer="{}"),
    ]

    assert [page.status_code for page in refused] == [422, 422, 422]
    assert all("Tidak dapat masuk" in page.text for page in refused)
    assert 'value="siapa-saja"' in refused[0].text
    assert PASSWORD not in refused[0].text


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(here: Story, browser: FlaskClient) -> None:
    (cookie,) = [one for one in invited(here, browser).headers.getlist("Set-Cookie") if one.startswith("meja=")]

    said = {part.strip() for part in cookie.split(";")[1:]}

    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= said
    assert not any(part.startswith("Domain") for part in said)


def test_over_https_the_cookie_has_the_prefix_that_browsers_hold_it_to(here: Story) -> None:
    desk = "https://meja.contoh.invalid"
    ledger = build(replace(here.ledger.config, desk=desk), clock=here.clock)
    code = ledger.codes.invite(here.officers["ketua"])["code"]
    browser = create_app(ledger).test_client()
    entries = hidden(browser.get(f"{IN}/kode", base_url=desk).text) | {"code_once": code}

    led = browser.post(f"{IN}/kode", base_url=desk, data=entries)
    ledger.close()

    (cookie,) = [one for one in led.headers.getlist("Set-Cookie") if one.startswith("__Host-meja=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_the_session_of_before_ends_at_a_new_sign_in_and_at_the_sign_out(here: Story, desk: Desk) -> None:
    access = here.ledger.access
    browser = desk("ketua")
    me = access.me(value(browser))
    code = here.ledger.codes.renew(me)[0]
    send(browser, f"{IN}/kode", code_once=code)
    (only,) = access.sessions(me)

    out = browser.post("/meja/keluar")

    assert out.headers["Clear-Site-Data"] == '"storage"'
    assert only["means"] == "recovery"
    assert access.sessions(me) == []
    assert browser.get("/meja/").location == f"{IN}?next=/meja/"


def value(browser: FlaskClient) -> str:
    found = browser.get_cookie("meja")
    assert found is not None
    return found.value


def test_the_cookie_is_renewed_on_a_page_and_on_a_refusal_too(desk: Desk, clock: StoryClock) -> None:
    browser = desk("ketua")
    assert clock.ms is not None
    first = value(browser)
    clock.ms += 10 * MINUTE
    browser.get(ACCOUNT)
    second = value(browser)
    clock.ms += 10 * MINUTE

    refused = browser.get("/meja/orang/00000000-0000-0000-0000-000000000000")
    clock.ms += MINUTE

    assert refused.status_code >= 400
    assert len({first, second, value(browser)}) == 3
    assert browser.get(ACCOUNT).status_code == 200


def test_sessions_are_listed_and_ended_on_the_account_page(desk: Desk) -> None:
    here_, there, third = desk("ketua"), desk("ketua"), desk("ketua")
    page = here_.get(ACCOUNT).text
    (action, *_) = re.findall(rf'action="({ACCOUNT}/sesi/[0-9a-f]{{64}}/akhiri)"', page)

    one = send(here_, ACCOUNT, action=action)
    left = [browser.get(ACCOUNT).status_code for browser in (here_, there, third)]
    others = send(here_, ACCOUNT, action=f"{ACCOUNT}/sesi/akhiri-lain")

    assert (one.status_code, others.status_code) == (303, 303)
    assert sorted(left) == [200, 200, 302]
    assert [browser.get(ACCOUNT).status_code for browser in (here_, there, third)] == [200, 302, 302]


def test_a_passkey_is_removed_but_not_the_last_way_to_sign_in(here: Story, browser: FlaskClient) -> None:
    invited(here, browser)
    phone, _ = with_passkey(browser)

    refused = send(browser, ACCOUNT, action=f"{ACCOUNT}/passkey/{phone.id.hex()}/hapus")
    with_passkey(browser)
    removed = send(browser, ACCOUNT, action=f"{ACCOUNT}/passkey/{phone.id.hex()}/hapus")

    assert (refused.status_code, removed.status_code) == (409, 303)
    assert "satu-satunya cara masuk" in refused.text


def test_whoever_signed_in_a_while_ago_signs_in_again_before_changing_how(desk: Desk, clock: StoryClock) -> None:
    browser = desk("ketua")
    assert clock.ms is not None
    clock.ms += 10 * MINUTE + 1

    for path in ("passkey", "sandi"):
        assert browser.get(f"{ACCOUNT}/{path}").location == f"{IN}?next={ACCOUNT}"
    assert browser.post(f"{ACCOUNT}/passkey/tantangan").status_code == 403


def test_a_form_of_another_site_changes_nothing(here: Story, desk: Desk) -> None:
    browser = desk("ketua")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    entries = hidden(browser.get(ACCOUNT).text, f"{ACCOUNT}/kode")

    answers = [
        browser.post("/meja/keluar", headers=foreign),
        browser.post(f"{IN}/tantangan", headers=foreign),
        browser.post(f"{ACCOUNT}/kode", data=entries, headers=foreign),
        browser.post(f"{ACCOUNT}/kode", data=entries | {"csrf_token": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 422]
    assert here.ledger.codes.left(here.ledger.access.me(value(browser))) == 0


def test_a_spent_budget_says_when_to_come_back(browser: FlaskClient) -> None:
    for _ in range(600):
        browser.post(f"{IN}/tantangan")

    refused = browser.post(f"{IN}/tantangan")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_pages_of_the_sign_in_lie_in_no_cache(browser: FlaskClient, desk: Desk) -> None:
    pages = [browser.get(path) for path in (IN, f"{IN}/sandi", f"{IN}/kode")] + [desk("ketua").get(ACCOUNT)]

    assert [page.status_code for page in pages] == [200] * 4
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}
    assert all("connect-src 'self'" in page.headers["Content-Security-Policy"] for page in pages)
