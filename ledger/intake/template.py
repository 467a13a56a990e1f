"""An empty attendance sheet that reads back without a word: the NIK is text, marks are chosen from a list."""

import io
from collections.abc import Callable

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ledger.domain.regions import REGIONS
from ledger.intake.roster import Expected

ROWS = 1000  # that are prepared; more may be written below them
COLUMNS = (("number", 6), ("name", 32), ("nik", 22), ("sex", 6), ("born", 16), ("district", 20), ("group", 24))
DAY_WIDTH = 9
LONGEST_LIST = 255  # characters of a list inside a cell's rule, of the program that reads it
TEXT = 49  # The number format "@". Source: ECMA-376, part 1, 18.8.30
MARKS, SEXES = ("H", "A", "I", "S"), ("L", "P")
LAST_TITLED = 1  # Row of the header.


def workbook(plan: Expected, say: Callable[[str], str]) -> bytes:
    """An .xlsx for a training.

    Args:
        say: The sentence of a key: `s.sheet.title`, `s.sheet.privacy`, `s.sheet.day`, and `s.sheet.<column>`.
    """
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet(say("s.sheet.title"))
        text = book.add_format({"num_format": TEXT})  # Else a program keeps 15 of a NIK's 16 digits.
        head = book.add_format({"bold": True, "bottom": 1, "num_format": TEXT, "text_wrap": True})
        titles = [say(f"s.sheet.{name}") for name, _ in COLUMNS]
        titles += [f"{say('s.sheet.day')} {day}" for day in range(1, plan.days + 1)]
        for column, (_, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width, text)
        sheet.set_column(len(COLUMNS), len(titles) - 1, DAY_WIDTH, text)
        sheet.write_row(0, 0, titles, head)
        _choices(sheet, 3, SEXES)
        _choices(sheet, 6, [REGIONS[code].name if code in REGIONS else code for code in plan.groups])
        for day in range(plan.days):
            _choices(sheet, len(COLUMNS) + day, MARKS)
        sheet.freeze_panes(LAST_TITLED, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{say('s.sheet.privacy')}")
    return made.getvalue()


def _choices(sheet: Worksheet, column: int, source: list[str] | tuple[str, ...]) -> None:
    if len(",".join(source)) <= LONGEST_LIST:
        rule = {"validate": "list", "source": list(source)}
        sheet.data_validation(LAST_TITLED, column, ROWS, column, rule)
