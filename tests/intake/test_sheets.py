import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.intake import archive, sheets
from ledger.intake.sheets import Cell

TITLES_XLSX = Path(__file__).parents[1] / "data" / "bimtek-titles.xlsx"


def code_of_refusal(data: bytes, filename: str = "x.csv") -> str:
    with pytest.raises(InputError) as refused:
        sheets.read(data, filename)
    return refused.value.code


def code_before_reading(data: bytes) -> str:
    """The reader must not meet such bytes at all: it trusts them."""
    with pytest.raises(InputError) as refused:
        archive.cleaned(data)
    return refused.value.code


def texts(data: bytes) -> list[list[str]]:
    (sheet,) = sheets.read(data, "x.csv")
    return [[cell.text for cell in line.cells] for line in sheet.lines]


def workbook(fill: Callable[[openpyxl.Workbook], object] = bool) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return changed.getvalue()


def with_table(xml: str) -> bytes:
    """A workbook whose only table is this XML."""
    table = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{xml}</worksheet>'
    return repacked(workbook(), lambda parts: parts.update({"xl/worksheets/sheet1.xml": table.encode()}))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_in_any_delimiter_encoding_and_line_end(delimiter: str, encoding: str, end: str) -> None:
    text = end.join(("Daftar", f"No{delimiter}Nama", "", f'1{delimiter}" Nur Ainé{delimiter} S.H."', ""))

    read = texts(text.encode(encoding))

    assert read == [["Daftar"], ["No", "Nama"], [], ["1", f"Nur Ainé{delimiter} S.H."]]


def test_a_csv_is_named_by_its_file_and_its_rows_are_counted_as_a_spreadsheet_does() -> None:
    (sheet,) = sheets.read(b"a;b\n\nc;d\n", r"C:\Kota Bekasi.csv")

    assert sheet.name == "Kota Bekasi"
    assert [line.row for line in sheet.lines] == [1, 2, 3]
    assert sheet.lines[1].is_blank()


@pytest.mark.parametrize("data", [b'a;b\n1;"Budi\n2;Sari\n', b'a;b\n1;"Budi\n2;Sari\n3;"Tono";x\n'])
def test_a_quote_left_open_is_named_by_its_row_and_swallows_nobody(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        sheets.read(data, "x.csv")

    assert refused.value.code == "csv-quote"
    assert refused.value.facts == {"row": 2}
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet-empty"),
        (b" \r\n;;;\r\n", "sheet-empty"),
        (b"a;b\x00c", "sheet-unreadable"),
        (b"a;b\x81c", "sheet-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "format-unsupported"),
        (b"%PDF-1.7", "format-unsupported"),
        (b"PK\x05\x06" + bytes(18), "format-unsupported"),
        (b"PK\x03\x04" + bytes(600), "sheet-unreadable"),
        (b"a" * (sheets.MAX_BYTES + 1), "input-too-large"),
        (b"a\n" * (archive.MAX_ROWS + 1), "sheet-too-large"),
        (b";" * archive.MAX_COLUMNS + b"a", "sheet-too-large"),
        ((b";" * 199 + b"\n") * 2501, "sheet-too-large"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_reason(data: bytes, code: str) -> None:
    assert code_of_refusal(data) == code


def test_cells_of_a_workbook_know_their_kind() -> None:
    row = ["Budi", 1, 1.5, date(1985, 8, 17), datetime(1985, 8, 17, 9, 30), True, "'x "]  # noqa: DTZ001 - cells have no zone.
    data = workbook(lambda book: book.active.append(row))

    (sheet,) = sheets.read(data, "x.xlsx")

    assert sheet.lines[0].cells == (
        Cell("Budi"),
        Cell("1", "number"),
        Cell("1.5", "number"),
        Cell("1985-08-17", "date"),
        Cell("1985-08-17", "date"),
        Cell("TRUE"),
        Cell("'x"),
    )


def test_a_workbook_keeps_the_names_and_rows_of_its_sheets() -> None:
    kota, kabupaten = sheets.read(TITLES_XLSX.read_bytes(), "x.xlsx")

    assert (kota.number, kota.name, kabupaten.number, kabupaten.name) == (1, "Kota Bekasi", 2, "Kab Bekasi")
    assert kota.lines[5].row == 6
    assert kota.lines[5].cells[1] == Cell("Nama Lengkap")


def test_a_hidden_sheet_is_marked() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["x"])
        book.create_sheet("lama").sheet_state = "hidden"

    shown, hidden = sheets.read(workbook(fill), "x.xlsx")

    assert (shown.hidden, hidden.hidden) == (False, True)


def test_cells_coloured_down_to_the_last_row_do_no_harm() -> None:
    data = with_table(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576" s="0"/></row></sheetData>'
    )

    (sheet,) = sheets.read(data, "x.xlsx")

    assert sheet.lines[0].cells == (Cell("1", "number"),)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>',
        '<row r="1"><c r="GS1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="20001"><c r="A20001"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="20000"><c r="CV20000"><v>1</v></c></row>',
        "<row>" + "<c/>" * 200 + "<c><v>1</v></c></row>",
        "<row/>" * 20_000 + "<row><c><v>1</v></c></row>",
        '<x:row xmlns:x="x" r="1"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_few_bytes_cannot_claim_a_huge_table(rows: str) -> None:
    assert code_before_reading(with_table(f"<sheetData>{rows}</sheetData>")) == "sheet-too-large"


def test_one_long_text_cannot_be_shared_by_very_many_cells() -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1001))
    strings = f'<sst xmlns="x"><si><t>{"a" * 200_000}</t></si></sst>'.encode()
    data = repacked(
        with_table(f"<sheetData>{cells}</sheetData>"),
        lambda parts: parts.update({"xl/sharedStrings.xml": strings}),
    )

    assert code_before_reading(data) == "sheet-too-large"


def test_one_table_cannot_be_shown_as_very_many_sheets() -> None:
    def multiply(parts: dict[str, bytes]) -> None:
        sheet = b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        many = b"".join(sheet + b'name="s%d" sheetId="%d" state="visible" r:id="rId1"/>' % (n, n) for n in range(2, 9))
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", many + b"</sheets>")

    wide = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2000"><c r="CV2000"><v>1</v></c></row>'
    data = repacked(with_table(f"<sheetData>{wide}</sheetData>"), multiply)

    assert len(sheets.read(with_table(f"<sheetData>{wide}</sheetData>"), "x.xlsx")) == 1
    assert code_of_refusal(data) == "sheet-too-large"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(
        workbook(),
        lambda parts: parts.update({"xl/sharedStrings.xml": bytes(archive.MAX_UNPACKED + 1)}),
    )

    assert len(bomb) < 100_000
    assert code_before_reading(bomb) == "sheet-too-large"


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    honest = repacked(workbook(), lambda parts: parts.update({"xl/styles.xml": bytes(70_000)}))
    lying = honest.replace((70_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert lying != honest
    assert code_before_reading(lying) == "sheet-unreadable"


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    data = repacked(workbook(), lambda parts: parts.update({"xl/styles.xml": laughs}))

    assert code_before_reading(data) == "sheet-unreadable"


def test_two_members_of_one_name_are_refused() -> None:
    data = repacked(workbook(), lambda parts: parts.update({"XL/Workbook.xml": b"<x/>"}))

    assert code_before_reading(data) == "sheet-unreadable"


def test_other_archives_are_refused_whatever_their_name() -> None:
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", "<x/>")

    assert code_before_reading(ods.getvalue()) == "format-unsupported"


def test_a_workbook_without_its_tables_is_unreadable() -> None:
    data = repacked(TITLES_XLSX.read_bytes(), lambda parts: parts.pop("xl/worksheets/sheet1.xml"))

    assert code_of_refusal(data) == "sheet-unreadable"


def read_or_refuse(data: bytes) -> None:
    with suppress(InputError):
        sheets.read(data, "x")


@given(st.binary(max_size=2000), st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf", b'No;Nama;"']))
def test_random_bytes_raise_only_our_errors(data: bytes, start: bytes) -> None:
    read_or_refuse(start + data)


@given(st.integers(0, 8393), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_raises_only_our_errors(position: int, damage: bytes) -> None:
    whole = TITLES_XLSX.read_bytes()

    read_or_refuse(whole[:position] + damage + whole[position + len(damage) :])


@given(st.text(alphabet='<>/="rctvsA1:&;#x9E-. ', max_size=60))
def test_a_strange_table_raises_only_our_errors(xml: str) -> None:
    read_or_refuse(with_table(f'<sheetData><row r="1"><c r="A1" t="d">{xml}</c></row></sheetData>'))
