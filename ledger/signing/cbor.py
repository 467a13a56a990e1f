"""The one CBOR of this project: deterministic when written, strict when read."""

import unicodedata
from functools import lru_cache

import cbor2

from ledger.errors import InputError

MAX_DEPTH = 8  # Containers inside each other; the outermost counts as 1.
MAX_INTEGER = 1 << 53  # Both signs: what a double, and so JavaScript, still holds exactly.

# A negative key stands only beside keys that sort before it both length-first (which cbor2 does not know to
# avoid) and bytewise (RFC 8949): COSE_Key beside keys of one byte, our claims beside keys of at most five.
NEGATIVE_KEYS = {-1: 24, -2: 24, -3: 24, -70001: 1 << 32, -70002: 1 << 32}

REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})  # Control; format with the bidirectional marks; surrogate.


def encode(value: object) -> bytes:
    """Write `value` deterministically; whatever this writes, `decode` reads.

    Args:
        value: int within ±2^53, bytes, str, bool, None, list or tuple, and dict with keys all text or all
            non-negative integers (but COSE_Key's -1, -2, -3 and the claims -70001, -70002).

    Raises:
        InputError: `cbor-malformed`; `why` is type, integer, text, keys or depth.

    Source: RFC 8949, section 4.2.1.
    """
    return cbor2.dumps(_ordered(value, 1))


def check(value: dict[str, object]) -> None:
    """Raises: InputError: what `encode` refuses. Cheaper, for a map that is written in order already."""
    for one in value.values():
        kind = type(one)
        if kind is bytes or one is None or kind is bool:
            continue
        if kind is str and one.isascii() and one.isprintable():  # type: ignore[attr-defined]
            continue
        _ordered(one, 2)


def decode(data: bytes, *, limit: int) -> object:
    """Read one value and refuse everything that `encode` would have written otherwise.

    Args:
        data: One whole item, no tag.
        limit: Most bytes to look at.

    Raises:
        InputError: `cbor-malformed`; `why` is length, undecodable, order (not the deterministic form), or
            one of those of `encode`.

    Source: RFC 8949, section 4.2.1. Safe on untrusted input.
    """
    if len(data) > limit:
        raise _malformed("length")
    try:
        value: object = cbor2.loads(data, max_depth=MAX_DEPTH, semantic_decoders=_NO_TAGS)
    except Exception as cause:  # The decoder's own errors, and the OverflowError that slips through it.
        raise _malformed("undecodable") from cause
    if encode(value) != data:
        raise _malformed("order")
    return value


def _malformed(why: str) -> InputError:
    return InputError("cbor-malformed", why=why)


def _refuse_tag(*_: object) -> object:
    raise _malformed("type")


# Every tag for which cbor2 has code of its own (dates, big numbers, patterns, e-mail, shared values …): none runs.
# The others arrive as a CBORTag, which `_ordered` refuses.
_NO_TAGS = dict.fromkeys(
    (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799),
    _refuse_tag,
)


def _ordered(value: object, depth: int) -> object:
    """A checked copy with its maps in order. Exact types only: a bool is no integer here."""
    if type(value) is str:
        return _checked_text(value)
    if type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _malformed("integer")
        return value
    if type(value) is bytes or value is None or type(value) is bool:
        return value
    return _ordered_container(value, depth)


def _ordered_container(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise _malformed("depth")
    if isinstance(value, dict):
        keys = tuple(value)
        order = _text_order if keys and type(keys[0]) is str else _number_order
        return {key: _ordered(value[key], depth + 1) for key in order(keys)}
    if isinstance(value, list | tuple):
        return [_ordered(item, depth + 1) for item in value]
    raise _malformed("type")


def _checked_text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    if any(unicodedata.category(letter) in REFUSED_CATEGORIES for letter in text):
        raise _malformed("text")
    if not unicodedata.is_normalized("NFC", text):
        raise _malformed("text")
    return text


@lru_cache(maxsize=256)  # A history repeats the same few shapes. Text equals text only, so a hit is never a mix.
def _text_order(keys: tuple[str, ...]) -> tuple[str, ...]:
    if any(type(key) is not str for key in keys):
        raise _malformed("keys")
    encoded = {_checked_text(key): key.encode() for key in keys}
    return tuple(sorted(keys, key=lambda key: (len(encoded[key]), encoded[key])))


def _number_order(keys: tuple[int, ...]) -> tuple[int, ...]:
    if {*map(type, keys)} - {int}:  # Asked before the cache, for which True would be 1.
        raise _malformed("keys")
    return _sorted_numbers(keys)


@lru_cache(maxsize=256)
def _sorted_numbers(keys: tuple[int, ...]) -> tuple[int, ...]:
    negative = sorted((key for key in keys if key < 0), reverse=True)
    positive = sorted(key for key in keys if key >= 0)
    if any(key > MAX_INTEGER for key in positive):
        raise _malformed("keys")
    if any(max(positive, default=0) >= NEGATIVE_KEYS.get(key, 0) for key in negative):
        raise _malformed("keys")
    return (*positive, *negative)
