"""Values that the whole domain shares: days, ids, personal data that cannot pass as plain text."""

import calendar
import os
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Self, final
from uuid import UUID

from ledger.errors import InputError

WIB = timezone(timedelta(hours=7), "WIB")  # The legal day of IPSPI's acts (R39); Indonesia has no summer time.
EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=1024)  # A turn asks many times for one instant.
def legal_day(ms: int) -> date:
    """The civil day in WIB of an instant in ms UTC (R39)."""
    return datetime.fromtimestamp(ms / 1000, WIB).date()


def to_days(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def from_days(days: int) -> date:
    """Raises: InputError: outside the years 1 to 9999."""
    try:
        return date.fromordinal(days + EPOCH)
    except (ValueError, OverflowError) as cause:
        raise InputError("day-out-of-range", got=days) from cause


def start_of(day: date) -> int:
    """Seconds UTC at which the legal day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=WIB).timestamp())


def valid_through(start: date, months: int) -> date:
    """The inclusive last day of a period: 29 February + n years is 28 February where no leap day is (R8, R39).

    Raises: InputError: `day-out-of-range`.
    """
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise InputError("day-out-of-range", got=years)
    return date(years, month + 1, min(start.day, calendar.monthrange(years, month + 1)[1]))


def new_id(now_ms: int) -> UUID:
    """A random, time-ordered UUIDv7: 48 bits of ms, 74 random bits.

    Source: RFC 9562, section 5.7. Python 3.11 has none of its own.
    """
    random = int.from_bytes(os.urandom(10), "big")
    value = now_ms << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)


class Personal:
    """Text about a person. Not a `str`: neither mypy nor string formatting lets it pass as plain text (R29).

    Only the vault and what prints a paper for its holder call `reveal`.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @final
    def reveal(self) -> str:
        return self._text

    @final
    def __repr__(self) -> str:
        return f"{type(self).__name__}(sealed)"

    @final
    def __str__(self) -> str:
        raise TypeError("personal data has no plain text form")

    @final
    def __format__(self, spec: str) -> str:
        raise TypeError("personal data has no plain text form")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._text == self._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: InputError: the message never repeats the text."""
        return cls(text)
