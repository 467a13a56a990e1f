"""The audit and the rebuild of a mixed history, beside the bare verification of as many signatures."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.figures import Figure, rate
from bench.ledgers import told
from ledger.audit.replay import Replay
from ledger.database import open_database, reading
from ledger.store import recorder
from ledger.wiring import Ledger

SIGNED = 430  # bytes: an event of middle size with what surrounds it under the signature


def beside_verification(folder: Path, *, trainings: int, signatures: int, rounds: int) -> list[Figure]:
    """By the clock with as many threads as cores, and by the processor's time: what one core does in a second."""
    ledger = told(folder / "story", trainings)
    clocks, cores = [], []
    for _ in range(rounds):
        before, audited, after = verified(signatures), _audited(ledger), verified(signatures)
        clocks.append((audited.by_clock, (before.by_clock + after.by_clock) / 2))
        cores.append((audited.by_core, (before.by_core + after.by_core) / 2))
    size = ledger.histories.size()
    rebuilt = median(rate(ledger.histories.rebuild) for _ in range(rounds))
    return [
        _figure(f"audit of {size:,} events, {os.cpu_count()} threads", clocks),
        _figure(f"audit of {size:,} events, a core's second", cores),
        Figure(f"rebuild of {size:,} events", rebuilt, "", 0, 0),
    ]


def _figure(name: str, pairs: list[tuple[float, float]]) -> Figure:
    ours, other = median(a for a, _ in pairs), median(b for _, b in pairs)
    return Figure(name, ours, "Ed25519 verify, one thread", other, median(a / b for a, b in pairs), 0.5)


@dataclass(frozen=True)
class Rates:
    by_clock: float
    by_core: float


@contextmanager
def _timed() -> Iterator[Callable[[int], Rates]]:
    """Ask at the end, with how many things were done."""
    clock, busy = time.perf_counter(), time.process_time()
    yield lambda done: Rates(done / (time.perf_counter() - clock), done / (time.process_time() - busy))


def _audited(ledger: Ledger) -> Rates:
    anew = open_database("sqlite://")
    with reading(ledger.engine) as connection, _timed() as rates:
        done = Replay(anew, ledger.config.origin).read(recorder.entries(connection))
        audited = rates(done.events)
    anew.dispose()
    if done.findings:
        raise SystemExit(f"the history is not sound: {done.findings[0]}")
    return audited


def verified(count: int) -> Rates:
    key, message = Ed25519PrivateKey.generate(), os.urandom(SIGNED)
    public, signature = key.public_key(), key.sign(message)
    with _timed() as rates:
        for _ in range(count):
            public.verify(signature, message)
        return rates(count)
