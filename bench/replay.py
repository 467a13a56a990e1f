"""The audit and the rebuild of a mixed history, beside the bare verification of as many signatures."""

import os
import time
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
    """By the clock with as many threads as cores, and by the processor's time: what one core does."""
    ledger = told(folder / "story", trainings)
    audited, bare, by_clock, by_core, rebuilt = [], [], [], [], []
    for _ in range(rounds):
        before = rate(lambda: _verified(signatures))
        events, seconds, busy = _audited(ledger)
        raw = (before + rate(lambda: _verified(signatures))) / 2
        bare.append(raw)
        audited.append((events / seconds, events / busy))
        by_clock.append(events / seconds / raw)
        by_core.append(events / busy / raw)
        rebuilt.append(rate(ledger.histories.rebuild))
    size, against, raw = ledger.histories.size(), "Ed25519 verify, one core", median(bare)
    clock, core = (median(one[n] for one in audited) for n in (0, 1))
    name = f"audit of {size:,} events"
    return [
        Figure(f"{name}, {os.cpu_count()} threads", clock, against, raw, median(by_clock), 0.5),
        Figure(f"{name}, a core's second", core, against, raw, median(by_core)),
        Figure(f"rebuild of {size:,} events", median(rebuilt), "", 0, 0),
    ]


def _audited(ledger: Ledger) -> tuple[int, float, float]:
    """Events, seconds by the clock, seconds of processor."""
    anew = open_database("sqlite://")
    with reading(ledger.engine) as connection:
        clock, busy = time.perf_counter(), time.process_time()
        done = Replay(anew, ledger.config.origin).read(recorder.entries(connection))
        clock, busy = time.perf_counter() - clock, time.process_time() - busy
    anew.dispose()
    if done.findings:
        raise SystemExit(f"the history is not sound: {done.findings[0]}")
    return done.events, clock, busy


def _verified(count: int) -> int:
    key, message = Ed25519PrivateKey.generate(), os.urandom(SIGNED)
    public, signature = key.public_key(), key.sign(message)
    for _ in range(count):
        public.verify(signature, message)
    return count
