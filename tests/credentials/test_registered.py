"""Registered buckets: what was issued, found again by the hash of its token and by nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials import registered
from ledger.credentials.registered import Bucket
from ledger.errors import LedgerError, VerificationError
from tests.conformance.world import FRESH, KEYS, ORIGIN, RECEIPT, signer

TOKENS = [bytes([7]) + sha256(bytes([n])).digest()[1:] for n in range(9)]
BUCKET = Bucket(number=7, iat=FRESH, exp=FRESH + 86_400, size=12, hashes=registered.shorten(TOKENS[:8]))
SIGNER = signer(RECEIPT, registered.CONTEXT)
DATA = registered.publish(BUCKET, SIGNER)


def opened(data: bytes, number: int = 7) -> Bucket:
    return registered.open_signed(data, key_list=KEYS, origin=ORIGIN, number=number)


def test_a_bucket_is_read_as_it_was_published() -> None:
    assert opened(DATA) == BUCKET


def test_it_holds_what_was_put_into_it_and_nothing_else() -> None:
    bucket = opened(DATA)

    assert [bucket.holds(token) for token in TOKENS] == [True] * 8 + [False]


@given(st.sets(st.binary(min_size=32, max_size=32), max_size=20), st.binary(min_size=32, max_size=32))
def test_it_holds_a_token_exactly_if_its_first_8_bytes_are_there(tokens: set[bytes], asked: bytes) -> None:
    bucket = Bucket(number=0, iat=1, exp=2, size=0, hashes=registered.shorten(tokens))

    assert bucket.holds(asked) == (asked[:8] in {token[:8] for token in tokens})
    assert all(bucket.holds(token) for token in tokens)


@pytest.mark.parametrize(("first", "path"), [(0, "registered/00"), (63, "registered/3f"), (255, "registered/ff")])
def test_its_place_is_the_first_byte_of_the_hash(first: int, path: str) -> None:
    assert registered.path(registered.number_of(bytes([first]) + bytes(31))) == path


def test_the_bucket_beside_it_is_refused_by_its_name() -> None:
    with pytest.raises(VerificationError) as refused:
        opened(DATA, number=8)

    assert refused.value.code == "list-other"


@given(st.data())
def test_a_changed_byte_is_never_another_bucket(data: st.DataObject) -> None:
    changed = bytearray(DATA)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(LedgerError):
        opened(bytes(changed))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(LedgerError):
        opened(data)
