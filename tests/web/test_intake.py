"""The ways in that leave the phone: picture, PDF, check code, number and name; and how often they may be used."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from ledger.app import create_app
from ledger.application import verifications
from ledger.cli.story import Story, StoryClock
from ledger.credentials import check_code, picture
from ledger.database import reading, writing
from ledger.domain import numbers
from ledger.errors import BusyError
from ledger.messages import LANGUAGES, say
from ledger.projections.certificates import TABLE
from ledger.vault.checks import CHECKS
from ledger.vault.reads import READS
from ledger.wiring import Ledger, build

DATABASES = ["sqlite"]  # What these pages ask of a database, the use cases are tested with over both.

SMALL = {"budget_number": "2", "budget_checks": "6", "budget_address": "4", "budget_pictures": "2", "proxies": "1"}


@pytest.fixture
def client(told: Story) -> FlaskClient:
    return create_app(told.ledger).test_client()


@pytest.fixture
def frugal(told: Story, clock: StoryClock) -> Iterator[FlaskClient]:
    """The same register with small budgets, behind one proxy of ours."""
    ledger = build(replace(told.ledger.config, **SMALL), clock=clock)
    yield create_app(ledger).test_client()
    ledger.close()


def number(told: Story) -> str:
    return str(told.numbers["graduates"][0])


def check_of(ledger: Ledger, number: str) -> str:
    """As printed on the paper."""
    with writing(ledger.engine) as connection:
        wanted = select(TABLE.c.id, TABLE.c.registrant).where(TABLE.c.number == number)
        id, holder = (UUID(bytes=one) for one in connection.execute(wanted).one())
        said: Any = ledger.context.vault.open(connection, holder, f"content/{id}", reader="test", purpose="test")
    return check_code.shown(said["check"])


def drawn(told: Story) -> bytes:
    return picture.png(told.ledger.certificates.code(number(told), reader="test"))


def sent(client: FlaskClient, path: str, field: str, data: bytes, **headers: str) -> TestResponse:
    return client.post(path, data={field: (io.BytesIO(data), "a.png")}, headers=headers)


def test_every_certificate_of_the_story_has_a_check_code_of_its_own(told: Story) -> None:
    with reading(told.ledger.engine) as connection:
        papers = set(connection.scalars(select(TABLE.c.id)))
        coded = list(connection.scalars(select(CHECKS.c.certificate)))

    assert len(papers) > 500
    assert sorted(coded) == sorted(papers)


def test_a_check_code_gives_the_verdict_of_its_code(client: FlaskClient, told: Story) -> None:
    typed = check_of(told.ledger, number(told))
    scanned = client.post("/periksa", data={"code": told.ledger.certificates.code(number(told), reader="test")})

    by_check = client.post("/periksa", data={"check": f" {typed.lower().replace('-', ' ')} "})
    by_api = client.post("/api/v1/verifications", json={"check": typed}).get_json()

    verdict = '<section class="verdict green"'
    assert verdict in by_check.text
    assert by_check.text.partition(verdict)[2][:1500] == scanned.text.partition(verdict)[2][:1500]
    assert (by_api["reason"], by_api["paper"]["number"]) == ("valid", number(told))


def test_a_look_by_check_code_is_noted(client: FlaskClient, told: Story) -> None:
    client.post("/periksa", data={"check": check_of(told.ledger, number(told))})

    with reading(told.ledger.engine) as connection:
        wanted = select(READS.c.reader).where(READS.c.purpose == verifications.CHECK_PURPOSE)
        assert connection.scalars(wanted).all() == ["public page"]


@pytest.mark.parametrize("typed", ["0000-0000", "12", "palsu", "U" * 200, "\u202e", "'; --"])
def test_every_miss_of_a_check_code_is_one_answer(client: FlaskClient, typed: str) -> None:
    missed = client.post("/api/v1/verifications", json={"check": typed[:80]}).get_json()
    page = client.post("/periksa", data={"check": typed})

    assert missed == client.post("/api/v1/verifications", json={"check": "ZZZZZZZZ"}).get_json()
    assert (missed["reason"], missed["colour"], missed["paper"]) == ("nomatch", "amber", None)
    assert say("v.nomatch.title") in page.text


def test_a_check_code_goes_with_its_erased_holder(client: FlaskClient, told: Story) -> None:
    one = told.numbers["attendance"][0]
    typed = check_of(told.ledger, one)
    holder = UUID(told.ledger.certificates.show(one)["registrant"])
    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])

    answer = client.post("/api/v1/verifications", json={"check": typed}).get_json()

    assert answer == client.post("/api/v1/verifications", json={"check": "ZZZZZZZZ"}).get_json()


def test_a_pdf_is_checked_like_a_picture(client: FlaskClient, told: Story) -> None:
    sheet, out = Image.new("L", (827, 1169), 255), io.BytesIO()
    sheet.paste(Image.open(io.BytesIO(drawn(told))).convert("L").resize((320, 320)), (80, 700))
    sheet.save(out, "PDF", resolution=100)

    page = sent(client, "/periksa", "picture", out.getvalue())
    answer = sent(client, "/api/v1/verifications", "picture", out.getvalue()).get_json()

    assert 'class="verdict green"' in page.text
    assert answer["reason"] == "valid"


def test_a_picture_of_another_bodys_code_is_not_ours(client: FlaskClient) -> None:
    foreign = picture.png("https://elsewhere.example/q/#255")

    assert sent(client, "/api/v1/verifications", "picture", foreign).get_json()["reason"] == "notours"


def test_the_page_that_checks_by_itself_gets_the_text_and_nothing_is_kept(client: FlaskClient, told: Story) -> None:
    answer = sent(client, "/periksa/baca", "file", drawn(told))

    assert answer.get_json() == {"text": told.ledger.certificates.code(number(told), reader="test")}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_picture_without_a_code_is_a_problem_that_says_what_to_do(client: FlaskClient) -> None:
    out = io.BytesIO()
    Image.new("L", (99, 99), 255).save(out, "PNG")

    problem = sent(client, "/periksa/baca", "file", out.getvalue())
    nothing = client.post("/periksa/baca", data={})
    form = sent(client, "/periksa", "picture", out.getvalue())

    assert (problem.status_code, problem.content_type) == (422, "application/problem+json")
    assert problem.get_json()["detail"] == say("e.picture-no-code")
    assert "ketik nomor" in say("e.picture-no-code")
    assert nothing.get_json()["code"] == "picture-unreadable"
    assert form.status_code == 422
    assert say("e.picture-no-code") in form.text


def test_a_file_over_ten_mebibytes_is_refused_before_it_is_read(client: FlaskClient) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = head + bytes(11 * 2**20) + b"\r\n--x--\r\n"

    answer = client.post("/periksa/baca", data=body, content_type="multipart/form-data; boundary=x")

    assert (answer.status_code, answer.get_json()["code"]) == (413, "input-too-large")


def test_the_form_names_every_way_and_says_that_they_leave_the_phone(client: FlaskClient) -> None:
    for lang in LANGUAGES:
        page = client.get(f"/periksa?lang={lang}").text
        for key in ("w.leaves", "w.by.file", "w.by.code", "w.by.check", "w.by.number"):
            assert say(key, lang) in page
        assert "<script" not in page
        assert all(f'<label for="{field}">' in page for field in ("picture", "code", "check", "number", "name"))


# Budgets -------------------------------------------------------------------------------------------------------------


def typed(client: FlaskClient, number: str, address: str = "203.0.113.1") -> TestResponse:
    body = {"number": number, "name": "Budi"}
    return client.post("/api/v1/verifications", json=body, headers={"X-Forwarded-For": f"6.6.6.6, {address}"})


def test_one_number_is_typed_so_often_only_whether_or_not_it_exists(
    frugal: FlaskClient, told: Story, clock: StoryClock
) -> None:
    there, nowhere = number(told), numbers.compose("IPSPI", "PSG", 2026, 999_999)
    first = [[typed(frugal, one, f"203.0.113.{n}").status_code for n in range(4)] for one in (there, nowhere)]
    spent = [typed(frugal, one, "198.51.100.1") for one in (there, nowhere)]

    assert first == [[200, 200, 429, 429]] * 2
    assert spent[0].data == spent[1].data
    assert spent[0].get_json()["code"] == "budget-spent"
    assert spent[0].headers["Retry-After"] == "3600"
    clock.ms = clock() + 3_600_000
    assert typed(frugal, there).status_code == 200


def test_one_address_types_so_much_only_and_another_is_not_stopped(frugal: FlaskClient) -> None:
    asked = [typed(frugal, f"IPSPI-PSG-2026-00000{n}-0").status_code for n in range(6)]
    by_code = frugal.post("/api/v1/verifications", json={"code": "12"}, headers={"X-Forwarded-For": "203.0.113.1"})

    assert asked == [200] * 4 + [429] * 2
    assert typed(frugal, "IPSPI-PSG-2026-000009-0", "203.0.113.2").status_code == 200
    assert by_code.status_code == 200


def test_nobody_chooses_an_address_by_a_header(frugal: FlaskClient) -> None:
    """The last entry is our proxy's; what stands before it, anybody can write."""
    asked = [
        frugal.post(
            "/api/v1/verifications",
            json={"check": "ZZZZZZZZ"},
            headers={"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.1"},
        ).status_code
        for n in range(5)
    ]

    assert asked == [200] * 4 + [429]


def test_guessing_check_codes_is_stopped_for_all_together(frugal: FlaskClient) -> None:
    asked = [
        frugal.post("/periksa", data={"check": "ZZZZZZZZ"}, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(8)
    ]

    assert asked == [200] * 6 + [429] * 2


def test_pictures_of_one_address_are_counted(frugal: FlaskClient) -> None:
    answers = [sent(frugal, "/periksa/baca", "file", b"x") for _ in range(3)]
    page = sent(frugal, "/periksa", "picture", b"x")

    assert [one.status_code for one in answers] == [422, 422, 429]
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3600")
    assert say("e.budget-spent", minutes=60) in page.text


def test_an_officers_desk_has_no_budget(told: Story, frugal: FlaskClient) -> None:
    register: Ledger = frugal.application.extensions["ledger"]

    reasons = [register.verifications.by_number(number(told), "Budi", reader="desk").reason for _ in range(9)]

    assert set(reasons) == {"nomatch"}


def test_so_many_pictures_are_read_at_once_and_the_next_is_told_to_wait(
    told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "WAIT_SECONDS", 0.01)
    client = create_app(told.ledger)
    shown = drawn(told)

    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: sent(client.test_client(), "/periksa/baca", "file", shown), range(8)))

    codes = sorted(one.status_code for one in answers)
    assert set(codes) == {200, 503}
    busy = next(one for one in answers if one.status_code == 503)
    assert busy.get_json()["code"] == "pictures-busy"
    assert busy.headers["Retry-After"] == str(verifications.AGAIN_SECONDS)
    assert sent(client.test_client(), "/periksa/baca", "file", shown).status_code == 200  # All places are free again.
    with pytest.raises(BusyError, match="pictures-busy"):
        _crowded(told.ledger, shown)


def _crowded(ledger: Ledger, shown: bytes) -> None:
    with ThreadPoolExecutor(8) as together:
        list(together.map(lambda _: ledger.verifications.text_in(shown), range(8)))
