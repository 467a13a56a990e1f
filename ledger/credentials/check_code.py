"""The short `kode cek` on the paper: eight random characters that stand for its code when nothing can scan it.

40 bits: with 100 000 certificates one of eleven million guesses hits, and the guesses are counted (docs/security.md).
Source of the alphabet: Crockford's base32, without I, L, O and U.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 8, 4  # characters
MEANT = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\t\r\n")  # What a hand writes for it, and what parts it.
LONGEST = 80  # No more characters are looked at.


def new() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As printed: XXXX-XXXX."""
    return f"{code[:GROUP]}-{code[GROUP:]}"


def typed(text: str) -> str:
    """What was meant, whether or not anything has it: O is 0, I and L are 1, spaces and hyphens mean nothing."""
    return text[:LONGEST].upper().translate(MEANT)
