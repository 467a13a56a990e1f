"""Reports and questions on pages: shown first, sent from our own page only, asked about by number in the body."""

import io
import re
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.application.attestations import Paper
from ledger.application.cases import Finding
from ledger.application.evidence import Given
from ledger.cli.story import Story, StoryClock
from ledger.credentials import picture
from ledger.domain.people import FullName
from ledger.messages import say

DATABASES = ["sqlite"]  # What these pages ask of a database, the use cases are tested with over both.

TODAY = date(2026, 10, 22)
ASKED = {"number": "045/DINSOS/2018", "name": "Siti Aminah", "reason": "notours", "asof": "1792627200"}
OUR_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}  # As browsers send it under our referrer policy.


@pytest.fixture
def world(story: Story) -> Story:
    """A ledger with its officers; no certificates."""
    story.begins()
    story.clock.at(TODAY)
    return story


@pytest.fixture
def client(world: Story) -> FlaskClient:
    return create_app(world.ledger).test_client()


def cases(world: Story) -> list[dict[str, object]]:
    return world.ledger.cases.listed(world.actor("ketua"))


def sent(client: FlaskClient, path: str = "/konfirmasi", **fields: str) -> str:
    """The number of the case that is made."""
    page = client.post(path, data=ASKED | fields | {"send": "1"}, headers=OUR_PAGE)
    assert page.status_code == 200, page.text
    return str(re.search("[0-9A-Z]{5}-[0-9A-Z]{5}", page.text)[0])  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "offered"),
    [
        ({"code": "12"}, {"/konfirmasi"}),  # grey
        ({"number": "045/DINSOS/2018", "name": "Siti"}, {"/konfirmasi"}),  # grey
        ({"number": "IPSPI-PSG-2026-000123-A", "name": "Siti"}, {"/konfirmasi", "/lapor"}),  # amber
    ],
)
def test_a_page_that_is_not_green_offers_what_its_colour_allows(
    client: FlaskClient, data: dict[str, str], offered: set[str]
) -> None:
    page = client.post("/periksa", data=data)

    assert set(re.findall('action="(/konfirmasi|/lapor)"', page.text)) == offered
    for name, value in data.items():
        assert f'name="{name}" value="{value}"' in page.text


def test_what_a_picture_says_is_handed_on_as_its_text(client: FlaskClient, world: Story) -> None:
    drawn = picture.png(f"{world.ledger.config.public_url}/q/#12345")

    page = client.post("/periksa", data={"picture": (io.BytesIO(drawn), "a.png"), "number": "1", "name": "x"})

    assert f'name="code" value="{world.ledger.config.public_url}/q/#12345"' in page.text
    assert 'name="number"' not in page.text


@pytest.mark.parametrize("path", ["/lapor", "/konfirmasi"])
def test_exactly_what_would_be_sent_is_shown_first_and_nothing_is_sent(
    client: FlaskClient, world: Story, path: str
) -> None:
    page = client.post(path, data=ASKED)

    for said in ("045/DINSOS/2018", "Siti Aminah", say("v.notours.title"), "22 Oktober 2026 pukul 07.00 WIB"):
        assert said in page.text
    assert say("w.case.will") in page.text
    assert cases(world) == []


def test_the_second_press_sends_it_with_remarks_and_answers_a_number(client: FlaskClient, world: Story) -> None:
    number = sent(client, "/lapor", text="Ditunjukkan di kantor.", contact="0812")

    shown = world.ledger.cases.show(world.actor("ketua"), number)

    assert shown["kind"] == "report"
    assert shown["content"]["said"] == {
        "number": "045/DINSOS/2018",
        "name": "Siti Aminah",
        "reason": "notours",
        "as_of": "2026-10-22T00:00:00+00:00",
        "text": "Ditunjukkan di kantor.",
        "contact": "0812",
    }


def test_what_the_first_page_hands_on_is_what_is_sent(client: FlaskClient, world: Story) -> None:
    page = client.post("/konfirmasi", data=ASKED | {"name": 'Siti "O\'Neil" <b>'})
    fields = {
        name: unescape(value) for name, value in re.findall('type="hidden" name="(.+?)" value="(.*?)"', page.text)
    }

    done = client.post("/konfirmasi", data=fields | {"send": "1"}, headers=OUR_PAGE)

    (case,) = cases(world)
    said = world.ledger.cases.show(world.actor("ketua"), str(case["case"]))["content"]["said"]
    assert done.status_code == 200
    assert "<b>" not in page.text
    assert said == {
        "number": ASKED["number"],
        "name": 'Siti "O\'Neil" <b>',
        "reason": "notours",
        "as_of": "2026-10-22T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://lain.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://lain.example"},
        {"Origin": "null"},
    ],
)
def test_another_page_cannot_have_a_visitor_send_anything(
    client: FlaskClient, world: Story, headers: dict[str, str]
) -> None:
    page = client.post("/lapor", data=ASKED | {"send": "1"}, headers=headers)

    assert page.status_code == 403
    assert say("e.request-foreign") in page.text
    assert cases(world) == []


@pytest.mark.parametrize("headers", [{}, OUR_PAGE, {"Origin": "http://localhost"}])
def test_our_own_page_and_programs_may_send(client: FlaskClient, world: Story, headers: dict[str, str]) -> None:
    page = client.post("/lapor", data=ASKED | {"send": "1"}, headers=headers)

    assert page.status_code == 200
    assert len(cases(world)) == 1


def test_how_a_case_stands_is_asked_by_its_number_in_the_body(client: FlaskClient, world: Story) -> None:
    number = sent(client)

    waiting = client.post("/kasus", data={"number": number.lower()})
    world.ledger.cases.answer(world.actor("ketua"), number, Finding("not-confirmed", "call", TODAY))
    answered = client.post("/kasus", data={"number": number})

    assert "29 Oktober 2026, 5 hari kerja lagi" in waiting.text
    assert say("w.case.answer.not-confirmed") in answered.text
    assert say("k.means.call") in answered.text
    assert "Siti Aminah" not in answered.text
    assert "045/DINSOS/2018" not in answered.text
    for page in (waiting, answered):
        assert number not in "".join(re.findall('(?:href|action)="(.*?)"', page.text))


def test_an_answer_that_is_overdue_says_so_and_whom_to_ask(
    client: FlaskClient, world: Story, clock: StoryClock
) -> None:
    number = sent(client)
    clock.at(date(2026, 10, 30))

    page = client.post("/kasus", data={"number": number})

    assert "Tenggatnya sudah lewat: 29 Oktober 2026" in page.text
    assert world.ledger.config.contact in page.text


@pytest.mark.parametrize("typed", ["", "12345", "00000-00000", "<script>alert(1)</script>"])
def test_a_number_that_nobody_has_tells_nothing(client: FlaskClient, typed: str) -> None:
    page = client.post("/kasus", data={"number": typed})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "<script" not in page.text


def test_a_case_about_nothing_or_too_long_is_refused_on_the_same_page(client: FlaskClient, world: Story) -> None:
    nothing = client.post("/lapor", data={"send": "1", "text": "x"}, headers=OUR_PAGE)
    much = client.post("/lapor", data=ASKED | {"send": "1", "text": "x" * 2001}, headers=OUR_PAGE)

    assert (nothing.status_code, much.status_code) == (422, 422)
    assert say("e.case-empty") in nothing.text
    assert cases(world) == []


def test_what_a_phone_claims_is_kept_only_if_it_is_a_verdict_and_a_time(client: FlaskClient, world: Story) -> None:
    number = sent(client, reason="<b>fine</b>", asof="yesterday")

    said = world.ledger.cases.show(world.actor("ketua"), number)["content"]["said"]

    assert said == {"number": ASKED["number"], "name": ASKED["name"]}


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "99999999999"])
def test_a_time_that_no_clock_shows_is_no_reason_to_fail(client: FlaskClient, at: str) -> None:
    page = client.post("/konfirmasi", data=ASKED | {"asof": "", "as_of": at})

    assert page.status_code == 200


def test_one_address_that_sends_too_much_is_told_when_to_come_back(client: FlaskClient, world: Story) -> None:
    for _ in range(int(world.ledger.config.budget_cases)):
        sent(client)

    page = client.post("/konfirmasi", data=ASKED | {"send": "1"}, headers=OUR_PAGE)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_the_next_asker_of_a_confirmed_paper_gets_it_at_once(client: FlaskClient, world: Story) -> None:
    number = world.ledger.cases.open("ask", Given(number=ASKED["number"], name=ASKED["name"])).number
    paper = Paper(ASKED["number"], FullName(ASKED["name"]), "Dinas Sosial Kota Bekasi", "HADIR/PSM-DASAR")
    found = Finding("confirmed", "register", TODAY - timedelta(days=2))
    answer = world.ledger.cases.answer(world.actor("ketua"), number, found, paper)
    world.approve("sekretaris", UUID(answer["proposal"]))

    page = client.post("/periksa", data={"number": "045-dinsos-2018", "name": "SITI AMINAH"})

    assert 'class="verdict green"' in page.text
    assert "DIKONFIRMASI PENERBITNYA PER 20 Oktober 2026" in page.text
    assert "Diterbitkan lembaga lain: Dinas Sosial Kota Bekasi; diperiksa IPSPI pada 20 Oktober 2026" in page.text
    assert say("k.means.register") in unescape(page.text)
    assert say("w.endless") not in page.text
    assert "ASLI" not in page.text


@pytest.mark.parametrize("path", ["/lapor", "/konfirmasi", "/kasus"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_each_page_opens_empty_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    page = client.get(f"{path}?lang={lang}")

    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert "w.case" not in page.text
