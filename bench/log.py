"""The public log of a long history: a checkpoint, a path in the tree, an append, an audit and its memory."""

import time
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from bench import audited
from bench.append import BATCH, cost, in_batches
from bench.figures import Figure
from bench.ledgers import Register
from ledger.database import reading
from ledger.store import checkpoints
from ledger.transparency import checkpoint, merkle

SHORT = 10_000  # events
CHECKPOINT_MS, PROOF_MS = 20, 1
PROOFS = 200


def at_length(folder: Path, *, events: int, short: int, singles: int, rounds: int) -> list[Figure]:
    """All of it on one history of so many events, each of one registration."""
    long, other = Register.begun(folder / "long"), Register.begun(folder / "short")
    for register, size in ((long, events), (other, short)):
        for _ in range(size // BATCH):
            register.at_once(BATCH)
        register.ledger.checkpoints.sign()
    return [
        _checkpoint(long, rounds),
        _inclusion(long),
        *_append(long, other, events, short, singles, rounds),
        *audited.beside_verification(long, folder / "bundle"),
    ]


def _checkpoint(register: Register, rounds: int) -> Figure:
    """What it costs beside its two signatures, which are made again, alone."""
    log, keyring = register.ledger.checkpoints, register.ledger.context.keyring
    spent = []
    for _ in range(rounds):
        register.at_once(BATCH)
        begun = time.perf_counter()
        point = log.sign()
        between = time.perf_counter()
        if point is not None:
            checkpoint.signed(point, *keyring.of_log(register.ledger.keys.current()), int(time.time()))
        spent.append((between - begun) - (time.perf_counter() - between))
    return _part(f"checkpoint of {BATCH} new events", median(spent), CHECKPOINT_MS)


def _inclusion(register: Register) -> Figure:
    """The path of any leaf, read from the store."""
    log, any_one = register.ledger.checkpoints, Random(0)
    size = log.require_newest().size
    spent = []
    for _ in range(PROOFS):
        begun = time.perf_counter()
        with reading(register.ledger.engine) as connection:
            merkle.inclusion_proof(any_one.randrange(size), size, checkpoints.nodes(connection, size))
        spent.append(time.perf_counter() - begun)
    return _part(f"inclusion proof at {size:,} leaves", median(spent), PROOF_MS)


def _part(name: str, seconds: float, allowed_ms: float) -> Figure:
    """As a part of the time allowed."""
    ratio = seconds * 1000 / allowed_ms
    return Figure(name, 1 / seconds, f"{allowed_ms} ms", 1000 / allowed_ms, ratio, 1.0, at_most=True)


def _append(long: Register, short: Register, events: int, small: int, singles: int, rounds: int) -> list[Figure]:
    one = cost(partial(long.singly, singles), partial(short.singly, singles), rounds)
    many = cost(partial(in_batches, long, 2), partial(in_batches, short, 2), rounds)
    against = f"at {small:,} events"
    return [
        Figure(f"append at {events:,}, one at a time: cost", one[0], against, one[1], one[2], 1.2, at_most=True),
        Figure(f"append at {events:,}, {BATCH} at a time: cost", many[0], against, many[1], many[2], 1.2, at_most=True),
    ]
