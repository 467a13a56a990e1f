"""A list on its way to the roots and back, as a file that strangers may have written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, VerificationError
from ledger.signing import cbor, key_list, key_request, public_key
from ledger.signing.key_list import KeyList, RootKey, RootSet
from ledger.signing.key_request import Request

ORIGIN = "ledger.contoh.invalid"
SECOND = MLDSA65PrivateKey.from_seed_bytes(b"\x09" * 32)

Private = Callable[[int], Ed25519PrivateKey]


@pytest.fixture
def request_of(first: KeyList, private: Private) -> Request:
    """For the next list, whose roots add an ML-DSA-65 key."""
    second = RootKey(SECOND.public_key().public_bytes_raw(), public_key.ALG_ML_DSA_65)
    roots = RootSet((*first.roots.keys, second), 2)
    in_force = key_list.publish(first, [private(1), private(2)], ORIGIN)
    return Request(ORIGIN, replace(first, version=2, roots=roots).encode(), previous=in_force)


def test_a_request_is_read_as_it_was_written(request_of: Request, private: Private) -> None:
    signed = request_of.signed_by(private(3))

    assert Request.decode(signed.encode()) == signed
    assert len(signed.signed) == 1


def test_signatures_are_counted_for_each_set_and_kind(request_of: Request, private: Private) -> None:
    lacking = [request_of.lacking()]
    for root in (private(1), private(1), SECOND, private(3)):
        request_of = request_of.signed_by(root)
        lacking.append(request_of.lacking())

    assert lacking == [5, 3, 3, 2, 0]  # Two of the former set; two and the ML-DSA-65 key of the new one.
    assert {root.kid for root in request_of.signers()} == {
        public_key.kid_of(private(n).public_key().public_bytes_raw()) for n in (1, 3)
    } | {request_of.lists()[1].roots.keys[3].kid}


def changed(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda value: value | fields


@pytest.mark.parametrize(
    "change",
    [
        changed(v=2),
        changed(more=1),
        changed(origin=b"ledger"),
        changed(list=""),
        changed(signed=[1]),
        changed(signed=[b""] * 33),
        changed(previous=b""),
        changed(previous={"list": b""}),
        changed(previous={"list": b"", "signed": [1]}),
        changed(previous={"list": b"", "signed": [], "more": 1}),
        lambda _: {},
    ],
)
def test_another_form_is_no_request(request_of: Request, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    value = cbor.decode(request_of.encode(), limit=key_request.LIMIT)
    assert isinstance(value, dict)

    with pytest.raises(VerificationError) as refused:
        Request.decode(cbor.encode(change(value)))

    assert refused.value.code == "key-request-malformed"


@given(st.binary(max_size=200))
def test_whatever_the_bytes_only_our_error_is_raised(data: bytes) -> None:
    for read in (Request.decode, key_request.read_roots):
        with pytest.raises(LedgerError):
            read(data)


def test_a_list_that_does_not_follow_is_not_signed(request_of: Request, first: KeyList, private: Private) -> None:
    dropped = replace(request_of, data=replace(first, version=2, keys=first.keys[1:]).encode())
    alone = replace(request_of, previous=None)

    for request, code in ((dropped, "key-dropped"), (alone, "key-list-gap")):
        with pytest.raises(VerificationError) as refused:
            request.signed_by(private(1))
        assert refused.value.code == code


def test_a_signature_that_does_not_hold_stops_everything(request_of: Request, private: Private) -> None:
    other = replace(request_of.lists()[1], exp=request_of.lists()[1].exp + 1).encode()
    forged = replace(request_of.signed_by(private(1)), data=other)

    for ask in (forged.signers, forged.lacking, lambda: forged.signed_by(private(2))):
        with pytest.raises(VerificationError) as refused:
            ask()
        assert refused.value.code == "signature-wrong"


def test_only_a_list_without_roots_waits_for_them(first: KeyList, private: Private) -> None:
    draft = key_request.first(ORIGIN, first.keys[:1], iat=first.iat, exp=first.exp)

    whole = draft.with_roots(first.roots)

    assert (whole.lists()[1].roots, whole.lists()[1].keys) == (first.roots, first.keys[:1])
    for wrong in (whole, replace(draft, signed=(b"",)), replace(draft, data=b"\xa0")):
        with pytest.raises(VerificationError) as refused:
            wrong.with_roots(first.roots)
        assert refused.value.code == "key-request-malformed"


def test_a_root_set_is_read_from_the_file_whose_hash_is_its_fingerprint(first: KeyList) -> None:
    data = cbor.encode(first.roots.to_map())

    assert key_request.read_roots(data) == first.roots
    with pytest.raises(VerificationError):
        key_request.read_roots(cbor.encode({"keys": [], "threshold": 0}))
