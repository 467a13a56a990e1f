"""Pages for people: what they say, that nothing of them comes from elsewhere, that names are text."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from flask import render_template
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.credentials import picture
from ledger.domain.values import Personal
from ledger.messages import LANGUAGES, say
from ledger.web import verdicts

DATABASES = ["sqlite"]  # What these pages ask of a database, the use cases are tested with over both.

GREEN_DAY = date(2026, 10, 22)
PAGES = ("/mulai", "/periksa", "/docs", "/nothing-here")


class Text(HTMLParser):
    """What a reader reads, and every address and tag that the page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.text = " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.fixture
def client(story: Story) -> FlaskClient:
    """A ledger with the six certificates of the association."""
    story.begins()
    story.authorities()
    story.staff()
    story.ipspi_authorised()
    story.numbers["graduates"] = sorted(story.graduates_certified(story.graduates_assessed(GREEN_DAY)))
    return create_app(story.ledger).test_client()


@pytest.fixture
def empty(story: Story) -> FlaskClient:
    story.begins()
    return create_app(story.ledger).test_client()


def code_of(story: Story, number: str) -> str:
    return story.ledger.certificates.code(number, reader="test")


def test_a_form_that_is_too_large_is_refused_on_a_page(empty: FlaskClient) -> None:
    page = empty.post("/periksa", data={"code": "1" * 2**20})

    assert (page.status_code, say("e.input-too-large") in Text(page.text).text) == (413, True)


def test_a_good_code_is_green_with_what_the_paper_must_say(client: FlaskClient, story: Story) -> None:
    number = story.numbers["graduates"][0]

    page = client.post("/periksa", data={"code": code_of(story, number)})
    read = Text(page.text).text

    assert page.status_code == 200
    assert 'class="verdict green"' in page.text
    for said in (
        "hijau: Dapat diterima",
        "ASLI DAN BERLAKU",
        "Berlaku s.d. 22 Oktober 2031",
        number,
        "Independen Pekerja Sosial Profesional Indonesia",
        "Seluruh Indonesia",
        say("l.notproved"),
        "Status per 22 Oktober 2026 pukul 09.00 WIB",
        say("l.compare"),
        "Pencatatan dalam daftar terbitan",
        story.ledger.config.public_url,
        "CONTOH, BUKAN SERTIFIKAT",
    ):
        assert said in read


def test_a_picture_and_a_number_with_its_name_are_checked_too(client: FlaskClient, story: Story) -> None:
    number = story.numbers["graduates"][0]
    drawn = picture.png(code_of(story, number))
    holder = story.ledger.verifications.by_code(code_of(story, number)).paper
    assert holder is not None
    assert holder.name is not None

    seen = client.post("/periksa", data={"picture": (io.BytesIO(drawn), "a.png")})
    typed = client.post("/periksa", data={"number": number.lower(), "name": holder.name.reveal()})
    wrong = client.post("/periksa", data={"number": number, "name": "Budi", "lang": "en"})

    assert 'class="verdict green"' in seen.text
    assert 'class="verdict green"' in typed.text
    assert 'class="verdict amber"' in wrong.text
    assert "amber: Ask first NO MATCH" in Text(wrong.text).text
    assert holder.name.reveal() not in wrong.text


def test_a_revoked_certificate_is_red_with_its_decree(client: FlaskClient, story: Story, clock: StoryClock) -> None:
    number, on = story.numbers["graduates"][1], GREEN_DAY + timedelta(days=2)
    clock.at(on)
    decree = story.decree("ketua", "22/DPP IPSPI/SK/2026", "revocation", on, "decider-ipspi")
    act = story.ledger.certificates.status_act("revoke", number, decree=decree, reason="fraud")
    story.approved("ketua", "sekretaris", [act], effective=on)

    page = client.post("/periksa", data={"code": code_of(story, number)})

    assert 'class="verdict red"' in page.text
    assert "merah: Jangan diterima DICABUT, TIDAK BERLAKU" in Text(page.text).text
    assert "22/DPP IPSPI/SK/2026" in page.text


def test_what_cannot_be_read_is_grey(empty: FlaskClient) -> None:
    page = empty.post("/periksa", data={"code": "12"})

    assert 'class="verdict grey"' in page.text
    assert "abu-abu: Periksa ulang KODE TIDAK TERBACA" in Text(page.text).text


def test_markup_in_a_name_is_text(client: FlaskClient, story: Story) -> None:
    """No name with markup can be registered; a page must not rest on that."""
    name = '<script>alert(1)</script> & "O\'Neil"'
    verdict = story.ledger.verifications.by_code(code_of(story, story.numbers["graduates"][0]))
    assert verdict.paper is not None
    named = replace(verdict, paper=replace(verdict.paper, name=Personal(name)))

    with client.application.test_request_context("/periksa"):
        page = render_template("verdict.html", **verdicts.page(named, "id", contact="-", seal=None))
    typed = client.post("/periksa", data={"number": name})

    assert "script" not in Text(page).tags | Text(typed.text).tags
    assert name in Text(page).text
    assert ("value", name) in Text(typed.text).attributes


def test_too_little_or_a_bad_picture_shows_the_form_again(empty: FlaskClient) -> None:
    nothing = empty.post("/periksa", data={"number": "IPSPI-PSG-2026-000001-7"})
    broken = empty.post("/periksa", data={"picture": (io.BytesIO(b"no picture"), "a.png")})

    assert (nothing.status_code, broken.status_code) == (422, 422)
    assert say("w.empty") in nothing.text
    assert 'value="IPSPI-PSG-2026-000001-7"' in nothing.text
    assert say("e.picture-unreadable") in broken.text


def test_the_language_is_asked_for_or_preferred_or_indonesian(empty: FlaskClient) -> None:
    def said(path: str, **headers: str) -> str:
        return empty.get(path, headers=headers).text

    assert '<html lang="id">' in said("/periksa", **{"Accept-Language": "fr"})
    assert '<html lang="en">' in said("/periksa", **{"Accept-Language": "en-US"})
    assert '<html lang="id">' in said("/periksa?lang=id", **{"Accept-Language": "en-US"})
    assert '<html lang="id">' in said("/periksa?lang=jv")


def test_the_root_leads_to_a_page_that_leads_on(empty: FlaskClient) -> None:
    page = empty.get("/", follow_redirects=True)

    links = [value for name, value in Text(page.text).attributes if name == "href"]
    assert "/periksa?lang=id" in links
    assert "/docs?lang=id" in links


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_nothing_from_elsewhere_and_keeps_nothing(empty: FlaskClient, path: str) -> None:
    page = empty.get(path)
    read = Text(page.text)

    policy = page.headers["Content-Security-Policy"]
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in page.headers
    assert [
        value for name, value in read.attributes if name in ("src", "href") and not value.startswith(("/", "#"))
    ] == []
    assert [name for name, _ in read.attributes if name == "style" or name.startswith("on")] == []
    assert "style" not in read.tags
    assert all(text.strip() == "" for text in re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL))


@pytest.mark.parametrize("path", PAGES)
def test_a_demonstration_says_so_on_every_page(empty: FlaskClient, path: str) -> None:
    assert say("v.demo.title") in empty.get(path).text


@pytest.mark.parametrize("path", PAGES)
def test_every_word_of_a_page_stands_in_the_catalogue(empty: FlaskClient, path: str) -> None:
    for lang in LANGUAGES:
        assert not re.search(r"\b[wvlb]\.[a-z.]+\b", Text(empty.get(f"{path}?lang={lang}").text).text)
