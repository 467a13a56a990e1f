"""Working days: Monday to Friday, but those that the rule book names as holidays."""

from datetime import date, timedelta

from ledger.domain.rulebook import parameter

SATURDAY = 5


def due(asked: date, days: int) -> date:
    """The working day by whose end an answer is due: the day of asking does not count."""
    day = asked
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def left(today: date, until: date) -> int:
    """Working days after today up to and including `until`; 0 once it has come."""
    days = (today + timedelta(days=n) for n in range(1, (until - today).days + 1))
    return sum(map(is_workday, days))


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day.isoformat() not in parameter("case.holidays", day)
