"""From an empty sheet to a closed training by clicking: nothing typed is lost, nothing is half done."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.cli import board
from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.planning import HOLDER, register
from tests.intake.filling import filled

GOOD = ("1", "Sari Melati", "3275015203900004", "P", "12/03/1990", "Bekasi Timur", "32.75", "H")


SWAPPED = ("2", "Rudi Hartono", "3275010708850021", "L", "08/07/1985", "Bekasi Timur", "32.75", "H")


BAD = ("3", "Tono <b>Wijaya</b>", "3275011708850009", "L", "17/08/1985", "Bekasi Timur", "32.75", "?")


def uploaded(clerk: FlaskClient, training: str, data: bytes, name: str = "hadir.xlsx") -> Any:
    return send(clerk, f"{training}/impor", file=(io.BytesIO(data), name))


def sheet(clerk: FlaskClient, training: str, *rows: tuple[str, ...]) -> bytes:
    rows = tuple(tuple(value.replace("<", "&lt;") for value in row) for row in rows)
    return filled(clerk.get(f"{training}/lembar-kosong.xlsx").data, rows)


def explained(here: Story, training: str) -> None:
    """Why fewer came, so that it can be closed."""
    id = UUID(training.rpartition("/")[2])
    here.ledger.trainings.explain(here.actor("petugas"), id, "roster", "Yang lain tidak datang.", "32.75")


def recorded(here: Story, training: str) -> int:
    return len(here.ledger.participations.listed(UUID(training.rpartition("/")[2])))


def test_a_dirty_sheet_is_put_right_in_the_page_and_recorded_once(
    here: Story, clerk: FlaskClient, training: str
) -> None:
    draft = uploaded(clerk, training, sheet(clerk, training, GOOD, SWAPPED, BAD)).headers["Location"]
    preview = clerk.get(draft).text
    cells = {name.replace("&#34;", '"'): "H" for name in re.findall(r'name="(cell:[^"]*Hari 1[^"]*)"', preview)}
    names = {n.replace("&#34;", '"'): "Tono Wijaya" for n in re.findall(r'name="(cell:[^"]*Nama[^"]*)"', preview)}

    corrected = clerk.post(draft, data=hidden(preview, draft) | cells | names)
    again = clerk.get(draft).text
    entries = hidden(again, f"{draft}/simpan")
    first, second = (clerk.post(f"{draft}/simpan", data=entries) for _ in range(2))

    assert "<b>Wijaya" not in preview
    assert "8 Juli 1985" in preview
    assert "7 Agustus 1985" in preview
    assert "bermasalah" in preview
    assert corrected.status_code == 303, corrected.text
    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert "Daftar hadir tersimpan" in clerk.get(draft).text
    assert recorded(here, training) == 3


def test_a_sheet_with_a_bad_row_records_the_good_ones_only_when_asked(
    here: Story, clerk: FlaskClient, training: str
) -> None:
    draft = uploaded(clerk, training, sheet(clerk, training, GOOD, BAD)).headers["Location"]
    entries = hidden(clerk.get(draft).text, f"{draft}/simpan")

    refused = clerk.post(f"{draft}/simpan", data=entries)
    before = recorded(here, training)
    bad = clerk.get(f"{draft}/bermasalah.xlsx")
    kept = send(clerk, draft, action=f"{draft}/simpan", skip_bad="1")

    assert (refused.status_code, before) == (422, 0)
    assert bad.data.startswith(b"PK")
    assert (kept.status_code, recorded(here, training)) == (303, 1)


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "daftar.xls", "Simpan sebagai “.xlsx”"),
        (b"PK\x03\x04 no workbook", "daftar.ods", "Simpan sebagai “.xlsx”"),
        (b"Nama;NIK\nX;1\n", "daftar.xlsx", "Tambahkan judul kolomnya"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused_with_the_way_out(
    clerk: FlaskClient, training: str, data: bytes, name: str, word: str
) -> None:
    answer = uploaded(clerk, training, data, name)

    assert answer.status_code == 422
    assert word in answer.text


def test_a_sheet_of_fifty_megabytes_is_refused_with_the_way_out(here: Story, clerk: FlaskClient, training: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="besar.csv"\r\n\r\n'
    body = part + bytes(50 * 2**20) + b"\r\n--x--\r\n"

    answer = clerk.post(f"{training}/impor", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "unggah lagi" in answer.text
    assert here.ledger.imports.of_training(here.actor("petugas"), UUID(training.rpartition("/")[2])) == []


def test_another_officers_sheet_is_not_there(here: Story, desk: Desk, clerk: FlaskClient, training: str) -> None:
    draft = uploaded(clerk, training, sheet(clerk, training, GOOD)).headers["Location"]
    board.appointed(here)

    assert desk("petugas-dpp").get(draft).status_code == 404


def test_a_walk_in_and_a_substitute_stand_on_the_roster(here: Story, clerk: FlaskClient, training: str) -> None:
    walk_in = {"name": "Sari Melati", "sex": "P", "group": "32.75", "marks": "h", "adult": "y"}
    came = send(clerk, f"{training}/peserta/baru", **walk_in)
    (one,) = here.ledger.participations.listed(UUID(training.rpartition("/")[2]))
    person = {"name": "Rudi Hartono", "nik": "3275010708850021", "born": "1985-08-07", "sex": "L", "marks": "H"}

    wrong = send(clerk, f"/meja/peserta/{one['participation']}/ganti", **person | {"marks": "HHH"})
    right = send(clerk, f"/meja/peserta/{one['participation']}/ganti", **person)

    roster = clerk.get(f"{training}/peserta").text
    assert came.status_code == 303, came.text
    assert wrong.status_code == 422
    assert 'value="Rudi Hartono"' in wrong.text
    assert right.status_code == 303, right.text
    assert all(word in roster for word in ("tanpa NIK", "ditarik", "Rudi Hartono"))


def walked_in(here: Story, clerk: FlaskClient, training: str) -> Any:
    walk_in = {"name": "Budi Santoso", "sex": "L", "group": "32.75", "marks": "H", "adult": "y"}
    assert send(clerk, f"{training}/peserta/baru", **walk_in).status_code == 303
    (one,) = here.ledger.participations.listed(UUID(training.rpartition("/")[2]))
    return one


def test_the_attendance_of_a_walk_in_moves_to_whoever_has_that_number(
    here: Story, clerk: FlaskClient, training: str
) -> None:
    """In one act, while the training is open; nobody is registered twice."""
    one = walked_in(here, clerk, training)
    holder = register(here)

    moved = send(clerk, f"/meja/peserta/{one['participation']}/lengkapi", **HOLDER)

    rows = here.ledger.participations.listed(UUID(training.rpartition("/")[2]))
    assert moved.status_code == 303, moved.text
    assert "dipindahkan" in clerk.get(moved.headers["Location"]).text
    assert {row["registrant"]: row["state"] for row in rows} == {one["registrant"]: "withdrawn", holder: "recorded"}


def test_after_the_closing_the_page_says_before_and_after_what_to_do_instead(
    here: Story, clerk: FlaskClient, training: str
) -> None:
    one = walked_in(here, clerk, training)
    register(here)
    id, path = UUID(training.rpartition("/")[2]), f"/meja/peserta/{one['participation']}/lengkapi"
    here.ledger.trainings.explain(here.actor("petugas"), id, "roster", "Seorang sakit.", "32.75")
    here.ledger.trainings.close(here.actor("petugas"), id)
    before = here.ledger.histories.size()

    refused = send(clerk, path, **HOLDER)

    assert "keputusan kesetaraan" in clerk.get(path).text
    assert refused.status_code == 409
    assert "Minta DPP mencatat keputusan kesetaraan" in refused.text
    assert 'value="Budi Santoso"' in refused.text
    assert here.ledger.histories.size() == before


def test_a_wrong_mark_after_the_closing_is_proposed(here: Story, clerk: FlaskClient) -> None:
    one = here.ledger.participations.listed(here.training, limit=1)[0]
    before = len(here.ledger.proposals.waiting())
    entries = {"marks": "AA", "reason": "error", "explanation": "Tertukar dengan baris di bawahnya."}

    answer = send(clerk, f"/meja/peserta/{one['participation']}/betulkan", **entries)

    assert answer.status_code == 303, answer.text
    assert len(here.ledger.proposals.waiting()) == before + 1


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_is_said_in_both_languages(here: Story, clerk: FlaskClient, training: str, lang: str) -> None:
    draft = uploaded(clerk, training, sheet(clerk, training, GOOD, BAD)).headers["Location"]
    one = here.ledger.participations.listed(here.training, limit=1)[0]["participation"]
    paths = ["/meja/pelatihan", "/meja/pelatihan/rencana", training, f"{training}/peserta", f"{training}/peserta/baru"]
    paths += [f"{training}/{step}" for step in ("jelaskan", "instruktur", "materi", "tutup", "batal", "impor")]
    paths += [f"/meja/peserta/{one}/{step}" for step in ("ganti", "tarik", "lengkapi", "betulkan")]

    for path in (*paths, draft):
        page = clerk.get(f"{path}?lang={lang}")
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1
        assert not re.search(r">\s*[sfhoe]\.[a-z.-]+\s*<", page.text), path
