"""Certificate numbers: AUTHORITY-CODE-YEAR-SERIAL-CHECK, with a check character (R26).

Source: ISO/IEC 7064, MOD 37,36 over [0-9A-Z]; hyphens do not count. Example: IPSPI-PSG-2026-000123-C.
"""

import re

from ledger.errors import InputError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHAPE = re.compile(r"[A-Z]{3,16}-[A-Z]{2,6}-[0-9]{4}-[0-9]{6}-[0-9A-Z]")


def check_character(text: str) -> str:
    """The last character for these letters and digits; hyphens are ignored."""
    product = 36
    for character in text.replace("-", ""):
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def compose(authority: str, code: str, year: int, serial: int) -> str:
    """Raises: InputError: the parts do not make a number."""
    stem = f"{authority}-{code}-{year:04d}-{serial:06d}"
    return check(f"{stem}-{check_character(stem)}")


def check(number: str) -> str:
    """The number itself. Raises: InputError: not our shape, or the check character differs."""
    if not SHAPE.fullmatch(number):
        raise InputError("number-shape", expected="AAA-AA-2026-000123-C")
    if check_character(number[:-1]) != number[-1]:
        raise InputError("number-check", expected="check character")
    return number


def code_of(kind: str) -> str:
    """PEKSOS/GENERALIS -> PSG: first letter and next consonants are tradition, so the codes are a table.

    Unknown kinds take the first letters of their parts.
    """
    known = {"PEKSOS/GENERALIS": "PSG", "RELAWAN/PSM-DASAR": "PSM", "HADIR/PSM-DASAR": "HDR"}
    return known.get(kind) or "".join(part[0] for part in re.split(r"[/-]", kind))[:6].ljust(2, "X")
