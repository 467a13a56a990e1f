"""Approvals signed by a passkey: what holds, and every way in which it does not; the second checker agrees."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import audit_min
from ledger.errors import VerificationError
from ledger.signing import cbor
from ledger.signing.approval import message, officer_key, raw_public, require_sound, verify_webauthn
from tests.signing.passkey import OKP, P256, Key, assertion, public

ORIGIN = "ledger.contoh.invalid"
PROPOSAL, SHOWN = sha256(b"proposal").digest(), sha256(b"shown").digest()
SIGNED = message(ORIGIN, PROPOSAL, SHOWN)
OTHER = ec.derive_private_key(99, ec.SECP256R1())


def verify(key: bytes, made: bytes) -> None:
    """By the ledger; and the second checker says the same."""
    try:
        second = audit_min.by_passkey(audit_min.decode(key), made, SIGNED)
    except audit_min.BrokenError:
        second = False
    try:
        verify_webauthn(key, made, ORIGIN, PROPOSAL, SHOWN)
    except VerificationError:
        assert not second
        raise
    assert second


@pytest.mark.parametrize("key", [P256, OKP], ids=["P-256", "Ed25519"])
def test_an_assertion_of_a_passkey_holds(key: Key) -> None:
    verify(officer_key(public(key)), assertion(key, SIGNED))


MADE: dict[str, tuple[Callable[[], bytes], str]] = {
    "of another message": (lambda: assertion(P256, SIGNED + b"x"), "assertion-of-another"),
    "a registration": (lambda: assertion(P256, SIGNED, type="webauthn.create"), "assertion-of-another"),
    "with nobody there": (lambda: assertion(P256, SIGNED, flags=0x04), "assertion-unverified"),
    "with nobody recognised": (lambda: assertion(P256, SIGNED, flags=0x01), "assertion-unverified"),
    "of another key": (lambda: assertion(OTHER, SIGNED), "signature-wrong"),
    "of an Ed25519 key": (lambda: assertion(OKP, SIGNED), "signature-wrong"),
    "no list": (lambda: cbor.encode({"a": 1}), "assertion-malformed"),
    "two parts": (lambda: cbor.encode([b"x" * 40, b"{}"]), "assertion-malformed"),
    "a list for a client": (lambda: cbor.encode([b"x" * 40, b"[]", b""]), "assertion-malformed"),
    "bytes for a client": (lambda: cbor.encode([b"x" * 40, b"\xff", b""]), "assertion-malformed"),
    "no flags": (lambda: cbor.encode([b"x" * 32, b"{}", b""]), "assertion-malformed"),
    "nothing": (lambda: b"", "assertion-malformed"),
}


@pytest.mark.parametrize("made", MADE)
def test_an_assertion_that_does_not_hold_is_refused(made: str) -> None:
    make, code = MADE[made]

    with pytest.raises(VerificationError) as refused:
        verify(officer_key(public(P256)), make())

    assert refused.value.code == code


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_an_assertion_with_a_changed_byte_never_holds(at: int, change: int) -> None:
    made = bytearray(assertion(P256, SIGNED))
    made[at % len(made)] ^= change

    with pytest.raises(VerificationError):
        verify(officer_key(public(P256)), bytes(made))


@pytest.mark.parametrize("key", [P256, OKP], ids=["P-256", "Ed25519"])
def test_a_key_is_read_back_and_is_sound(key: Key) -> None:
    made = officer_key(public(key))

    require_sound(made)

    assert raw_public(made) == public(key)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (officer_key(bytes(64)), "key-weak"),
        (officer_key(public(P256)[:63] + bytes([public(P256)[63] ^ 1])), "key-weak"),
        (cbor.encode({1: 2, -1: 2, -2: bytes(32), -3: bytes(32)}), "key-malformed"),
        (cbor.encode({1: 2, -1: 1, -2: bytes(31), -3: bytes(32)}), "key-malformed"),
        (cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}), "key-malformed"),
        (b"\xff", "key-malformed"),
    ],
)
def test_a_key_that_is_not_on_its_curve_or_not_in_its_form_is_refused(key: bytes, code: str) -> None:
    with pytest.raises(VerificationError) as refused:
        require_sound(key)

    assert refused.value.code == code
