"""Trainings at the desk: planned, taught and closed; what stands in the way is said before."""

import re
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.planning import PLAN, register
from tests.desk.test_rosters import GOOD, explained, sheet


def test_an_instructor_is_searched_by_name_and_chosen(here: Story, clerk: FlaskClient, training: str) -> None:
    path, holder = f"{training}/instruktur", register(here)

    found = send(clerk, path, typed="budi santoso", step="search")
    chosen = {"typed": "budi santoso", "person": holder, "step": "assign"}
    unfinished = clerk.post(path, data=hidden(found.text) | chosen | {"affiliation": ""})
    done = clerk.post(path, data=hidden(unfinished.text) | chosen | {"affiliation": "UNIVERSITAS"})

    assert found.status_code == 200
    assert f'value="{holder}"' in found.text
    assert unfinished.status_code == 422
    assert re.search(f'checked[^>]*value="{holder}"', unfinished.text)
    assert done.status_code == 303, done.text
    assert here.ledger.trainings.show(UUID(training.rpartition("/")[2]))["instructors"] == [holder]


def test_an_instructor_who_was_not_found_is_not_assigned(here: Story, clerk: FlaskClient, training: str) -> None:
    path, holder = f"{training}/instruktur", register(here)
    assert "Tidak ada yang cocok" in send(clerk, path, typed="xyzzy", step="search").text
    assert send(clerk, path, typed="x", step="search").status_code == 422

    other = send(clerk, path, typed="xyzzy", person=holder, affiliation="UNIVERSITAS", step="assign")

    assert other.status_code == 422
    assert here.ledger.trainings.show(UUID(training.rpartition("/")[2]))["instructors"] == []


def test_a_plan_that_cannot_be_read_is_told_beside_each_field_at_once(here: Story, clerk: FlaskClient) -> None:
    before = here.ledger.histories.size()
    wrong = {"programme": "kasus dasar", "quotas": "Kota Entah 3", "basis": "UU 14 2019"}

    refused = send(clerk, "/meja/pelatihan/rencana", **PLAN | wrong)

    assert refused.status_code == 422
    for said in ("misalnya KASUS-DASAR", "atau nama lengkapnya, lalu jumlah", "tidak ada di daftar peraturan"):
        assert said in refused.text
    assert here.ledger.histories.size() == before


@pytest.mark.parametrize("written", ["Kota Bekasi 3", "kota bekasi = 3", "32.75 3"])
def test_a_quota_is_planned_by_code_or_by_the_name_of_the_region(here: Story, clerk: FlaskClient, written: str) -> None:
    planned = send(clerk, "/meja/pelatihan/rencana", **PLAN | {"quotas": written})

    id = UUID(planned.headers["Location"].rpartition("/")[2])
    assert here.ledger.trainings.show(id)["quotas"] == {"32.75": 3}


def test_whoever_recorded_attendance_is_told_before_closing_that_another_must(
    here: Story, desk: Desk, clerk: FlaskClient, training: str
) -> None:
    path = f"{training}/tutup"
    before = clerk.get(path).text
    send(clerk, f"{training}/peserta/baru", name="Sari Melati", sex="P", group="32.75", marks="H", adult="y")

    recorder, other = clerk.get(path).text, desk("ketua").get(path).text

    said = "Anda ikut mencatat kehadiran"
    assert (said in before, said in recorder, said in other) == (False, True, False)


def test_a_difference_is_asked_about_once_the_last_day_has_begun(here: Story, desk: Desk) -> None:
    days = {"first": "2026-10-23", "last": "2026-10-24"}
    training = send(desk("petugas"), "/meja/pelatihan/rencana", **PLAN | days).headers["Location"]
    before = desk("petugas").get(training).text
    here.clock.at(date(2026, 10, 24))

    after = desk("petugas").get(training).text

    assert (f"{training}/jelaskan" in before, f"{training}/jelaskan" in after) == (False, True)


def test_whoever_closes_is_shown_the_subjects_that_will_stand_on_the_papers(
    desk: Desk, clerk: FlaskClient, training: str
) -> None:
    none = desk("kepala").get(f"{training}/tutup").text
    send(clerk, f"{training}/materi", materials="Etika profesi; 3\nPraktik <lapangan>; 5")

    shown = desk("kepala").get(f"{training}/tutup").text

    said = "Materi belum diisi"
    assert (said in none, said in shown) == (True, False)
    assert all(one in shown for one in ("Etika profesi", "Praktik &lt;lapangan&gt;"))
    assert "Etika profesi; 3" in clerk.get(f"{training}/materi").text


def test_subjects_that_changed_meanwhile_are_shown_again_before_the_closing(
    here: Story, desk: Desk, clerk: FlaskClient, training: str
) -> None:
    closer, path = desk("kepala"), f"{training}/tutup"
    explained(here, training)
    opened = hidden(closer.get(path).text)
    send(clerk, f"{training}/materi", materials="Etika profesi; 8")

    stale = closer.post(path, data=opened)

    assert stale.status_code == 409
    assert "Etika profesi" in stale.text
    assert closer.post(path, data=hidden(stale.text)).status_code == 303


def test_subjects_are_offered_only_while_the_training_is_open(here: Story, desk: Desk, clerk: FlaskClient) -> None:
    path = f"/meja/pelatihan/{here.training}"

    late = send(clerk, f"{path}/materi", materials="Lulus uji kompetensi; 16")

    assert late.status_code == 422
    assert "Pelatihan ini sudah tidak terbuka" in late.text
    assert f"{path}/materi" not in clerk.get(path).text
    assert desk("kepala").get(f"{path}/materi").status_code == 403


def test_whoever_approves_certificates_of_attendance_reads_the_subjects_on_them(
    here: Story, desk: Desk, clerk: FlaskClient, training: str
) -> None:
    book, petugas, id = here.ledger.trainings, here.actor("petugas"), UUID(training.rpartition("/")[2])
    send(clerk, f"{training}/materi", materials="Etika profesi; 3\nPraktik <lapangan>; 5")
    book.import_sheet(petugas, id, sheet(clerk, training, GOOD), "hadir.xlsx")
    explained(here, training)
    book.close(petugas, id)
    proposal = here.ledger.proposals.propose(petugas, here.ledger.certificates.attendance(id))["proposal"]

    page = desk("kepala").get(f"/meja/usulan/{proposal}").text

    assert "Etika profesi (3 JP), Praktik &lt;lapangan&gt; (5 JP)" in page
