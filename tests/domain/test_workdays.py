from datetime import date

import pytest

from ledger.domain.workdays import due, is_workday, left


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (date(2026, 10, 19), date(2026, 10, 26)),  # Monday to Monday
        (date(2026, 10, 22), date(2026, 10, 29)),  # over one weekend
        (date(2026, 10, 24), date(2026, 10, 30)),  # asked on a Saturday
        (date(2026, 12, 21), date(2026, 12, 30)),  # over 24 and 25 December
        (date(2026, 3, 17), date(2026, 3, 31)),  # over Nyepi and Idulfitri
    ],
)
def test_five_working_days_leave_out_weekends_and_holidays(asked: date, answered: date) -> None:
    assert due(asked, 5) == answered


def test_the_days_that_are_left_count_down_to_none() -> None:
    until = date(2026, 10, 29)

    assert [left(date(2026, 10, day), until) for day in (22, 23, 25, 28, 29, 30)] == [5, 4, 4, 1, 0, 0]


def test_holidays_are_those_of_the_entry_in_force() -> None:
    assert not is_workday(date(2026, 8, 17))
    assert is_workday(date(2026, 8, 18))
    assert is_workday(date(2020, 8, 17))  # No list says so of that year.
