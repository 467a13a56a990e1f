"""The empty sheet that we hand out reads back once it is filled in."""

import io
import re
import zipfile
from datetime import date
from functools import partial

import pytest

from ledger.intake import attendance
from ledger.intake.roster import Expected
from ledger.intake.template import workbook
from ledger.messages import say
from tests.intake.filling import filled

PLAN = Expected(("32.75", "32.16", "PUSAT"), 2, date(2020, 2, 17))
ROW = ("1", "Budi Santoso", "3275011708850001", "L", "17/08/1985", "Bekasi Timur", "Kota Bekasi", "H", "S")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_filled_template_is_read_without_a_word(lang: str) -> None:
    data = filled(workbook(PLAN, partial(say, lang=lang)), [ROW])

    roster = attendance.read(data, "sheet.xlsx", groups=PLAN.groups, days=2, first_day=PLAN.first_day)

    (person,) = roster.people
    assert (person.nik.reveal(), person.group, person.marks) == ("3275011708850001", "32.75", "HS")
    assert (roster.problems, roster.warnings, roster.skipped) == ((), (), ())


def test_the_template_types_the_nik_as_text_offers_marks_and_says_what_the_data_is_for() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(PLAN, say))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()

    column = re.search(r'<col min="3" max="3" [^>]*style="(\d)"', sheet)
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    assert column is not None
    assert formats[int(column[1])] == "49"  # Text. Source: ECMA-376, part 1, 18.8.30
    assert sheet.count("H,A,I,S") == PLAN.days
    assert "Kota Bekasi,Kabupaten Bekasi,PUSAT" in sheet
    assert "UU 27/2022" in sheet.partition("<oddFooter>")[2]


def test_groups_too_many_for_a_list_are_typed() -> None:
    many = Expected(tuple(f"32.{n:02}" for n in range(1, 71)), 1, date(2020, 2, 17))

    with zipfile.ZipFile(io.BytesIO(workbook(many, say))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert 'sqref="G2' not in sheet


def test_an_empty_template_holds_nobody() -> None:
    roster = attendance.read(workbook(PLAN, say), "sheet.xlsx", groups=PLAN.groups, days=2, first_day=PLAN.first_day)

    assert (roster.people, roster.problems) == ((), ())
