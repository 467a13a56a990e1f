"""Templates are kept: a certificate is printed next year as it was printed today."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from ledger.messages import catalogue
from ledger.papers import render

OTHERS = ("l.issuer", "l.name", "l.number", "l.scope", "l.uncert")
FROZEN = {1: "9034008f1cda4177c93c02d9dd5d145089065e71d0e85460962755189ac6dc62"}


def told(edition: int) -> Iterator[bytes]:
    """The template, and every sentence that a paper of it can bear."""
    yield from (path.read_bytes() for path in sorted((render.EDITIONS / str(edition)).iterdir()))
    keys = [key for key in catalogue("id") if key.startswith(("p.", "k.", "l.dates.")) or key in OTHERS]
    for lang in ("id", "en"):
        yield from (f"{key}={catalogue(lang)[key]}".encode() for key in sorted(keys) if "handover" not in key)


@pytest.mark.parametrize("edition", [int(path.name) for path in render.EDITIONS.iterdir()])
def test_an_edition_never_changes(edition: int) -> None:
    """An old paper is printed again as it was: change a copy, as the next edition, with keys of its own."""
    frozen = sha256(b"\n".join(told(edition))).hexdigest()

    assert FROZEN[edition] == frozen


def test_the_newest_edition_is_the_one_that_is_issued() -> None:
    assert max(int(path.name) for path in render.EDITIONS.iterdir()) == render.EDITION
