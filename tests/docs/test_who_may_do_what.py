"""docs/who-may-do-what.md is the table that the rules ask."""

import re
from datetime import date
from pathlib import Path

from ledger.domain.decrees import MATTERS
from ledger.domain.rulebook import acts, parameter
from ledger.events import KINDS

PAGE = (Path(__file__).parents[2] / "docs/who-may-do-what.md").read_text(encoding="utf-8")
BEGINS = date(2026, 11, 1)


def test_the_page_has_the_rows_of_the_table() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ((?:`[\w./-]+`(?:, )?)+) \| (\w+) \| ([\w-]+) \| ([\w-]+) \|$", PAGE, re.M)

    told = [(row[0], tuple(re.findall(r"`([^`]+)`", row[1])), *row[2:]) for row in rows]

    assert told == [(r.act, r.kinds, r.by, r.approved or "-", r.decree or "-") for r in acts(BEGINS)]


def test_the_table_names_kinds_organs_and_matters_that_there_are() -> None:
    rows = acts(BEGINS)
    kinds = [kind for row in rows for kind in row.kinds]

    assert {kind.partition("/")[0] for kind in kinds} <= set(KINDS)
    assert len(kinds) == len(set(kinds))
    assert {row.by for row in rows} | {row.approved for row in rows} <= {"central", "board", "either", ""}
    assert {row.decree for row in rows} <= {*MATTERS, ""}


def test_what_needs_a_second_person_says_which_organ_gives_one() -> None:
    needed = set(parameter("approval.needed", BEGINS))

    approved = {kind.partition("/")[0] for row in acts(BEGINS) if row.approved for kind in row.kinds}

    assert needed <= approved


def test_before_its_first_day_no_organ_is_asked() -> None:
    assert acts(date(2026, 10, 31)) == ()
