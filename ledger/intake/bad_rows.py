"""The bad rows of a sheet, as a sheet: what is wrong stands beside each, and once put right it is sent again."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable

from xlsxwriter import Workbook

from ledger.intake import sheets, tables
from ledger.intake.roster import Expected, Problem
from ledger.intake.tables import Changes
from ledger.intake.template import TEXT


def workbook(
    data: bytes, filename: str, plan: Expected, changes: Changes, problems: Iterable[Problem], say: Callable[..., str]
) -> bytes:
    """An .xlsx with each table's header and its bad rows, the last column telling why. Raises: InputError."""
    why: dict[tuple[str, int], list[str]] = defaultdict(list)
    for problem in problems:
        reason = say(f"e.{problem.code}", **problem.facts)
        why[problem.sheet, problem.row].append(f"{problem.column}: {reason}" if problem.column else reason)
    found, _ = tables.find(sheets.read(data, filename), days=plan.days, first_day=plan.first_day)
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        text = book.add_format({"num_format": TEXT})
        for table in found:
            bad = [line for line in tables.changed(table, changes).lines if (table.sheet, line.row) in why]
            if not bad:
                continue
            sheet = book.add_worksheet()
            last = len(table.columns.titles)
            sheet.set_column(0, last, 20, text)
            sheet.write_row(0, 0, [*table.columns.titles, say("s.imports.why")], text)
            for at, line in enumerate(bad, 1):
                sheet.write_row(at, 0, [cell.text for cell in line.cells[:last]], text)
                sheet.write_string(at, last, " ".join(why[table.sheet, line.row]), text)
        if not book.worksheets():
            book.add_worksheet()
    return made.getvalue()
