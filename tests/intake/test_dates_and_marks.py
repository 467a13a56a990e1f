from datetime import date

import pytest

from ledger.errors import InputError
from ledger.intake import dates, marks


@pytest.mark.parametrize(
    "text",
    [
        "17/08/1985",
        "17-8-1985",
        "17.08.1985",
        "1985-08-17",
        "17 Agustus 1985",
        "17 AGT 1985",
        "17-Agu.-1985",
        "Bekasi, 17/08/1985",
        "'17/08/1985",
    ],
)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert dates.parse(text) == date(1985, 8, 17)


def test_the_day_always_comes_first() -> None:
    assert dates.parse("09/03/2020") == date(2020, 3, 9)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date-missing"),
        ("31/02/1985", "date-impossible"),
        ("08/17/1985", "date-impossible"),
        ("17/08/1085", "date-impossible"),
        ("17/08/85", "date-malformed"),
        ("17/08-1985", "date-malformed"),
        ("17 Augustus 1985", "date-malformed"),
        ("31276", "date-malformed"),
        ("¹7/08/1985", "date-malformed"),
    ],
)
def test_what_is_no_date_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        dates.parse(text)

    assert refused.value.code == code


def test_a_date_is_swapped_only_where_the_day_can_be_a_month() -> None:
    assert dates.swapped(date(1985, 3, 12)) == date(1985, 12, 3)
    assert dates.swapped(date(1985, 3, 13)) is None


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        (("H", "h", "1", "v", "✓", "✔\ufe0f", "Hadir"), "H"),
        (("A", "0", "x", "✗", "alpa", "ALPHA", "tidak  hadir"), "A"),
        (("I", "izin", "Ijin"), "I"),
        (("S", "Sakit"), "S"),
    ],
)
def test_marks_are_read_in_every_common_hand(written: tuple[str, ...], mark: str) -> None:
    assert {marks.parse(text) for text in written} == {mark}


@pytest.mark.parametrize(("text", "code"), [("?", "mark-unknown"), ("2", "mark-unknown"), (" ", "mark-missing")])
def test_an_unclear_mark_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        marks.parse(text)

    assert refused.value.code == code
