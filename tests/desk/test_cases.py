"""Cases at the desk: in words and numbers, answered once, and only by whom the board lets."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from ledger.application.evidence import Given
from ledger.cli.story import Story
from ledger.domain.cases import ASK, REPORT
from ledger.web.desk.cases import AnswerForm
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send

GIVEN = Given(number="KEMENSOS/2020/1", name="Nama Orang", text="Fotonya beda.", contact="08123")
YESTERDAY = (GREEN_DAY - timedelta(days=1)).isoformat()


@pytest.fixture
def path(here: Story) -> str:
    here.ledger.cases.open(ASK, GIVEN)
    (case,) = here.ledger.cases.listed(here.actor("ketua"))
    return f"/meja/kasus/{case['id']}"


def test_a_case_is_listed_in_words_with_the_days_that_are_left(path: str, desk: Desk) -> None:
    page = desk("ketua").get("/meja/kasus").text

    assert "Permintaan konfirmasi" in page
    assert "Sisa 5 hari kerja" in page
    assert "Belum dijawab" in page
    assert path in page


def test_what_the_reader_sent_is_shown_and_can_be_taken_away(path: str, desk: Desk) -> None:
    client = desk("ketua")

    page, bundle = client.get(path), client.get(f"{path}/bukti.zip")

    for said in ("KEMENSOS/2020/1", "Nama Orang", "Fotonya beda.", "08123"):
        assert said in page.text
    assert "case.json" in zipfile.ZipFile(BytesIO(bundle.data)).namelist()


def test_an_answer_is_given_once(path: str, desk: Desk) -> None:
    client = desk("ketua")
    stale = client.get(path)

    answered = send(client, path, answer="not-confirmed", means="call", checked=YESTERDAY)

    assert answered.status_code == 302
    page = client.get(path).text
    assert "Tidak dibenarkan penerbitnya" in page
    assert "Telepon kepada penerbit" in page
    assert "<select" not in page
    typed = {"answer": "confirmed", "means": "call", "checked": YESTERDAY}

    assert client.post(path, data=hidden(stale.text) | typed).status_code == 409


def test_an_answer_without_means_is_refused_and_the_entries_stay(path: str, desk: Desk) -> None:
    refused = send(desk("ketua"), path, answer="confirmed", checked=YESTERDAY)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert f'value="{YESTERDAY}"' in refused.text


def test_a_confirmed_paper_of_another_body_is_proposed(here: Story, path: str, desk: Desk) -> None:
    typed = {"answer": "confirmed", "means": "letter", "checked": YESTERDAY}
    paper = {"issuer": "Dinas Sosial Kota Bekasi", "kind": "HADIR/PELATIHAN-DASAR"}

    assert send(desk("ketua"), path, **typed, issuer=paper["issuer"]).status_code == 422
    assert send(desk("ketua"), path, **typed, **paper).status_code == 302

    (waiting,) = here.ledger.briefs.waiting(
        here.ledger.access.me(here.ledger.access.begin(here.officers["sekretaris"]))
    )
    assert waiting["kind"] == "attestation.recorded"
    assert "Belum dijawab" in desk("ketua").get("/meja/kasus").text


def test_officers_of_other_bodies_see_no_case(path: str, desk: Desk) -> None:
    assert desk("petugas").get("/meja/kasus").status_code == 403
    assert desk("kepala").get(path).status_code == 403


def test_each_kind_has_answers_of_its_own(here: Story, desk: Desk) -> None:
    here.ledger.cases.open(REPORT, GIVEN)
    (case,) = here.ledger.cases.listed(here.actor("ketua"))

    page = desk("ketua").get(f"/meja/kasus/{case['id']}").text

    assert "Terbukti disalahgunakan" in page
    assert "Dibenarkan penerbitnya" not in page
    assert AnswerForm.words == "cases"
