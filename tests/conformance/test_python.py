"""The reference verifier answers every conformance vector as it says, and the vectors are what `make` makes."""

import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.credentials import registered, status_list
from ledger.credentials.proved import proved
from ledger.credentials.verdict import Colour
from ledger.signing import cbor
from ledger.signing.key_list import KeyList, open_signed
from tests.conformance import make, runner, world

NAMES = runner.names()
DEFLATED = "2321e7f2"  # Of the probe below by zlib itself; other libraries compress otherwise, and rightly so.


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_verifier_answers_as_the_vector_says_and_holds_only_what_verifies(name: str) -> None:
    vector = runner.load(name)
    held = runner.held_of(vector)
    before = dict(held)

    verdict = runner.verified(vector, held)

    assert list(runner.differences(verdict, vector["expect"])) == []
    for path in (path for path in held if held[path] != before.get(path)):
        require_verified(path, held)


def require_verified(path: str, held: dict[str, bytes]) -> None:
    """By the key list that is held with it. Raises: LedgerError."""
    body: Any = cbor.decode(held["keys/list"], limit=1 << 20)
    keys = KeyList.decode(body["list"])
    folder, _, name = path.partition("/")
    if folder == "status":
        uri = f"{world.BASE}/{path}"
        authority = name.partition("/")[0]
        status_list.open_signed(held[path], key_list=keys, origin=world.ORIGIN, authority=authority, uri=uri)
    elif folder == "registered":
        registered.open_signed(held[path], key_list=keys, origin=world.ORIGIN, number=int(name, 16))
    elif folder == "proof":
        proved(held[path], bytes.fromhex(name), keys=keys, origin=world.ORIGIN)
    else:
        open_signed(body["list"], body["signed"], origin=world.ORIGIN, roots=keys.roots)


def test_there_are_at_least_100_vectors_and_most_of_them_are_not_green() -> None:
    colours = [runner.load(name)["expect"]["colour"] for name in NAMES]

    assert len(NAMES) >= 120
    assert colours.count(Colour.GREEN) < len(NAMES) / 2
    assert set(colours) == set(Colour)


def test_the_vectors_are_those_that_are_made() -> None:
    if sha256(zlib.compress(bytes(range(256)) * 128, 9)).hexdigest()[:8] != DEFLATED:
        pytest.skip("this zlib compresses otherwise: the same lists in other bytes")
    folder = Path(make.__file__).parent
    kept = {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for name in (make.VECTORS.name, make.FILES.name)
        for path in (folder / name).iterdir()
    }

    made = make.made()

    assert made.keys() == kept.keys()
    assert [path for path in made if made[path] != kept[path]] == []


def test_every_vector_has_one_sentence_and_a_name_of_its_own() -> None:
    vectors = make.every()

    assert len({vector.name for vector in vectors}) == len(vectors)
    assert [vector.about for vector in vectors if not vector.about.endswith(".")] == []
