"""Bytes as decimal digits, and the address in a code: a numeric segment is the densest text a code can carry."""

import re

from ledger.errors import VerificationError

CHUNK, CHUNK_DIGITS = 7, 17  # bytes, digits
TAIL_DIGITS = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15}  # bytes -> digits
TAIL_BYTES = {digits: size for size, digits in TAIL_DIGITS.items()}
MAX_DIGITS = 1000  # No more are looked at.
MAX_BYTES = 411  # What 1000 digits can carry: 58 chunks and a tail of 5.
HOST = re.compile(r"https?://(?:[^/?#@\s]*@)?([^/?#:@\s]+)", re.IGNORECASE)


def encode(data: bytes) -> str:
    """Bytes as digits, 7 bytes to 17 digits and the tail by `TAIL_DIGITS`."""
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return "".join(f"{int.from_bytes(chunk):0{_width(len(chunk))}d}" for chunk in chunks)


def decode(text: str) -> bytes:
    """The bytes of 1 to 1000 digits; every byte string has one spelling only.

    Raises:
        VerificationError: `code-unreadable`: another character, an impossible length, a chunk out of range.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise VerificationError("code-unreadable", expected=f"1..{MAX_DIGITS} digits")
    whole = len(text) - len(text) % CHUNK_DIGITS
    try:
        chunks = [int(text[at : at + CHUNK_DIGITS]).to_bytes(CHUNK) for at in range(0, whole, CHUNK_DIGITS)]
        if whole < len(text):
            chunks.append(int(text[whole:]).to_bytes(TAIL_BYTES[len(text) - whole]))
    except OverflowError as cause:
        raise VerificationError("code-unreadable", expected="chunks within their bytes") from cause
    except KeyError as cause:
        raise VerificationError("code-unreadable", expected="a length of whole bytes") from cause
    return b"".join(chunks)


def prefix(base: str) -> str:
    """What stands before the digits; `base` is scheme and host, such as `https://cek.ipspi.or.id`.

    The fragment never reaches a server, and `/q/` needs its slash on plain static hosts.
    """
    return f"{base}/q/#"


def url(base: str, token: bytes) -> str:
    return prefix(base) + encode(token)


def scanned(text: str, base: str) -> bytes:
    """The token in what a camera gives: our address with digits, or the digits alone.

    Raises:
        VerificationError: `code-foreign` (fact `host`) for another host's address; `code-unreadable`.
    """
    text = text.strip()
    if text.lower().startswith(prefix(base).lower()):
        return decode(text[len(prefix(base)) :])
    foreign = HOST.match(text)
    if foreign and not text.lower().startswith(f"{base}/".lower()):
        raise VerificationError("code-foreign", host=foreign[1].lower())
    return decode(text)


def _width(size: int) -> int:
    return CHUNK_DIGITS if size == CHUNK else TAIL_DIGITS[size]
