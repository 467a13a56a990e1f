"""A status list as full as it gets, and all 256 buckets of its tokens: rebuilt, signed and stored."""

import secrets
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure
from bench.ledgers import Register, configured
from ledger.application.issuing import FULL
from ledger.application.publishing import REFRESH_SECONDS
from ledger.cli.story import Story, StoryClock
from ledger.database import put, run, writing
from ledger.domain.values import legal_day
from ledger.projections.certificates import TABLE
from ledger.projections.columns import listed
from ledger.rules.certificates import LIST_ENTRIES
from ledger.wiring import build

LIST_MS, ROUND_MS = 200, 2000


def rebuilt(folder: Path, *, rounds: int, certificates: int = FULL) -> list[Figure]:
    """One list because one certificate was touched; then everything, because it is a quarter of an hour old."""
    clock = StoryClock()
    story = Story(build(configured(folder), clock=clock), clock)
    story.told(legal_day(time.time_ns() // 1_000_000))
    register = Register(story.ledger, story.actor("ketua"))
    with writing(story.ledger.engine) as connection:
        put(connection, TABLE, _rows(certificates))
    story.ledger.publishing.keep()
    single, whole = [], []
    for _ in range(rounds):
        _touch(register)
        single.append(_spent(story, 1))
        whole.append(_spent(story, REFRESH_SECONDS))
    story.ledger.close()
    return [
        _part(f"status list of {certificates:,} certificates", median(single), LIST_MS),
        _part("all its buckets with it", median(whole), ROUND_MS),
    ]


def _rows(count: int) -> list[dict[str, Any]]:
    """Certificates of the association beside those of the story, in the read model alone."""
    empty = dict.fromkeys(TABLE.c.keys())
    said = {"kind": "PEKSOS/GENERALIS", "authority": "IPSPI", "state": "active", "version": 1, "position": 0}
    places = secrets.SystemRandom().sample(range(LIST_ENTRIES), count)
    return [
        empty
        | said
        | {"id": secrets.token_bytes(16), "registrant": secrets.token_bytes(16), "number": f"IPSPI-{place}"}
        | {"token": secrets.token_bytes(32), "status": listed((0, place)), "issued_at": 0, "alone": 0}
        for place in places
    ]


def _touch(register: Register) -> None:
    """As if the last event had concerned one certificate of the list."""
    register.at_once(1)
    last = register.ledger.histories.size() - 1
    one = "SELECT MIN(id) FROM certificates WHERE authority = 'IPSPI'"
    with writing(register.ledger.engine) as connection:
        run(connection, f"UPDATE certificates SET position = {last} WHERE id = ({one})")


def _spent(story: Story, seconds: int) -> float:
    story.clock.ms = (story.clock.ms or 0) + seconds * 1000
    begun = time.perf_counter()
    story.ledger.publishing.keep()
    return time.perf_counter() - begun


def _part(name: str, seconds: float, allowed_ms: float) -> Figure:
    """As a part of the time allowed."""
    ratio = seconds * 1000 / allowed_ms
    return Figure(name, 1 / seconds, f"{allowed_ms} ms", 1000 / allowed_ms, ratio, 1.0, at_most=True)
