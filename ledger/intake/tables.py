"""Parts the lines of sheets into those of people and those that are nobody's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ledger.domain.values import Personal
from ledger.errors import InputError
from ledger.intake import columns
from ledger.intake.columns import Columns
from ledger.intake.roster import Skipped
from ledger.intake.sheets import HEAD, Cell, Line, Sheet

NUMBERED = re.compile(r"[0-9]{1,5}\.?")
PERSON = ("name", "nik", "sex", "born", "group")


Changes = Mapping[tuple[str, int, str], str]  # sheet, row, title of the column -> what stands there instead


@dataclass(frozen=True, slots=True)
class Table:
    number: int  # Of the sheet.
    sheet: str
    columns: Columns
    lines: tuple[Line, ...]  # One a person.


def find(book: tuple[Sheet, ...], *, days: int, first_day: date) -> tuple[tuple[Table, ...], tuple[Skipped, ...]]:
    """One table at most in a sheet; a hidden sheet, or one without a header, is skipped whole.

    Raises: InputError: header-missing, column-missing, column-twice, days-differ.
    """
    tables: list[Table] = []
    skipped: list[Skipped] = []
    for sheet in book:
        found = None if sheet.hidden else columns.find(sheet, days=days, first_day=first_day)
        people = () if found is None else tuple(line for line in sheet.lines if _is_person(line, found))
        if found is not None:
            tables.append(Table(sheet.number, sheet.name, found, people))
        skipped += _others(sheet, people, found)
    if not tables:
        raise InputError("header-missing", rows=HEAD)
    return tuple(tables), tuple(skipped)


def changed(table: Table, changes: Changes) -> Table:
    """The same people with other cells; a change of a cell that is not there changes nothing."""
    lines = tuple(_changed_line(table, line, changes) for line in table.lines) if changes else table.lines
    return replace(table, lines=lines)


def _changed_line(table: Table, line: Line, changes: Changes) -> Line:
    cells = list(line.cells)
    for position, title in enumerate(table.columns.titles[: len(cells)]):
        text = changes.get((table.sheet, line.row, title))
        if text is not None and position in table.columns.at.values():
            cells[position] = Cell(text)
    return Line(line.row, tuple(cells))


def _others(sheet: Sheet, people: tuple[Line, ...], header: Columns | None) -> list[Skipped]:
    known = {line.row for line in people}
    if header is not None:
        known.update(range(header.first_row, header.last_row + 1))
    return [
        Skipped(line.row, sheet.name, Personal(" ".join(cell.text for cell in line.cells if cell.text)))
        for line in sheet.lines
        if line.row not in known and not line.is_blank()
    ]


def _is_person(line: Line, header: Columns) -> bool:
    """Numbered, or with a NIK, or all but one of a person's cells filled: a signature is none of these."""
    if line.row <= header.last_row or _is_repeated(line, header) or _counts_columns(line):
        return False
    filled = sum(bool(header.text(role, line)) for role in PERSON)
    is_numbered = NUMBERED.fullmatch(header.text("number", line)) is not None
    present = sum(role in header.at for role in PERSON)
    return (is_numbered and filled > 0) or filled >= present - 1 or _resembles_nik(header.text("nik", line))


def _is_repeated(line: Line, header: Columns) -> bool:
    """The header once more, at the top of a printed page."""
    return all(header.text(role, line) == header.title(role) for role in ("name", "nik"))


def _counts_columns(line: Line) -> bool:
    """The row "1 2 3 ..." or "(1) (2) (3) ..." that offices put under a header."""
    written = [cell.text.strip("()") for cell in line.cells if cell.text]
    return len(written) > 2 and written == [str(number) for number in range(1, len(written) + 1)]


def _resembles_nik(text: str) -> bool:
    """Not "NIP. 19650101 ...", the service number under a signature."""
    return sum(map(str.isdigit, text)) >= 12 and not any(map(str.isalpha, text))
