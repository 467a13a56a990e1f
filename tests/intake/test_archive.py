"""Workbooks made to cost more than they say: the reader's own code would end the process, so nothing reaches it."""

import pytest

from ledger.intake import sheets
from tests.intake.test_sheets import code_before_reading, repacked, with_table, workbook

ONE = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1"><c r="a1048576"><v>1</v></c></row>',
        '<row r="1"><c r="Xfd1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999"><v>1</v></c></row>',
        '<row r="1"><c r="A00001048576"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ5"><v>1</v></c></row>',
        '<row r="1"><c r="1048576XFD"><v>1</v></c></row>',
        '<row r="1"><c r="B1"/><c r="A1"><v>1</v></c></row>',
        '<row r="99999999"><c><v>1</v></c></row>',
        '<row r="A1048576"><c><v>1</v></c></row>',
        '<row r="01048576"><c><v>1</v></c></row>',
        '<row r="1"><row r="1048576"/><c><v>1</v></c></row>',
        '<c r="A1"><v>1</v></c>',
    ],
)
def test_a_cell_or_row_that_is_not_in_its_place_never_reaches_the_reader(rows: str) -> None:
    assert code_before_reading(with_table(f"<sheetData>{rows}</sheetData>")) == "sheet-unreadable"


def test_a_cell_in_the_first_row_does_not_call_back_the_rows_before_it() -> None:
    rows = '<row r="9999999"><c r="A1"/><c><v>1</v></c></row>'

    assert code_before_reading(with_table(f"<sheetData>{rows}</sheetData>")) == "sheet-too-large"


def test_room_for_more_shared_texts_than_anybody_has_is_not_made() -> None:
    strings = b'<sst xmlns="x" count="1" uniqueCount="4294967295"><si><t>a</t></si></sst>'
    data = repacked(workbook(), lambda parts: parts.update({"xl/sharedStrings.xml": strings}))

    assert code_before_reading(data) == "sheet-too-large"


@pytest.mark.parametrize(
    ("before", "encoding", "after"), [("\ufeff<a>", "utf-16-be", "</a>"), ("\ufeff<a>", "utf-16-le", "</a>")]
)
def test_a_part_in_another_alphabet_is_read_as_the_reader_does(before: str, encoding: str, after: str) -> None:
    far = '<row r="1"><c r="XFD1048576"><v>1</v></c></row>'
    table = f'<worksheet xmlns="x"><sheetData>{far}</sheetData></worksheet>'.encode()
    hidden = before.encode(encoding) + table + b" " * (len(table) % 2) + after.encode(encoding)
    data = repacked(workbook(), lambda parts: parts.update({"xl/worksheets/sheet1.xml": hidden}))

    assert code_before_reading(data) == "sheet-unreadable"


def test_a_part_that_names_another_alphabet_is_not_believed() -> None:
    named = b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'
    data = repacked(workbook(), lambda parts: parts.update({"xl/styles.xml": named}))

    assert code_before_reading(data) == "sheet-unreadable"


def test_the_order_of_calculation_is_no_table() -> None:
    chain = b'<calcChain xmlns="x"><c r="B1" i="1"/><c r="A1"/></calcChain>'
    data = repacked(with_table(ONE), lambda parts: parts.update({"xl/calcChain.xml": chain}))

    (sheet,) = sheets.read(data, "x.xlsx")

    assert [cell.text for cell in sheet.lines[0].cells] == ["1"]
