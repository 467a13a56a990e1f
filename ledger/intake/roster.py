"""What a reading of an attendance sheet found: people, problems, and the lines it passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.domain.values import Personal


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sheet must fit: codes of the quotas, days of the training, and the first of them."""

    groups: tuple[str, ...]
    days: int
    first_day: date


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, or remarkable, in one cell. `column` is its title in the file, "" for the whole row."""

    row: int  # As the spreadsheet program counts.
    sheet: str
    column: str
    code: str
    value: Personal
    facts: Mapping[str, object] = field(default_factory=dict)

    def revealed(self) -> dict[str, object]:
        """With the value in plain text: only for the answer to whoever sent the file, never for a log."""
        return {
            "row": self.row,
            "sheet": self.sheet,
            "column": self.column,
            "code": self.code,
            "value": self.value.reveal(),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is nobody's: a title, a signature, a repeated header, all of a hidden sheet."""

    row: int
    sheet: str
    text: Personal

    def revealed(self) -> dict[str, object]:
        """With the text in plain: only for the answer to whoever sent the file, never for a log."""
        return {"row": self.row, "sheet": self.sheet, "text": self.text.reveal()}


@dataclass(frozen=True, slots=True)
class Row:
    """A person ready to be registered; the warnings ask for a look and refuse nothing."""

    row: int
    sheet: str
    name: FullName
    nik: NationalId
    born: BirthDate
    sex: str  # L or P, as declared.
    group: str  # The code of a quota.
    district: Personal | None  # Part of an address.
    marks: str  # H, A, I or S for each day, such as "HA".
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    people: tuple[Row, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    kept_columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]  # Read by nobody, stored nowhere.

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(warning for person in self.people for warning in person.warnings)
