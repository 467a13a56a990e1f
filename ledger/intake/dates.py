"""Dates as people write them in Indonesia: the day first, always."""

import re
from datetime import date

from ledger.domain.people import EARLIEST
from ledger.errors import InputError

MONTHS = {
    **dict.fromkeys(("januari", "jan"), 1),
    **dict.fromkeys(("februari", "pebruari", "feb", "peb"), 2),
    **dict.fromkeys(("maret", "mar"), 3),
    **dict.fromkeys(("april", "apr"), 4),
    **dict.fromkeys(("mei",), 5),
    **dict.fromkeys(("juni", "jun"), 6),
    **dict.fromkeys(("juli", "jul"), 7),
    **dict.fromkeys(("agustus", "agust", "agu", "agt", "ags"), 8),
    **dict.fromkeys(("september", "sept", "sep"), 9),
    **dict.fromkeys(("oktober", "okt"), 10),
    **dict.fromkeys(("november", "nopember", "nov", "nop"), 11),
    **dict.fromkeys(("desember", "des"), 12),
}
ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
IN_WORDS = re.compile(r"(?P<day>[0-9]{1,2})[ -]+(?P<month>[a-z]+)\.?[ -]+(?P<year>[0-9]{4})")


def parse(text: str) -> date:
    """17/08/1985, 1985-08-17, 17 Agustus 1985; also behind a place or a weekday: "Bekasi, 17-8-1985".

    Raises: InputError: date-missing, date-malformed, date-impossible.
    """
    written = text.rpartition(",")[2].strip().lstrip("'").casefold()
    if not written:
        raise InputError("date-missing")
    found = ISO.fullmatch(written) or DAY_FIRST.fullmatch(written) or IN_WORDS.fullmatch(written)
    if found is None:
        raise InputError("date-malformed")
    month = found["month"]
    number = int(month) if month.isdigit() else MONTHS.get(month)
    if number is None:
        raise InputError("date-malformed")
    return _civil(int(found["year"]), number, int(found["day"]))


def _civil(year: int, month: int, day: int) -> date:
    if year < EARLIEST:
        raise InputError("date-impossible")
    try:
        return date(year, month, day)
    except ValueError:
        raise InputError("date-impossible") from None


def swapped(day: date) -> date | None:
    """Day and month exchanged, as a spreadsheet in an American locale does; None where that is no date."""
    return date(day.year, day.day, day.month) if day.day <= 12 else None
