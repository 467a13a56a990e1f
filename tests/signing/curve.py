"""The curve of Ed25519 in plain arithmetic, apart from the code that is tested by it. Source: RFC 8032, section 5.1."""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 1 << 255
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the base point

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
    for y in range(2, 100):
        x = x_of(y)
        if x is not None and times(4, small := times(ORDER, (x, y))) != (0, 1):
            return {times(n, small) for n in range(8)}
    raise AssertionError("no point of order 8")


def encoded(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = x_of(y)
    assert x is not None
    return (x if x % 2 == 0 else P - x), y
