"""The cells of one person's row, each parsed once; what is wrong with them is collected, not raised."""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from ledger.domain.values import Personal
from ledger.errors import InputError
from ledger.intake.columns import Columns, Role
from ledger.intake.roster import Problem
from ledger.intake.sheets import Line

FORMULA = re.compile("[=+@-].")  # A spreadsheet program would run it when the list is opened again.
SEXES = {
    **dict.fromkeys(("l", "lk", "laki laki", "laki", "pria"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita"), "P"),
}
MAX_DISTRICT = 100  # characters

T = TypeVar("T")


class Cells:
    def __init__(self, sheet: str, columns: Columns, line: Line) -> None:
        self.sheet = sheet
        self.columns = columns
        self.line = line
        self.problems: list[Problem] = []

    def fit(self) -> bool:
        """Whether every cell can stand under its own title: a comma too many or too few shifts them all."""
        width = len(self.columns.titles)
        if len(self.line.cells) < self.columns.width:
            self.refuse("", "row-short", got=len(self.line.cells), expected=width)
        elif any(cell.text for cell in self.line.cells[width:]):
            self.refuse("", "row-long", got=len(self.line.cells), expected=width)
        return not self.problems

    def take(self, role: Role, parse: Callable[[str], T]) -> T | None:
        """The parsed cell; None, and a problem more, where the parser refuses it."""
        text = self._text(role)
        try:
            _refuse_formula(text)
            return parse(text)
        except InputError as refused:
            self.refuse(role, refused.code, **refused.facts)
            return None

    def refuse(self, role: Role, code: str, **facts: object) -> None:
        self.problems.append(self.problem(role, code, **facts))

    def problem(self, role: Role, code: str, **facts: object) -> Problem:
        value = Personal(self._text(role))
        return Problem(self.line.row, self.sheet, self.columns.title(role), code, value, facts)

    def _text(self, role: Role) -> str:
        """A table without a column of groups is a group itself, named by its sheet; "" is the whole row."""
        if role == "":
            return " ".join(cell.text for cell in self.line.cells if cell.text)
        if role == "group" and role not in self.columns.at:
            return self.sheet
        return self.columns.text(role, self.line)


def _refuse_formula(text: str) -> None:
    if FORMULA.match(text):
        raise InputError("formula")


def sex(text: str) -> str:
    """L or P. Raises: InputError: sex-unknown."""
    words = " ".join(re.findall("[a-z]+", text.casefold()))
    if words not in SEXES:
        raise InputError("sex-unknown", expected="L, P")
    return SEXES[words]


def district(text: str) -> str:
    """ "" where none is given. Raises: InputError: district-malformed."""
    if len(text) > MAX_DISTRICT or any(unicodedata.category(one).startswith("C") for one in text):
        raise InputError("district-malformed", maximum=MAX_DISTRICT)
    return "" if text == "-" else text
