"""What an address says after its question mark; what no page of ours wrote there is refused and never looked up."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import request

from ledger.errors import InputError

T = TypeVar("T")
WORD = re.compile("([0-9]{1,6}/)?[A-Z0-9 -]{1,60}")  # The number of a certificate or a blank; days may stand before.
LARGEST = 2**63 - 1  # What a database counts up to.


def given(parse: Callable[[str], T], name: str = "after") -> T | None:
    """Where the page before ended; None: nothing. `parse`: UUID, `word` or `place`.

    Raises: InputError: `address-malformed`.
    """
    return read(request.args.get(name, ""), parse)


def read(written: str, parse: Callable[[str], T]) -> T | None:
    """The same where it stands in a form. What was written is not repeated."""
    try:
        return parse(written) if written else None
    except ValueError:
        raise InputError("address-malformed") from None


def word(written: str) -> str:
    if WORD.fullmatch(written) is None:
        raise ValueError
    return written


def place(written: str) -> int:
    counted = int(written)
    if not 0 <= counted <= LARGEST:
        raise ValueError
    return counted
