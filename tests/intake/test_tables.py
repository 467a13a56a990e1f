from collections.abc import Sequence
from datetime import date

import pytest

from ledger.errors import InputError
from ledger.intake import tables
from ledger.intake.sheets import Cell, Line, Sheet
from ledger.intake.tables import Table

HEADER = ["No", "Nama", "NIK", "L/P", "Tanggal Lahir", "Utusan", "Hari 1", "Hari 2"]
GOOD = ["1", "Budi Santoso", "3275011708850001", "L", "17/08/1985", "Kota Bekasi", "H", "A"]
BLANK = [""] * 8


def sheet(*rows: Sequence[str], name: str = "Daftar", hidden: bool = False) -> Sheet:
    lines = tuple(Line(number, tuple(map(Cell, row))) for number, row in enumerate(rows, 1))
    return Sheet(1, name, lines, hidden)


def find(*book: Sheet) -> tuple[tuple[Table, ...], list[tuple[str, int]]]:
    """The tables, and where the lines stand that were passed over."""
    found, skipped = tables.find(book, days=2, first_day=date(2020, 2, 17))
    return found, [(line.sheet, line.row) for line in skipped]


def refusal(*rows: Sequence[str]) -> InputError:
    with pytest.raises(InputError) as refused:
        find(sheet(*rows))
    return refused.value


def test_lines_above_and_below_a_table_are_passed_over() -> None:
    (table,), skipped = find(sheet(["DAFTAR HADIR"], [], HEADER, GOOD, BLANK, [*BLANK[:6], "Mengetahui,", ""]))

    assert [line.row for line in table.lines] == [4]
    assert skipped == [("Daftar", 1), ("Daftar", 6)]


def test_days_may_stand_in_a_row_of_their_own_below_the_header() -> None:
    above = [*HEADER[:6], "Kehadiran", ""]
    below = [*BLANK[:6], "Hari ke-1", "Hari II"]
    counts = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"]

    (table,), skipped = find(sheet(above, below, counts, GOOD))

    assert [table.columns.text(day, table.lines[0]) for day in (1, 2)] == ["H", "A"]
    assert table.columns.kept[-2:] == ("Hari ke-1", "Hari II")
    assert skipped == [("Daftar", 3)]


def test_days_may_be_titled_by_their_date() -> None:
    (table,), _ = find(sheet([*HEADER[:6], "17/02/2020", "18 Februari 2020"], GOOD))

    assert [table.columns.text(day, table.lines[0]) for day in (1, 2)] == ["H", "A"]


def test_a_header_repeated_on_each_page_and_empty_numbered_rows_are_skipped() -> None:
    signature = ["", "Drs. Sugeng", "NIP. 196501011990031001", *BLANK[3:]]

    (table,), skipped = find(sheet(HEADER, GOOD, HEADER, ["2", *BLANK[1:]], signature))

    assert [line.row for line in table.lines] == [2]
    assert skipped == [("Daftar", 3), ("Daftar", 4), ("Daftar", 5)]


def test_a_person_without_a_number_is_not_taken_for_a_signature() -> None:
    without_nik = ["", GOOD[1], "", *GOOD[3:]]
    only_nik = ["", "", "3275 0117 0885 0001", *BLANK[3:]]

    (table,), skipped = find(sheet(HEADER, without_nik, only_nik))

    assert [line.row for line in table.lines] == [2, 3]
    assert skipped == []


def test_columns_that_nobody_asked_for_are_dropped_and_named() -> None:
    (table,), _ = find(sheet([*HEADER, "Agama", "HP"], [*GOOD, "-", "-"]))

    assert table.columns.kept == tuple(HEADER[1:])
    assert table.columns.dropped == ("No", "Agama", "HP")


def test_hidden_sheets_and_sheets_without_a_header_are_skipped_whole() -> None:
    shown = sheet(HEADER, GOOD)
    hidden = sheet(HEADER, GOOD, name="Lama", hidden=True)
    summary = sheet(["Jumlah", "1"], name="Rekap")

    found, skipped = find(shown, hidden, summary)

    assert [table.sheet for table in found] == ["Daftar"]
    assert skipped == [("Lama", 1), ("Lama", 2), ("Rekap", 1)]


@pytest.mark.parametrize(
    ("header", "code", "facts"),
    [
        (["Nama", "Alamat"], "header-missing", {"rows": 15}),
        (HEADER[:4] + HEADER[5:], "column-missing", {"column": "born", "sheet": 1, "row": 1}),
        ([*HEADER, "NIK"], "column-twice", {"column": "nik", "sheet": 1, "row": 1}),
        (HEADER[:7], "days-differ", {"got": 1, "expected": 2, "sheet": 1, "row": 1}),
        ([*HEADER, "Hari 3"], "days-differ", {"got": 3, "expected": 2, "sheet": 1, "row": 1}),
    ],
)
def test_a_table_that_does_not_fit_is_refused_whole(header: list[str], code: str, facts: dict[str, object]) -> None:
    refused = refusal(header, GOOD)

    assert refused.code == code
    assert refused.facts == facts


def test_a_header_below_the_fifteenth_row_is_not_looked_for() -> None:
    title = ["Daftar hadir"]

    (table,), _ = find(sheet(*[title] * 14, HEADER, GOOD))

    assert len(table.lines) == 1
    assert refusal(*[title] * 15, HEADER, GOOD).code == "header-missing"
