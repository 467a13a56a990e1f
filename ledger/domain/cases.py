"""Cases: what a reader may send to the board, and what the board may answer; closed lists, and a number to ask by."""

import re
import secrets

from ledger.errors import InputError

REPORT, ASK = "report", "ask"
CONFIRMED = "confirmed"
CANNOT_SAY = "cannot-say"
ANSWERS = {ASK: (CONFIRMED, "not-confirmed", CANNOT_SAY), REPORT: ("misused", "not-misused", CANNOT_SAY)}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Without I, L, O, U. Source: Crockford's base 32.
LENGTH = 10  # Characters: 50 random bits.
ALIKE = str.maketrans("ILO", "110")


def new_number() -> str:
    """Unguessable: who knows it may ask how the case stands."""
    return _spaced("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def read_number(typed: str) -> str:
    """A typed number as it was given, whatever its case, spaces and look-alikes.

    Raises: InputError: `case-number`: it cannot be one; the error does not repeat it.
    """
    letters = re.sub(r"[\W_]+", "", typed[:100].upper()).translate(ALIKE)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        raise InputError("case-number", expected=f"{LENGTH}")
    return _spaced(letters)


def _spaced(letters: str) -> str:
    return f"{letters[:5]}-{letters[5:]}"
