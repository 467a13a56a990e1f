"""The points of low order are computed here from the curve, apart from the constants of the code."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import VerificationError
from ledger.signing import public_key
from tests.signing.curve import SIGN, P, low_order, x_of


def encodings() -> list[bytes]:
    """Every 32 bytes that some reader takes for a point of low order: y or y + P, either sign."""
    ys = [y + more for _, y in low_order() for more in (0, P) if y + more < SIGN]
    return sorted({(y | sign).to_bytes(32, "little") for y in ys for sign in (0, SIGN)})


def test_there_are_eight_points_of_low_order() -> None:
    assert len(low_order()) == 8
    assert len(encodings()) == 14


@pytest.mark.parametrize("raw", encodings(), ids=bytes.hex)
def test_a_point_of_low_order_is_no_key(raw: bytes) -> None:
    with pytest.raises(VerificationError) as refused:
        public_key.load_public(raw)

    assert refused.value.code == "key-weak"
    assert refused.value.facts["why"] in ("low-order", "not-canonical")


@pytest.mark.parametrize("y", [P, P + 1, P + 18])
def test_a_number_beyond_the_field_is_no_key(y: int) -> None:
    with pytest.raises(VerificationError) as refused:
        public_key.load_public(y.to_bytes(32, "little"))

    assert refused.value.facts == {"why": "not-canonical"}


def test_whether_a_number_is_on_the_curve_is_decided_as_the_square_root_decides() -> None:
    for y in range(2, 40):
        raw = y.to_bytes(32, "little")
        if x_of(y) is None:
            with pytest.raises(VerificationError) as refused:
                public_key.load_public(raw)
            assert refused.value.facts == {"why": "off-curve"}
        else:
            assert public_key.load_public(raw).public_bytes_raw() == raw


@pytest.mark.parametrize("size", [0, 31, 33])
def test_another_length_is_no_key(size: int) -> None:
    with pytest.raises(VerificationError) as refused:
        public_key.load_public(bytes(size))

    assert refused.value.facts == {"why": "length"}


def test_a_generated_key_is_one() -> None:
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    assert public_key.load_public(raw).public_bytes_raw() == raw
