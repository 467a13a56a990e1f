import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ledger.intake
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.domain.values import Personal
from ledger.errors import InputError
from ledger.intake import attendance
from ledger.intake.roster import Roster
from tests.conftest import untraced

DATA = Path(__file__).parents[1] / "data"
BIMTEK = Path(ledger.intake.__file__).parent / "samples" / "bimtek-2020-02-17.csv"
GROUPS = ("32.75", "32.16", "PUSAT")
FIRST_DAY = date(2020, 2, 17)
HEADER = ["No", "Nama", "NIK", "L/P", "Tanggal Lahir", "Utusan", "Hari 1", "Hari 2"]
GOOD = ["1", "Budi Santoso", "3275011708850001", "L", "17/08/1985", "Kota Bekasi", "H", "A"]


def read(data: bytes, filename: str = "daftar.csv", progress: Callable[[int, int], None] | None = None) -> Roster:
    return attendance.read(data, filename, groups=GROUPS, days=2, first_day=FIRST_DAY, progress=progress)


def csv(*rows: Sequence[str]) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def xlsx(**tables: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def changed(**cells: str) -> list[str]:
    """A good row but for what the test is about."""
    places = {"no": 0, "name": 1, "nik": 2, "sex": 3, "born": 4, "group": 5, "day1": 6, "day2": 7}
    row = list(GOOD)
    for place, text in cells.items():
        row[places[place]] = text
    return row


def refusal(data: bytes) -> InputError:
    with pytest.raises(InputError) as refused:
        read(data)
    return refused.value


def found(roster: Roster) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


def test_the_bimtek_sheet_gives_475_people_of_whom_nine_missed_the_second_day() -> None:
    roster = read(BIMTEK.read_bytes(), BIMTEK.name)

    assert len(roster.people) == 475
    assert Counter(person.group for person in roster.people) == {"32.75": 225, "32.16": 225, "PUSAT": 25}
    assert Counter(person.marks for person in roster.people) == {"HH": 466, "HA": 9}
    assert (roster.problems, roster.warnings, roster.skipped) == ((), (), ())
    assert roster.kept_columns == ("Nama Lengkap", *HEADER[2:5], "Kecamatan", *HEADER[5:])
    assert roster.dropped_columns == ("No",)


def test_475_rows_are_read_well_under_a_third_of_a_second() -> None:
    data = BIMTEK.read_bytes()

    with untraced():
        started = time.process_time()
        read(data)
        taken = time.process_time() - started

    assert taken < 0.3


def test_every_row_of_the_dirty_sheet_is_explained() -> None:
    roster = read((DATA / "bimtek-dirty.csv").read_bytes(), "bimtek-dirty.csv")

    assert [person.row for person in roster.people] == [2, 8, 10, 12]  # Numbers 1, 7, 9 and 11 of the sheet.
    assert found(roster) == [
        (3, "NIK", "nik-duplicate"),
        (4, "NIK", "nik-length"),
        (5, "NIK", "nik-day"),
        (6, "Nama Lengkap", "name-missing"),
        (7, "Nama Lengkap", "formula"),
        (9, "Tanggal Lahir", "date-impossible"),
        (11, "Utusan", "group-ambiguous"),
        (13, "NIK", "nik-exponent"),
        (14, "Tanggal Lahir", "under-age"),
        (15, "NIK", "nik-serial"),
        (15, "Hari 2", "mark-unknown"),
    ]
    assert [(warning.row, warning.code) for warning in roster.warnings] == [(10, "birth-date-differs")]
    assert roster.people[2].warnings == roster.warnings


def test_a_person_is_read_whole() -> None:
    roster = read((DATA / "bimtek-dirty.csv").read_bytes(), "bimtek-dirty.csv")

    nur = roster.people[1]
    assert (nur.sheet, nur.sex, nur.group, nur.marks) == ("bimtek-dirty", "P", "32.16", "HH")
    assert nur.name == FullName("Nur Ainé")
    assert nur.nik == NationalId("3216025708850001")
    assert nur.born == BirthDate("1985-08-17")
    assert nur.district == Personal("Babelan")
    assert roster.people[3].marks == "HA"


def test_a_problem_shows_its_value_only_when_asked_to() -> None:
    roster = read((DATA / "bimtek-dirty.csv").read_bytes(), "bimtek-dirty.csv")

    assert "3275" not in repr(roster)
    assert "Slamet" not in repr(roster)
    assert roster.problems[1].revealed() == {
        "row": 4,
        "sheet": "bimtek-dirty",
        "column": "NIK",
        "code": "nik-length",
        "value": "327501170885001",
        "facts": {"got": 15, "expected": 16},
    }


def test_titles_and_signatures_are_skipped_and_named() -> None:
    roster = read((DATA / "bimtek-titles.xlsx").read_bytes(), "bimtek-titles.xlsx")

    assert Counter((person.sheet, person.group) for person in roster.people) == {
        ("Kota Bekasi", "32.75"): 16,
        ("Kab Bekasi", "32.16"): 20,
    }
    assert roster.problems == ()
    assert [(line.row, line.text.reveal()) for line in roster.skipped] == [
        (1, "DAFTAR HADIR PESERTA"),
        (2, "BIMBINGAN TEKNIS DASAR PEKERJA SOSIAL MASYARAKAT"),
        (3, "Tempat: (contoh)"),
        (4, "Tanggal: 17-18 Februari 2020"),
        (24, "Mengetahui,"),
        (25, "Ketua Panitia"),
        (28, "( ........................ )"),
    ]
    assert roster.skipped[0].revealed() == {"row": 1, "sheet": "Kota Bekasi", "text": "DAFTAR HADIR PESERTA"}


def test_niks_stored_as_numbers_refuse_the_whole_file() -> None:
    refused = refusal((DATA / "bimtek-numeric-nik.xlsx").read_bytes())

    assert refused.code == "nik-numeric"
    assert refused.facts == {"sheet": 1, "row": 2}


@pytest.mark.parametrize(("rounded", "is_refused"), [(4, True), (3, False)])
def test_too_many_niks_ending_in_0_refuse_the_whole_file(rounded: int, is_refused: bool) -> None:
    niks = [f"327501170885{n:03}{0 if n <= rounded else 1}" for n in range(1, 11)]
    data = csv(HEADER, *(changed(nik=nik) for nik in niks))

    if is_refused:
        assert refusal(data).code == "nik-rounded"
    else:
        assert len(read(data).people) == 10


def test_few_niks_ending_in_0_prove_nothing() -> None:
    data = csv(HEADER, *(changed(nik=f"32750117088500{n}0") for n in range(1, 10)))

    assert len(read(data).people) == 9


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"name": "@SUM(1)"}, ("Nama", "formula")),
        ({"name": "Budi \u202eitnaS"}, ("Nama", "name-characters")),
        ({"name": "a" * 200}, ("Nama", "name-too-long")),
        ({"nik": ""}, ("NIK", "nik-missing")),
        ({"sex": "?"}, ("L/P", "sex-unknown")),
        ({"sex": ""}, ("L/P", "sex-unknown")),
        ({"born": ""}, ("Tanggal Lahir", "date-missing")),
        ({"born": "18/02/2002"}, ("Tanggal Lahir", "under-age")),
        ({"group": "Kota Serang"}, ("Utusan", "group-unknown")),
        ({"day1": ""}, ("Hari 1", "mark-missing")),
        ({"day2": "=1"}, ("Hari 2", "formula")),
    ],
)
def test_one_bad_cell_keeps_its_row_out(cells: dict[str, str], problem: tuple[str, str]) -> None:
    roster = read(csv(HEADER, changed(**cells)))

    assert roster.people == ()
    assert found(roster) == [(2, *problem)]


@pytest.mark.parametrize("name", ["Slamet", "Ma'ruf", "'Aisyah", "a" * 84])
def test_uncommon_names_are_welcome(name: str) -> None:
    roster = read(csv(HEADER, changed(name=name)))

    assert roster.people[0].name == FullName(name)


@pytest.mark.parametrize(
    ("cells", "warning"),
    [
        ({"sex": "Perempuan"}, ("L/P", "sex-differs")),
        ({"born": "16/08/1985"}, ("Tanggal Lahir", "birth-date-differs")),
        ({"nik": "3275010312850001", "born": "12/03/1985"}, ("Tanggal Lahir", "birth-date-swapped")),
        ({"nik": "5401011708850001"}, ("NIK", "nik-region-unknown")),
    ],
)
def test_what_differs_from_the_nik_is_a_warning_and_never_a_refusal(
    cells: dict[str, str], warning: tuple[str, str]
) -> None:
    roster = read(csv(HEADER, changed(**cells)))

    assert len(roster.people) == 1
    assert [(one.column, one.code) for one in roster.warnings] == [warning]


def test_a_nik_is_taken_once_across_all_sheets_even_from_the_same_row() -> None:
    roster = read(xlsx(Kota=[HEADER, GOOD], Kabupaten=[HEADER, GOOD]), "x.xlsx")

    assert [person.sheet for person in roster.people] == ["Kota"]
    assert [problem.code for problem in roster.problems] == ["nik-duplicate"]
    assert roster.problems[0].facts == {"first": 2, "sheet": "Kota"}


def test_a_row_with_too_few_or_too_many_cells_has_one_problem() -> None:
    shifted = ["2", "Rina Kusuma", " S.Sos.", *GOOD[2:]]

    roster = read(csv(HEADER, GOOD[:4], shifted, [*GOOD, "", ""]))

    assert found(roster) == [(2, "", "row-short"), (3, "", "row-long")]
    assert roster.problems[0].value == Personal("1 Budi Santoso 3275011708850001 L")
    assert [person.row for person in roster.people] == [4]


def test_a_sheet_without_a_column_of_groups_is_a_group() -> None:
    header = [title for title in HEADER if title != "Utusan"]
    row = [cell for cell in GOOD if cell != "Kota Bekasi"]

    roster = read(xlsx(Kota_Bekasi=[header, row], Daftar=[header, changed(nik="3275011708850002")[:5] + row[5:]]))

    assert [person.group for person in roster.people] == ["32.75"]
    assert found(roster) == [(2, "", "group-unknown")]
    assert roster.problems[0].value == Personal("Daftar")


@pytest.mark.parametrize(("text", "district"), [("Babelan", Personal("Babelan")), ("-", None), ("", None)])
def test_a_district_may_be_left_out(text: str, district: Personal | None) -> None:
    roster = read(csv([*HEADER, "Kecamatan"], [*GOOD, text]))

    assert roster.people[0].district == district


@pytest.mark.parametrize("text", ["Babe\u202elan", "a" * 101])
def test_a_district_that_cannot_be_one_is_a_problem(text: str) -> None:
    roster = read(csv([*HEADER, "Kecamatan"], [*GOOD, text]))

    assert found(roster) == [(2, "Kecamatan", "district-malformed")]


def test_dates_in_date_cells_are_read() -> None:
    row: list[object] = [*GOOD]
    row[4] = date(1985, 8, 17)

    roster = read(xlsx(Daftar=[HEADER, row]), "x.xlsx")

    assert roster.people[0].born == BirthDate("1985-08-17")


def test_progress_is_told_row_by_row() -> None:
    told: list[tuple[int, int]] = []

    read(csv(HEADER, GOOD, changed(no="2", nik="x")), progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]


@given(st.lists(st.lists(st.text(max_size=20), min_size=8, max_size=9), max_size=5))
def test_random_cells_raise_only_our_errors(rows: list[list[str]]) -> None:
    data = "\n".join(";".join(row) for row in [HEADER, *rows]).encode(errors="replace")

    with suppress(InputError):
        read(data)


@given(st.binary(max_size=300))
def test_random_bytes_below_a_header_raise_only_our_errors(tail: bytes) -> None:
    with suppress(InputError):
        read(csv(HEADER, GOOD) + b"\n" + tail)
