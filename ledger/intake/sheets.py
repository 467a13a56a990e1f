"""Bytes of a spreadsheet to lines of cells, each with its row number and kind."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Literal, NamedTuple

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ledger.errors import InputError
from ledger.intake import archive

MAX_BYTES = 10 * 2**20
MAX_TEXT = 20_000_000  # characters in all sheets together
HEAD = 15  # Rows within which the header stands, and by which the delimiter is judged.
DELIMITERS = ";,\t"
ZIP = b"PK\x03\x04"
FOREIGN = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "XLS",  # Also an XLSX with a password.
    b"%PDF": "PDF",
    b"PK\x05\x06": "ZIP",
}

Kind = Literal["text", "number", "date"]


class Cell(NamedTuple):
    text: str  # A number without a needless ".0", a date as ISO 8601.
    kind: Kind = "text"


EMPTY = Cell("")


class Line(NamedTuple):
    row: int  # As the spreadsheet program counts: from 1.
    cells: tuple[Cell, ...]

    def is_blank(self) -> bool:
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    number: int  # From 1; for errors, which name nothing that a stranger wrote.
    name: str
    lines: tuple[Line, ...]
    hidden: bool = False


def read(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """CSV (comma, semicolon, tab; UTF-8 or Windows-1252) or XLSX, told by content; the name titles a CSV.

    Raises: InputError: input-too-large, sheet-empty, format-unsupported, sheet-unreadable, sheet-too-large,
        csv-quote.
    """
    if len(data) > MAX_BYTES:
        raise InputError("input-too-large", got=len(data), maximum=MAX_BYTES)
    for magic, name in FOREIGN.items():
        if data.startswith(magic):
            raise InputError("format-unsupported", got=name, expected="XLSX, CSV")
    sheets = _workbook(data) if data.startswith(ZIP) else (_csv(data, PureWindowsPath(filename).stem),)
    if all(line.is_blank() for sheet in sheets for line in sheet.lines):
        raise InputError("sheet-empty")
    return sheets


def _csv(data: bytes, name: str) -> Sheet:
    text = _decoded(data)
    head = text.split("\n", HEAD)[:HEAD]
    delimiter = max(DELIMITERS, key=lambda one: max(line.count(one) for line in head))
    return Sheet(1, name, _Budget().spend(_records(text, delimiter)))


def _decoded(data: bytes) -> str:
    """Windows-1252 only where the bytes are not UTF-8; neither has a zero byte in a sheet."""
    if b"\x00" in data:
        raise InputError("sheet-unreadable")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise InputError("sheet-unreadable") from None  # The cause would carry the whole file.


def _records(text: str, delimiter: str) -> Iterator[Line]:
    row = 0
    try:
        # Strict: a quote left open would else swallow the rows below it into one cell.
        for row, values in enumerate(csv.reader(io.StringIO(text, ""), delimiter=delimiter, strict=True), 1):
            yield Line(row, tuple(map(_cell, values)))
    except csv.Error:
        raise InputError("csv-quote", row=row + 1) from None


def _workbook(data: bytes) -> tuple[Sheet, ...]:
    clean = archive.cleaned(data)
    budget = _Budget()  # One for all: several sheets may share one table inside the file.
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(clean)) as book:
            return tuple(
                Sheet(
                    number,
                    table.name,
                    budget.spend(_lines(book, table.name)),
                    hidden=table.visible != SheetVisibleEnum.Visible,
                )
                for number, table in enumerate(book.sheets_metadata, 1)
                if table.typ == SheetTypeEnum.WorkSheet
            )
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # A panic inside the reader is no Exception; and any message may repeat a cell.
        raise InputError("sheet-unreadable") from None


def _lines(book: CalamineWorkbook, name: str) -> Iterator[Line]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return (Line(number, tuple(map(_cell, row))) for number, row in enumerate(rows, 1))


def _cell(value: object) -> Cell:
    if value == "":
        return EMPTY  # Most cells of a wide sheet.
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, int | float):
        return Cell(str(int(value)) if float(value).is_integer() else str(value), "number")
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), "date")
    if isinstance(value, date):
        return Cell(value.isoformat(), "date")
    return Cell(str(value).strip())


class _Budget:
    """What the sheets of one upload may hold together."""

    def __init__(self) -> None:
        self._cells = archive.MAX_CELLS
        self._text = MAX_TEXT

    def spend(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Raises: InputError: sheet-too-large."""
        kept = []
        for line in lines:
            self._cells -= len(line.cells)
            self._text -= sum(len(cell.text) for cell in line.cells)
            is_outside = line.row > archive.MAX_ROWS or len(line.cells) > archive.MAX_COLUMNS
            if is_outside or self._cells < 0 or self._text < 0:
                raise archive.too_large()
            kept.append(line)
        return tuple(kept)
