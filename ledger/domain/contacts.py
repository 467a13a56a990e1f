"""How a person may be reached, if the person wants that: a telephone number, an address for mail; never plain text."""

import re
from dataclasses import dataclass
from typing import Self

from ledger.domain.values import Personal
from ledger.errors import InputError

NATIONAL = re.compile(r"(?:\+?62|0062|0)([2-9][0-9]{7,11})")
LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
MAIL = re.compile(rf"({LOCAL})@((?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+[a-z]{{2,24}})", re.IGNORECASE)
LONGEST_MAIL = 254  # characters. Source: RFC 5321, section 4.5.3.1.3, without the brackets


class Phone(Personal):
    """A number of Indonesia as +62 and 8 to 12 digits. Source: ITU-T E.164."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Accepts 0812…, 62812… and +62812…, with spaces, dots, hyphens and brackets. Raises: InputError."""
        found = NATIONAL.fullmatch(re.sub(r"[\s().-]", "", text))
        if found is None:
            raise InputError("phone-malformed")
        return cls(f"+62{found[1]}")


class Email(Personal):
    """An address as mail servers outside take it: ASCII, its domain in lower case. Source: RFC 5321, section 4.1.2."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: InputError."""
        written = text.strip()
        found = MAIL.fullmatch(written)
        if found is None or len(written) > LONGEST_MAIL:
            raise InputError("email-malformed")
        return cls(f"{found[1]}@{found[2].lower()}")


@dataclass(frozen=True, slots=True)
class Contact:
    """What of it the person has given; None: nothing."""

    phone: Phone | None = None
    email: Email | None = None
