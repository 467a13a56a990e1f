"""Finds the header of a table by its words and says which column is what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.errors import InputError
from ledger.intake import dates
from ledger.intake.sheets import EMPTY, HEAD, Cell, Line, Sheet

Role = str | int  # What a column is for; a number is that day of the training.

TITLES: Mapping[str, Role] = {
    **dict.fromkeys(("no", "nomor", "no urut", "nomor urut"), "number"),
    **dict.fromkeys(("nama", "nama lengkap", "nama peserta", "nama lengkap peserta"), "name"),
    **dict.fromkeys(("nik", "no nik", "nomor nik", "no ktp", "nik ktp", "nomor induk kependudukan"), "nik"),
    **dict.fromkeys(("l p", "lp", "jk", "j k", "jenis kelamin", "kelamin", "sex"), "sex"),
    **dict.fromkeys(("tanggal lahir", "tgl lahir", "tempat tanggal lahir", "tempat tgl lahir", "ttl"), "born"),
    **dict.fromkeys(("utusan", "asal utusan", "kelompok", "kontingen", "asal daerah"), "group"),
    **dict.fromkeys(("kecamatan", "kec"), "district"),
    **dict.fromkeys(("kehadiran", "hadir", "daftar hadir"), 1),
}
DAY = re.compile("(?:hari|day)(?: ke)? ?([0-9]{1,2}|i{1,3}|iv|v)")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
REQUIRED = ("name", "nik", "sex", "born")


@dataclass(frozen=True, slots=True)
class Columns:
    """`at` gives the position of each role, `titles` what stands above every position."""

    at: Mapping[Role, int]
    titles: tuple[str, ...]
    first_row: int  # Of the header.
    last_row: int

    @property
    def kept(self) -> tuple[str, ...]:
        """Titles of what a reader takes over; a running number is not."""
        return tuple(self.titles[position] for role, position in self.at.items() if role != "number")

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(title for title in self.titles if title and title not in self.kept)

    @property
    def width(self) -> int:
        """Cells that a row needs to reach every column we read."""
        return max(self.at.values()) + 1

    def cell(self, role: Role, line: Line) -> Cell:
        """An empty one where the table has no such column or the row does not reach it."""
        position = self.at.get(role, len(line.cells))
        return line.cells[position] if position < len(line.cells) else EMPTY

    def text(self, role: Role, line: Line) -> str:
        return self.cell(role, line).text

    def title(self, role: Role) -> str:
        return self.titles[self.at[role]] if role in self.at else ""


def find(sheet: Sheet, *, days: int, first_day: date) -> Columns | None:
    """The header is the first of 15 rows with a name and a NIK column; days may stand in a row below it.

    Raises: InputError: column-missing, column-twice, days-differ.
    """
    for number, line in enumerate(sheet.lines[:HEAD]):
        roles = _roles(line, first_day)
        if {"name", "nik"} <= set(roles):
            below = sheet.lines[number + 1] if number + 1 < len(sheet.lines) else Line(0, ())
            columns = _joined(line, roles, below, _roles(below, first_day))
            _check(roles, days, sheet=sheet.number, row=line.row)
            return columns
    return None


def _roles(line: Line, first_day: date) -> list[Role | None]:
    return [_role(cell.text, first_day) for cell in line.cells]


def _role(title: str, first_day: date) -> Role | None:
    words = " ".join(re.findall(r"[^\W_]+", title.casefold()))
    if words in TITLES:
        return TITLES[words]
    if found := DAY.fullmatch(words):
        return ROMAN.get(found[1]) or int(found[1])
    try:
        return (dates.parse(title) - first_day).days + 1
    except InputError:
        return None


def _joined(line: Line, roles: list[Role | None], below: Line, under: list[Role | None]) -> Columns:
    """Above stands "Kehadiran" across two columns, below it "Hari 1" and "Hari 2": the lower row says more."""
    titles = [cell.text for cell in line.cells]
    last = line.row
    written = [role for cell, role in zip(below.cells, under, strict=True) if cell.text]
    if written and all(isinstance(role, int) for role in written):
        last = below.row
        for position, role in enumerate(under[: len(roles)]):
            if role is not None:
                roles[position], titles[position] = role, below.cells[position].text
    at = {role: position for position, role in enumerate(roles) if role is not None}
    return Columns(at, tuple(titles), line.row, last)


def _check(roles: list[Role | None], days: int, **where: int) -> None:
    for needed in REQUIRED:
        if needed not in roles:
            raise InputError("column-missing", column=needed, **where)
    for role in roles:
        if role is not None and roles.count(role) > 1:
            raise InputError("column-twice", column=role, **where)
    found = sorted(role for role in roles if isinstance(role, int))
    if found != list(range(1, days + 1)):
        raise InputError("days-differ", got=len(found), expected=days, **where)
