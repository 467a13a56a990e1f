"""What makes a certificate worth a look: one reading of the history, and four named signs. None of them is a proof.

Source: docs/time.md, "The sample".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ledger.domain.assessments import Assessment
from ledger.domain.certificates import Certificate
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.domain.values import WIB
from ledger.events import Record

FAST_SECONDS = 60  # Nobody reads a proposal in less.
NIGHT_FROM, NIGHT_TO = 22, 5  # Hours in WIB; the first is night, the last is not.
NAMED = ("registrant", "assessment", "participation", "decree", "proposal")  # Fields that name a stream beside it.
Pair = tuple[bytes, bytes]  # Officers: who proposed, who approved.


@dataclass(frozen=True, slots=True)
class Signal:
    """Its words in `messages/` are `sample.<code>`, with these facts."""

    code: str
    facts: dict[str, object]


@dataclass(slots=True)
class Candidate:
    """A certificate, and the streams that it rests on."""

    id: bytes
    number: str
    kind: str
    registrant: bytes
    streams: list[bytes] = field(default_factory=list)  # In the order in which they are named.


@dataclass(slots=True)
class Deal:
    """A proposal: who made it and approved it, when (ms UTC)."""

    proposer: bytes
    made: int
    approver: bytes = b""
    approved: int = 0

    @property
    def pair(self) -> Pair:
        return self.proposer, self.approver


class Survey:
    """Reads every event once and keeps, for each certificate, only what the signs need."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.candidates: dict[bytes, Candidate] = {}
        self.regions: dict[bytes, str] = {}
        self.size = 0
        self._deals: dict[bytes, Deal] = {}
        self._acts: Counter[Pair] = Counter()
        self._late: dict[bytes, int] = {}  # Days, where they are more than the rule book lets pass without a reason.
        self._night: dict[bytes, int] = {}  # The first event of a stream that was recorded at night, ms UTC.
        self._decrees: dict[bytes, bytes] = {}  # By assessment.
        for record in records:
            self._see(record)
        self._busiest = max(self._acts, key=lambda pair: (self._acts[pair], pair), default=None)

    def _see(self, r: Record) -> None:
        self._see_times(r)
        match r.event:
            case Registrant.Created() as e:
                self.regions[r.stream] = e.region or ""
            case Proposal.Created() if r.actor is not None:
                self._deals[r.stream] = Deal(r.actor.bytes, r.recorded)
            case Proposal.Approved() if r.actor is not None and r.stream in self._deals:
                deal = self._deals[r.stream]
                deal.approver, deal.approved = r.actor.bytes, r.recorded
            case Assessment.Decided() as e:
                self._decrees[r.stream] = e.decree.bytes
            case Certificate.Created() as e:
                self.candidates[r.stream] = Candidate(r.stream, e.number, e.kind, e.registrant.bytes)
        if r.stream in self.candidates:
            self._rests(r)

    def _see_times(self, r: Record) -> None:
        self.size = r.position + 1
        late = (r.day - r.effective).days
        if late > parameter("backdating.days", r.day):
            self._late[r.stream] = max(late, self._late.get(r.stream, 0))
        if at_night(r.recorded):
            self._night.setdefault(r.stream, r.recorded)

    def _rests(self, r: Record) -> None:
        """What an event of a certificate names; the pair behind its proposal has done one act more."""
        streams = self.candidates[r.stream].streams
        named = [id.bytes for name in NAMED if isinstance(id := getattr(r.event, name, None), UUID)]
        named += [self._decrees[id] for id in named if id in self._decrees]
        streams.extend(id for id in named if id not in streams)
        self._acts.update(self._deals[id].pair for id in named if id in self._deals)

    def signals(self, one: Candidate) -> list[Signal]:
        """Those of its own events and of the events that it rests on."""
        streams = [one.id, *one.streams]
        deals = [self._deals[s] for s in streams if s in self._deals and self._deals[s].approver]
        found = list[Signal]()
        if late := max((self._late.get(s, 0) for s in streams), default=0):
            found.append(Signal("back-dated", {"days": late}))
        fastest = min(((d.approved - d.made) // 1000 for d in deals), default=FAST_SECONDS)
        if fastest < FAST_SECONDS:
            found.append(Signal("fast", {"seconds": fastest}))
        if nights := [self._night[s] for s in streams if s in self._night]:
            found.append(Signal("night", {"at": datetime.fromtimestamp(min(nights) / 1000, WIB)}))
        if self._busiest is not None and self._busiest in {d.pair for d in deals}:
            found.append(Signal("pair", {"count": self._acts[self._busiest]}))
        return found


def at_night(recorded: int) -> bool:
    """Between 22:00 and 05:00 WIB; `recorded` in ms UTC."""
    hour = datetime.fromtimestamp(recorded / 1000, WIB).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO
