"""A random sample of certificates that anybody can draw again: whom, and every event that they rest on.

The order is that of SHA-256(seed in UTF-8 || the certificate's stream, 16 bytes), ascending. Source: docs/time.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.audit.signals import Candidate, Signal, Survey
from ledger.domain.decrees import Decree
from ledger.errors import NotFoundError
from ledger.events import Record
from ledger.projections.as_of import folded
from ledger.projections.certificates import CERTIFICATES
from ledger.transparency.merkle import leaf_hash

Read = Callable[[], Iterable[Record]]  # The same events each time, in order, with their entries.


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`scheme`: a kind, such as RELAWAN/PSM-DASAR; `province`: a Kemendagri code of two digits; None: all."""

    n: int
    seed: str
    scheme: str | None = None
    province: str | None = None
    worst: bool = False

    def covers(self, one: Candidate, region: str) -> bool:
        return self.scheme in (None, one.kind) and self.province in (None, region[:2])

    def rank(self, one: Candidate) -> bytes:
        return sha256(self.seed.encode() + one.id).digest()


@dataclass(frozen=True, slots=True)
class Line:
    """One event; `leaf` is the hash under which the log has it, `decree` the number of the decree that it names."""

    record: Record
    leaf: bytes
    decree: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A sampled certificate with its state now."""

    number: str
    kind: str
    state: str
    signals: list[Signal]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that was sampled of one person."""

    registrant: UUID
    region: str
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class Sample:
    """`size` events were read; `among` certificates fit what was wanted."""

    wanted: Wanted
    size: int
    among: int
    sheets: list[Sheet]


def draw(read: Read, wanted: Wanted) -> Sample:
    """Reads the history twice: to choose, and to gather what was chosen. In the order of the choice.

    Raises: NotFoundError: `sample-empty`: no certificate fits.
    """
    survey = Survey(read())
    fitting = [c for c in survey.candidates.values() if wanted.covers(c, survey.regions.get(c.registrant, ""))]
    if not fitting:
        raise NotFoundError("sample-empty", scheme=wanted.scheme, province=wanted.province)
    signals = {c.id: survey.signals(c) for c in fitting} if wanted.worst else {}
    chosen = sorted(fitting, key=lambda c: (-len(signals.get(c.id, ())), wanted.rank(c)))[: wanted.n]
    gathered = _gather(read(), chosen)
    by_person: dict[bytes, list[Paper]] = {}
    for one in chosen:
        by_person.setdefault(one.registrant, []).append(_paper(one, survey.signals(one), gathered))
    sheets = [Sheet(UUID(bytes=id), survey.regions.get(id, ""), papers) for id, papers in by_person.items()]
    return Sample(wanted, survey.size, len(fitting), sheets)


def _gather(records: Iterable[Record], chosen: Iterable[Candidate]) -> dict[bytes, list[Record]]:
    """The events of these certificates and of what they rest on, by stream."""
    gathered: dict[bytes, list[Record]] = {id: [] for one in chosen for id in (one.id, *one.streams)}
    for record in records:
        if record.stream in gathered:
            gathered[record.stream].append(record)
    return gathered


def _paper(one: Candidate, signals: list[Signal], gathered: dict[bytes, list[Record]]) -> Paper:
    records = [r for stream in (one.id, *one.streams) for r in gathered[stream]]
    numbers = {r.stream: r.event.decree_number for r in records if isinstance(r.event, Decree.Created)}
    row = folded(CERTIFICATES, gathered[one.id]) or {}
    lines = [_line(r, numbers) for r in sorted(records, key=lambda r: r.position)]
    return Paper(one.number, one.kind, row["state"], signals, lines)


def _line(r: Record, numbers: dict[bytes, str]) -> Line:
    named = r.event.originator_id if isinstance(r.event, Decree.Created) else getattr(r.event, "decree", None)
    return Line(r, leaf_hash(r.entry), numbers.get(named.bytes) if isinstance(named, UUID) else None)
