"""libsodium must accept nothing that `cryptography` refuses: the cases in which implementations are known to differ."""

from hashlib import sha512
from itertools import product

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from ledger.signing import ed25519
from tests.signing.curve import ORDER, SIGN, P, Point, add, base, encoded, low_order, times

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MESSAGE = b"what is signed"
SMALL = sorted(low_order())


def sodium(public: bytes, signature: bytes, message: bytes = MESSAGE) -> bool:
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def other(public: bytes, signature: bytes, message: bytes = MESSAGE) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def number(*parts: bytes) -> int:
    return int.from_bytes(sha512(b"".join(parts)).digest(), "little") % ORDER


def mixed(key: Point, nonce: Point, seed: int) -> tuple[bytes, bytes]:
    """A signature that holds once small points are multiplied away, made by a key and a nonce that have such parts."""
    secret, once = number(b"key", bytes([seed])), number(b"nonce", bytes([seed]))
    public, r = encoded(add(times(secret, base()), key)), encoded(add(times(once, base()), nonce))
    s = (once + number(r, public, MESSAGE) * secret) % ORDER
    return public, r + s.to_bytes(32, "little")


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_low_order_deceive_neither(seed: int) -> None:
    cases = [mixed(key, nonce, seed) for key, nonce in product(SMALL, SMALL)]

    answers = {(sodium(*case), other(*case)) for case in cases}

    assert answers == {(True, True), (False, False)}


def test_small_points_as_key_or_nonce_are_accepted_by_libsodium_never() -> None:
    zero = bytes(32)
    points = [encoded(point) for point in SMALL]
    beyond = [(y | sign).to_bytes(32, "little") for y in range(P, SIGN) for sign in (0, SIGN)]

    for public, r in product([*points, *beyond, PUBLIC], [*points, *beyond]):
        assert not sodium(public, r + zero)


def test_a_second_form_of_a_signature_is_refused_by_both() -> None:
    signature = KEY.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    forms = [signature[:32] + (s + n * ORDER).to_bytes(32, "little") for n in range(1, 8)]

    assert not any(sodium(PUBLIC, form) or other(PUBLIC, form) for form in forms)
    assert ed25519.holds(PUBLIC, signature, MESSAGE)


@given(st.binary(max_size=80), st.integers(0, 63), st.integers(0, 7))
def test_signatures_are_the_same_bytes_and_one_bit_less_is_refused(message: bytes, place: int, bit: int) -> None:
    signature = ed25519.signing(KEY)(message)
    changed = signature[:place] + bytes((signature[place] ^ 1 << bit,)) + signature[place + 1 :]

    assert signature == KEY.sign(message)
    assert ed25519.holds(PUBLIC, signature, message)
    assert not ed25519.holds(PUBLIC, changed, message)


def test_cryptography_decides_what_libsodium_refuses() -> None:
    """The identity as nonce and key: libsodium says no on principle, and `cryptography` yes."""
    identity = encoded((0, 1))

    assert not sodium(identity, identity + bytes(32))
    assert other(identity, identity + bytes(32))
    assert ed25519.holds(identity, identity + bytes(32), MESSAGE)
