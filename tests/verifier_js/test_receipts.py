"""Receipts prove the same log position in the browser as in Python, or nothing."""

import random
from hashlib import sha256

from ledger.credentials import proved
from tests.verifier_js.compare import Run, hold, mutated
from tests.verifier_js.world import ORIGIN, World, with_spent_keys

WORLD = with_spent_keys(World())
CODE = WORLD.code()
NAME = sha256(CODE).digest()
DASH = "\u2014".encode()


def proofs_hold(run: Run, inputs: list[bytes]) -> None:
    def read(data: bytes) -> int | None:
        return proved.proved(data, NAME, keys=WORLD.key_list, origin=ORIGIN).standing.index

    hold(run, lambda data: ["proof", data.hex(), WORLD.listed.hex(), ORIGIN, NAME.hex()], read, inputs)


def test_every_place_in_logs_of_some_sizes(run: Run) -> None:
    places = [(index, size) for size in (1, 2, 3, 7, 8, 9, 21) for index in range(size)]

    proofs_hold(run, [b"", *(WORLD.receipt(CODE, index=index, size=size) for index, size in places)])


def test_each_line_written_otherwise(run: Run) -> None:
    good = WORLD.receipt(CODE)
    lines = good.split(b"\n")
    swapped = b"\n".join([*lines[:3], lines[4], lines[3], *lines[5:]])
    longer = b"\n".join([*lines[:4], lines[3], *lines[4:]])
    shorter = b"\n".join([*lines[:3], *lines[4:]])
    indexes = (b"05", b"4", b"-5", b"5 ", b"13", b"9999999999999999999", b"99999999999999999999", b"")
    more = (
        " lain AAAAAAA=\n",
        " lain AAAA\n",
        " l+n AAAAAAA=\n",
        " lain  AAAAAAA=\n",
        " lain AAAAAAA\n",
        " AAAAAAA=\n",
    )
    spoilt = [
        *(good.replace(b"index 5", b"index " + index) for index in indexes),
        *(
            good.replace(b"\n8\n", size)
            for size in (b"\n08\n", b"\n9\n", b"\n7\n", b"\n5\n", b"\n9223372036854775808\n")
        ),
        *(good + DASH + line.encode() for line in more),
        *(swapped, longer, shorter, good[:-1], good + b"\n", b"\n\n" + good, b"\xef\xbb\xbf" + good, good + b"\t\n"),
        good.replace(DASH, b"-"),
        good.replace(ORIGIN.encode(), b"log.lain"),
        good.replace(b"=", b""),
        good + good[good.index(DASH) :],
        good + (DASH + b" lain AAAAAAA=\n") * 254,
        good + (DASH + b" lain AAAAAAA=\n") * 256,
        good + DASH + b" lain " + b"A" * 1_000_004 + b"\n",
        good[:-1] + b"x",
    ]

    proofs_hold(run, [good, *spoilt])


def test_events_and_checkpoints_by_keys_of_every_state(run: Run) -> None:
    """24 and 30 are retired, 44 and 50 compromised at 6, 9 and 4 of another role, 99 unknown."""
    by_event = [WORLD.receipt(CODE, event=event) for event in (4, 9, 24, 44, 99)]
    by_log = [WORLD.receipt(CODE, log=log) for log in (10, 4, 30, 50, 99)]
    late = [WORLD.receipt(CODE, event=44, index=6, size=9), WORLD.receipt(CODE, event=44, index=2)]
    early = [WORLD.receipt(CODE, log=50, index=2, size=6), WORLD.receipt(CODE, log=50, index=2, size=7)]

    proofs_hold(run, [*by_event, *by_log, *late, *early, WORLD.receipt(b"another")])


def test_random_changes(run: Run) -> None:
    chance, good = random.Random(1), WORLD.receipt(CODE)

    proofs_hold(run, [good, *(mutated(good, chance) for _ in range(500))])
