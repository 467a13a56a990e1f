"""Officers at the desk: appointed with a decree, given a first code and a key, changed, dismissed, handed over."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from ledger.cli.cast import OTHERS
from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import send

TODAY = date(2026, 11, 10)


@pytest.fixture
def decree(here: Story) -> UUID:
    """Of an appointment, in the second edition of the table of acts."""
    here.clock.at(TODAY)
    here.ledger.keys.refresh()
    return here.decree("ketua", "12/DPP IPSPI/SK/2026", "appointment", TODAY, "decider-ipspi")


def mandate(decree: UUID, **other: Any) -> dict[str, Any]:
    usual = {"roles": ["certify", "approve"], "office": "Bendahara DPP", "region": "", "ends": "2029-11-09"}
    return usual | {"decree": str(decree)} | other


def appointment(decree: UUID, **other: Any) -> dict[str, Any]:
    return mandate(decree, nik=OTHERS["assessor"].nik.reveal(), begins="2026-11-10", **other)


def approved(here: Story, answer: Any) -> UUID:
    """What the page proposed, approved by the secretary."""
    assert answer.status_code == 302, answer.text
    proposal = UUID(re.findall("[0-9a-f-]{36}", answer.location)[0])
    here.approve("sekretaris", proposal)
    return proposal


def test_an_officer_is_appointed_from_the_page_and_stands_in_the_list(here: Story, desk: Desk, decree: UUID) -> None:
    ketua = desk("ketua")

    approved(here, send(ketua, "/meja/pengurus/angkat", **appointment(decree)))

    page = ketua.get("/meja/pengurus").text
    assert "Bendahara DPP" in page
    assert "Lestari Handayani" in page
    assert "9 November 2029" in page


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"decree": ""}, "Catat dahulu SK"),
        ({"roles": ["enrol", "approve"]}, "Pisahkan"),
        ({"nik": OTHERS["decider"].nik.reveal()[:-1] + "9"}, "NIK"),
        ({"ends": "2020-01-01"}, "alert-danger"),
    ],
)
def test_what_is_refused_is_explained_and_the_entries_stay(
    here: Story, desk: Desk, decree: UUID, entry: dict[str, Any], said: str
) -> None:
    answer = send(desk("ketua"), "/meja/pengurus/angkat", **appointment(decree) | entry)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Bendahara DPP"' in answer.text


def test_a_mandate_is_extended_by_decree(here: Story, desk: Desk, decree: UUID) -> None:
    id, client = here.officers["sekretaris"], desk("ketua")
    before = {"roles": ["admin", "certify", "approve"], "office": "Sekretaris DPP", "ends": "2030-12-31"}

    answer = send(client, f"/meja/pengurus/{id}/ubah", **mandate(decree, **before))

    assert answer.status_code == 302
    assert "31 Desember 2030" in client.get(answer.location).text


def test_a_key_of_a_file_is_enrolled_and_its_fingerprint_shown(here: Story, desk: Desk) -> None:
    id, client = here.officers["petugas"], desk("ketua")
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    path = f"/meja/pengurus/{here.officers['sekretaris']}/kunci"

    neither = send(client, path, passkey="", public="")
    answer = send(client, path, passkey="", public=public)

    assert (neither.status_code, answer.status_code) == (422, 302)
    assert client.get(f"/meja/pengurus/{id}").status_code == 404  # Of another authority.


def test_a_first_code_is_for_who_cannot_sign_in_yet_and_is_shown_once(here: Story, desk: Desk, decree: UUID) -> None:
    ketua = desk("ketua")
    proposed = send(ketua, "/meja/pengurus/angkat", **appointment(decree))
    approved(here, proposed)
    officer = next(one for one in here.ledger.officers.listed() if one["office"] == "Bendahara DPP")
    path = f"/meja/pengurus/{officer['officer']}/undang"

    page = send(ketua, path)

    (code,) = re.findall(r'<p class="digest fs-4">([^<]+)</p>', page.text)
    cookie = here.ledger.codes.sign_in(code, address="127.0.0.1")
    assert here.ledger.access.me(cookie, enrolling=True).officer == UUID(officer["officer"])
    assert code not in ketua.get(path).text


def test_who_may_not_administer_is_shown_the_officers_and_no_form(here: Story, desk: Desk) -> None:
    kepala = desk("kepala")

    assert kepala.get("/meja/pengurus").status_code == 200
    assert kepala.get("/meja/pengurus/angkat").status_code == 403


def test_a_delegation_is_proposed_from_the_page(here: Story, desk: Desk, decree: UUID) -> None:
    given = here.decree("ketua", "13/DPP IPSPI/SK/2026", "delegation", TODAY, "decider-ipspi")
    client, officer = desk("ketua"), str(here.officers["ketua"])
    entries = {"officer": officer, "region": "36", "begins": "2026-11-10", "decree": str(given)}

    long = send(client, "/meja/pengurus/delegasi/beri", **entries, ends="2027-11-10")
    answer = send(client, "/meja/pengurus/delegasi/beri", **entries, ends="2026-12-31")

    assert long.status_code == 422
    assert "paling lama 90 hari" in long.text
    page = client.get(answer.location).text
    assert "36 Banten" in page
    approved(here, answer)
    assert "Berlaku" in client.get("/meja/pengurus/delegasi").text


def test_the_minutes_of_a_handover_name_the_officers_with_the_fingerprints_of_their_keys(
    here: Story, desk: Desk
) -> None:
    client: FlaskClient = desk("ketua")

    guide, minutes = (client.get(f"/meja/pengurus/serah-terima{path}").text for path in ("", "/berita-acara"))

    assert 'href="/meja/pengurus/angkat"' in guide
    for who in ("ketua", "sekretaris"):
        fingerprint = here.ledger.officers.fingerprint(here.officers[who])
        assert fingerprint is not None
        assert fingerprint in minutes
    root = here.ledger.keys.current().roots.fingerprint()
    assert root[:16] in minutes
