"""What Python reads of some bytes, held against what the browser reads of them."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from ledger.errors import LedgerError

REFUSED = "refused"
LIMIT = 65_535  # bytes
Case = list[Any]  # An operation of harness.js and its arguments.
Run = Callable[[list[Case]], list[Any]]


def expected(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except LedgerError:
        return REFUSED


def hold(run: Run, asked: Callable[[Any], Case], read: Callable[[Any], Any], inputs: Iterable[Any]) -> None:
    """That each input gives in the browser what it gives here; and that some are accepted, some refused."""
    inputs = list(inputs)
    wanted = [expected(lambda one=one: read(one)) for one in inputs]

    got = run([asked(one) for one in inputs])

    wrong = [differing for differing in zip(inputs, wanted, got, strict=True) if differing[1] != differing[2]]
    assert wrong[:3] == []
    assert {want == REFUSED for want in wanted} == {True, False}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: a byte, a bit, a cut, a byte more, a piece twice, a piece less."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        before, after = data[:at], data[at:]
        size = chance.randint(1, 4)
        flipped = bytes(byte ^ 1 << chance.randrange(8) for byte in after[:1])
        changes = (
            before + chance.randbytes(1) + after[1:],
            before + flipped + after[1:],
            before,
            before + chance.randbytes(1) + after,
            before + after[:size] + after,
            before + after[size:],
        )
        data = chance.choice(changes)
    return data
