"""The same bytes are one value in the browser and in Python, or refused in both."""

import random
from collections.abc import Iterator
from typing import Any

from ledger.signing import cbor
from tests.verifier_js.compare import LIMIT, REFUSED, Case, Run, expected, hold, mutated

PLAIN = "abz09 é"
STRANGE = (
    "\u0065\u0301\u200d\u202e\u0007\u00ad\ufeff\U0001f600漢\x1f\x7f\x85\xa0\u2028\u2066\ud7ff\ue000\uffff\U000e0001"
)
TAILS = ("", "00", "17", "18", "ff", "0001", "00000001", "0020000000000000", "0020000000000001", "61")


def asked(data: bytes, limit: int = LIMIT) -> Case:
    return ["cbor", data.hex(), limit]


def read(data: bytes) -> list[Any]:
    """The value, and the bytes that are written of it again."""
    return [plain(cbor.decode(data, limit=LIMIT)), data.hex()]


def plain(item: Any) -> Any:
    if isinstance(item, bytes):
        return {"bytes": item.hex()}
    if isinstance(item, dict):
        return {"map": [[key, plain(one)] for key, one in item.items()]}
    return [plain(one) for one in item] if isinstance(item, list) else item


def value(chance: random.Random, depth: int = 1) -> Any:
    def text() -> str:
        return "".join(chance.choices(PLAIN, k=chance.randint(0, 5)))

    def number() -> int:
        return chance.choice((1, -1)) * chance.choice((chance.randrange(2**53 + 1), chance.randrange(300), 2**53))

    def key() -> int:
        return chance.choice((-1, -2, -70001, 3, 23, 24, chance.randrange(2**40)))

    some = range(chance.randint(0, 4) if depth < 8 else 0)
    sorts = [
        text,
        number,
        lambda: chance.randbytes(chance.choice((0, 3, 23, 24, 255, 256))),
        lambda: chance.choice((None, True, False)),
        lambda: [value(chance, depth + 1) for _ in some],
        lambda: {text(): value(chance, depth + 1) for _ in some},
        lambda: {key(): value(chance, depth + 1) for _ in some},
    ]
    return chance.choice(sorts)()


def written() -> Iterator[bytes]:
    chance = random.Random(1)
    for _ in range(1500):
        good = expected(lambda: cbor.encode(value(chance)))
        if good != REFUSED:
            yield from (good, mutated(good, chance))


def test_what_python_writes_and_what_is_changed_in_it(run: Run) -> None:
    hold(run, asked, read, written())


def test_every_first_byte_and_random_ones(run: Run) -> None:
    chance = random.Random(2)
    firsts = [bytes((first,)) + bytes.fromhex(tail) for first in range(256) for tail in TAILS]

    hold(run, asked, read, [*firsts, *(chance.randbytes(chance.randint(0, 12)) for _ in range(1500))])


def test_text_of_every_category_in_values_and_in_keys(run: Run) -> None:
    raws = [letter.encode() for letter in PLAIN + STRANGE] + ["e\u0301".encode(), b"\xed\xa0\x80", b"\xff"]
    texts = [bytes((0x60 | len(raw),)) + raw for raw in raws]

    hold(run, asked, read, [*texts, *(b"\xa1" + text + b"\x00" for text in texts)])


def test_containers_inside_each_other(run: Run) -> None:
    deep = [
        outer * depth + inner
        for depth in range(12)
        for outer in (b"\x81", b"\xa1\x00")
        for inner in (b"\0", b"\x80", b"\xa0")
    ]

    hold(run, asked, read, deep)


def test_no_more_bytes_are_looked_at_than_the_limit(run: Run) -> None:
    data = cbor.encode([0] * 20)

    assert [one == REFUSED for one in run([asked(data, 20), asked(data, 21)])] == [True, False]
