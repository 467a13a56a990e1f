"""The points of low order are computed here from the curve, apart from the constants of the code."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import VerificationError
from ledger.signing import cose

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 1 << 255

Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    cross = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + cross, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - cross, -1, P)
    return x % P, y % P


def times(n: int, point: Point) -> Point:
    total = (0, 1)
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def root(square: int) -> int | None:
    """A square root modulo P, if there is one (RFC 8032, section 5.1.3)."""
    guess = pow(square, (P + 3) // 8, P)
    for candidate in (guess, guess * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square % P:
            return candidate
    return None


def x_of(y: int) -> int | None:
    return root((y * y - 1) * pow(D * y * y + 1, -1, P))


def low_order() -> set[Point]:
    """All eight: the multiples of any point of order 8, which is what the group's order leaves of most points."""
    prime = 2**252 + 27742317777372353535851937790883648493
    for y in range(2, 100):
        x = x_of(y)
        if x is not None and times(4, small := times(prime, (x, y))) != (0, 1):
            return {times(n, small) for n in range(8)}
    raise AssertionError("no point of order 8")


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
        cose.load_public(raw)

    assert refused.value.code == "key-weak"
    assert refused.value.facts["why"] in ("low-order", "not-canonical")


@pytest.mark.parametrize("y", [P, P + 1, P + 18])
def test_a_number_beyond_the_field_is_no_key(y: int) -> None:
    with pytest.raises(VerificationError) as refused:
        cose.load_public(y.to_bytes(32, "little"))

    assert refused.value.facts == {"why": "not-canonical"}


def test_whether_a_number_is_on_the_curve_is_decided_as_the_square_root_decides() -> None:
    for y in range(2, 40):
        raw = y.to_bytes(32, "little")
        if x_of(y) is None:
            with pytest.raises(VerificationError) as refused:
                cose.load_public(raw)
            assert refused.value.facts == {"why": "off-curve"}
        else:
            assert cose.load_public(raw).public_bytes_raw() == raw


@pytest.mark.parametrize("size", [0, 31, 33])
def test_another_length_is_no_key(size: int) -> None:
    with pytest.raises(VerificationError) as refused:
        cose.load_public(bytes(size))

    assert refused.value.facts == {"why": "length"}


def test_a_generated_key_is_one() -> None:
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    assert cose.load_public(raw).public_bytes_raw() == raw
