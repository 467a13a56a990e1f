"""Whoever holds the event key may sign anything of the right type: the replay says where, and never breaks itself."""

import json
from collections.abc import Iterator
from copy import copy, deepcopy
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest

from ledger.audit.replay import Entry, Finding, Replay
from ledger.database import open_database
from ledger.domain.lifecycle import First
from ledger.events import FRAME, KINDS, Record, decode

pytestmark = pytest.mark.usefixtures("unnoted")

Forger = Any  # tests/audit/conftest.py
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "events.json").read_text(encoding="utf-8"))
FEW: dict[Any, tuple[Any, ...]] = {
    bool: (False, True),
    int: (0, -1, 2**31, 2**53, -(2**53)),
    str: ("", "\0", "9" * 5000),
    bytes: (b"", bytes(5000)),
    date: (date.min, date.max),
    UUID: (UUID(int=0), UUID(int=2**128 - 1)),
    NoneType: (None,),
}
ENVELOPE: dict[str, tuple[Any, ...]] = {
    "position": FEW[int],
    "recorded": (-62_135_596_800_000, 253_402_214_400_000, 253_402_275_600_000, 253_402_300_799_000, *FEW[int]),
    "effective": FEW[date],
    "authority": (None, *FEW[str]),
    "actor": (None, *FEW[UUID]),
    "capacity": FEW[str],
    "stream": (bytes(16), b"\xff" * 16),
}


def extremes(annotation: Any) -> Iterator[Any]:
    """Values of this type that nobody in their right mind would record; None where the field may be absent."""
    inside = get_args(annotation)
    if get_origin(annotation) is tuple:
        yield ()
        yield from (many for one in FEW[inside[0]] for many in ((one,), (one, one), (one,) * _most(one)))
    elif get_origin(annotation) is dict:
        yield {}
        yield from ({name: one} for one in FEW[inside[1]] for name in ("", "32.75"))
    else:
        yield from (one for kind in inside or (annotation,) for one in FEW.get(kind) or extremes(kind))


def _most(value: Any) -> int:
    """How many of them an entry of 65 535 bytes holds, more or less."""
    return 10 if isinstance(value, str | bytes) and len(value) > 100 else 2500


def hostile(record: Record) -> Iterator[tuple[str, Any, Record]]:
    """The same event with one field changed, of the envelope or of its body."""
    for name, values in ENVELOPE.items():
        for value in values:
            changed = copy(record)
            setattr(changed, name, value)
            yield name, value, changed
    of_body = [(f.name, f.type) for f in fields(record.event) if f.name not in FRAME]
    for name, kind in [*of_body, ("originator_version", int)]:
        for value in extremes(kind):
            changed, changed.event = (one := copy(record)), copy(one.event)
            changed.event.__dict__[name] = value
            yield name, value, changed


class Place:
    """A replay of everything before one event, to which it returns after each question."""

    def __init__(self, forger: Forger, at: int) -> None:
        self.engine = open_database("sqlite://")
        self.replay = Replay(self.engine, forger.origin)
        self.replay.read(forger.entries[:at])
        self.replay.done.findings.clear()  # A batch that is still open.
        self.driver: Any = self.engine.raw_connection().driver_connection
        self.rows = self.driver.serialize()

    def found(self, entries: list[Entry]) -> list[Finding]:
        self.driver.deserialize(self.rows)
        again = copy(self.replay)
        again.done = deepcopy(self.replay.done)
        return again.read(entries).findings


def base(forger: Forger, kind: str) -> Record:
    """The last event of this kind, at its place; for a kind that the world lacks, an example after its end."""
    records = forger.records
    for record in reversed(records):
        if kind == record.event.TOPIC:
            return record
    example, last = decode(bytes.fromhex(VECTORS[f"{kind}/full"]["payload"])), records[-1]
    streams = [r for r in records if KINDS[r.event.TOPIC][1] is KINDS[kind][1]]
    if streams and not issubclass(KINDS[kind][0], First):
        example.stream = streams[-1].stream
        example.event.__dict__["originator_version"] = streams[-1].event.originator_version + 1
    example.position, example.recorded, example.effective = last.position + 1, last.recorded, last.effective
    example.actor, example.authority, example.capacity = last.actor, last.authority, last.capacity
    return example


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_rightly_signed_event_breaks_the_replay(forger: Forger, kind: str) -> None:
    """Alone, and in a run with the event that follows; it is admitted, or found where it stands or further on."""
    record = base(forger, kind)
    at = record.position
    place, following = Place(forger, at), forger.entries[at + 1 : at + 2]
    failures, findings = [], 0

    for name, value, changed in hostile(record):
        _, entry, _ = forger.sign(changed)
        for entries in ([(at, entry, None)], [(at, entry, None), *following]):
            try:
                found = place.found(entries)
            except Exception as broken:
                failures.append((name, repr(value)[:40], repr(broken)[:200]))
                continue
            findings += len(found)
            if any(finding.position < at for finding in found):
                failures.append((name, repr(value)[:40], repr(found)))
    place.engine.dispose()

    assert failures == []
    assert findings
