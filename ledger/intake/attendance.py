"""An attendance sheet to people: every bad row explained, nothing guessed, nothing stored."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from ledger.domain import regions
from ledger.domain.people import MAJORITY, BirthDate, FullName, NationalId
from ledger.domain.values import Personal
from ledger.errors import InputError
from ledger.intake import dates, marks, origins, sheets, tables
from ledger.intake.cells import Cells, district, sex
from ledger.intake.roster import Problem, Roster, Row
from ledger.intake.tables import Changes, Table

ROUNDED_ROWS = 10  # From so many on, the share of NIKs ending in 0 says something; by chance it is 10 %.
ROUNDED_PERCENT = 30


def read(
    data: bytes,
    filename: str,
    *,
    groups: Collection[str],
    days: int,
    first_day: date,
    changes: Changes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Roster:
    """The people of a training's attendance sheet, and what is wrong with the rest.

    Args:
        data: CSV or XLSX, at most 10 MiB.
        filename: Stands for the sheet's name where the file is a CSV.
        groups: Codes of the training's quotas: regions ("32.75") or units ("PUSAT").
        days: Days of the training; the sheet has a column for each.
        first_day: On which everybody must be of age (R16).
        changes: What stands in place of a cell, by sheet, row and column title; the file itself is not changed.
        progress: Called after each row with the rows read and the rows there are.

    Raises:
        InputError: The file as a whole is refused: no sheet, no header, or its NIKs are destroyed.
    """
    found, skipped = tables.find(sheets.read(data, filename), days=days, first_day=first_day)
    found = tuple(tables.changed(table, changes or {}) for table in found)
    for table in found:
        _refuse_numbers(table)
        _refuse_rounded(table)
    reader = _Reader(origins.index(groups), days, first_day)
    total = sum(len(table.lines) for table in found)
    for done, cells in enumerate(chain.from_iterable(map(_cells, found)), 1):
        reader.take(cells)
        if progress is not None:
            progress(done, total)
    return Roster(
        people=tuple(reader.people),
        problems=tuple(reader.problems),
        skipped=skipped,
        kept_columns=_union(table.columns.kept for table in found),
        dropped_columns=_union(table.columns.dropped for table in found),
    )


def _cells(table: Table) -> Iterable[Cells]:
    return (Cells(table.sheet, table.columns, line) for line in table.lines)


def _union(titles: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(titles)))


def _refuse_numbers(table: Table) -> None:
    """A spreadsheet program keeps 15 digits of a number: most such NIKs are somebody else's by now."""
    for line in table.lines:
        if table.columns.cell("nik", line).kind == "number":
            raise InputError("nik-numeric", sheet=table.number, row=line.row)


def _refuse_rounded(table: Table) -> None:
    """The same loss, after the numbers were made text again."""
    written = [table.columns.text("nik", line) for line in table.lines]
    filled = [nik for nik in written if nik]
    percent = 100 * sum(nik.endswith("0") for nik in filled) / max(len(filled), 1)
    if len(filled) >= ROUNDED_ROWS and percent > ROUNDED_PERCENT:
        raise InputError("nik-rounded", sheet=table.number, got=round(percent), maximum=ROUNDED_PERCENT)


@dataclass(slots=True)
class _Reader:
    """Reads row after row; knows which NIKs it has seen."""

    spellings: Mapping[str, str]
    days: int
    first_day: date
    people: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[NationalId, Cells] = field(default_factory=dict)

    def take(self, cells: Cells) -> None:
        person = self._person(cells) if cells.fit() else None
        if person is not None and not cells.problems:
            self.people.append(person)
        self.problems += cells.problems

    def _person(self, cells: Cells) -> Row | None:
        name = cells.take("name", FullName.parse)
        nik = cells.take("nik", NationalId.parse)
        declared = cells.take("sex", sex)
        born = cells.take("born", dates.parse)
        group = cells.take("group", lambda text: origins.find(text, self.spellings))
        place = cells.take("district", district)
        attended = [cells.take(day, marks.parse) for day in range(1, self.days + 1)]
        if nik is not None:
            self._refuse_seen(cells, nik)
        if born is not None and not BirthDate.of(born).adult_on(self.first_day):
            cells.refuse("born", "under-age", minimum=MAJORITY)
        if name is None or nik is None or declared is None or born is None or group is None:
            return None
        return Row(
            row=cells.line.row,
            sheet=cells.sheet,
            name=name,
            nik=nik,
            born=BirthDate.of(born),
            sex=declared,
            group=group,
            district=Personal(place) if place else None,
            marks="".join(mark for mark in attended if mark),
            warnings=tuple(_warnings(cells, nik, declared, born, self.first_day)),
        )

    def _refuse_seen(self, cells: Cells, nik: NationalId) -> None:
        first = self.seen.setdefault(nik, cells)
        if first is not cells:
            cells.refuse("nik", "nik-duplicate", first=first.line.row, sheet=first.sheet)


def _warnings(cells: Cells, nik: NationalId, declared: str, born: date, on: date) -> Iterable[Problem]:
    """A NIK may lawfully differ from what it says: these ask for a look (domain: soft checks of a NIK)."""
    if not nik.fits(born):
        other = dates.swapped(born)
        is_swapped = other is not None and nik.fits(other)
        yield cells.problem("born", "birth-date-swapped" if is_swapped else "birth-date-differs")
    if nik.sex != declared:
        yield cells.problem("sex", "sex-differs")
    if not regions.exists(nik.province, on):
        yield cells.problem("nik", "nik-region-unknown")
