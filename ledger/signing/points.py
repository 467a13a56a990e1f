"""Which 32 bytes are an Ed25519 key at all: a canonical point of the curve, and not one of low order."""

from ledger.errors import VerificationError

P = 2**255 - 19  # The field; RFC 8032, section 5.1.
D = -121665 * pow(121666, -1, P) % P  # The curve: -x² + y² = 1 + D·x²·y².

# The y of the eight points whose order divides 8: under them a signature can be made without a private key.
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
LOW_ORDER = frozenset({0, 1, P - 1, _Y8, P - _Y8})


def refuse_weak(raw: bytes) -> None:
    """Refuse bytes under which a signature proves nothing.

    Args:
        raw: 32 bytes: y little-endian, the sign of x in the highest bit.

    Raises:
        VerificationError: `key-weak`; `why` is length, not-canonical, low-order or off-curve.

    Source: RFC 8032, section 5.1.3. Safe on untrusted input.
    """
    if len(raw) != 32:
        raise VerificationError("key-weak", why="length")
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    if y >= P:
        raise VerificationError("key-weak", why="not-canonical")
    if y in LOW_ORDER:
        raise VerificationError("key-weak", why="low-order")
    if not _has_x(y):
        raise VerificationError("key-weak", why="off-curve")


def _has_x(y: int) -> bool:
    """Whether x² = (y² - 1) / (D·y² + 1) is a square; D·y² + 1 is never zero. By Euler's criterion."""
    return pow((y * y - 1) * (D * y * y + 1), (P - 1) // 2, P) == 1
