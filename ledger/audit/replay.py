"""Reads a whole history and believes nothing: signatures, chains, and every rule again at its place.

It needs entries and an empty database for the read models; no store, no server, no private key.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import Engine

from ledger.advance import advance
from ledger.audit.findings import Finding
from ledger.audit.signatures import Checked, Signatures
from ledger.audit.streams import begun_twice
from ledger.database import VIEWS, chunks, writing
from ledger.domain.deliveries import Delivery
from ledger.domain.keys import Keys
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.errors import LedgerError, RuleError, VerificationError
from ledger.events import Record, decode, payload_of
from ledger.signing.key_list import KeyList, is_anchor
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.view import Models

CORES = os.cpu_count() or 1
MANY = 20_000  # events from which on processes of their own are worth their start
RUN = 500  # events that are read, verified and folded together; the answer does not depend on it
Columns = tuple[bytes, bytes, int, int]  # leaf hash, stream, version, recorded: what a store finds an entry by
Entry = tuple[int, bytes, Columns | None]  # position, signed entry, its columns if they come from a store
Signed = tuple[Record, bytes]
Progress = Callable[[int], None]


@dataclass
class Replayed:
    """What was read up to the end, or up to the first finding.

    `asserted` counts what rests on the service's word: the log alone cannot show it.
    """

    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    asserted: Counter[str] = field(default_factory=Counter)
    keys: set[bytes] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)


@dataclass(eq=False)
class Replay:
    """One reading of a history into an empty database of read models.

    Args:
        models: Where the read models are folded; its tables are created.
        origin: The ledger's name, under every signature.
        anchor: Fingerprint of the first root set, from outside; None: the first list proves only itself.
        run: How many events are folded together.
        told: Told of each event that holds, in order.
        workers: How many cores to use.
        apart: Signatures are verified in processes of their own: worth their start in a long history.
    """

    models: Engine
    origin: str
    anchor: str | None = None
    run: int = RUN
    told: Callable[[Record], None] = lambda _: None
    workers: int = CORES
    apart: bool = False

    def __post_init__(self) -> None:
        self.done = Replayed()
        self._signatures = Signatures(self.origin)
        self._next = 0
        self._recorded = 0
        self._open_batch: bytes | None = None

    def read(self, entries: Iterable[Entry], progress: Progress = lambda _: None) -> Replayed:
        """Stops at the first finding: what follows a broken event proves nothing."""
        VIEWS.create_all(self.models)
        with self._pool() as pool:
            self._fold_all(self._runs(entries), pool, progress)
        if not self.done.findings:
            self._end()
        return self.done

    def _pool(self) -> Executor:
        if self.apart:
            return ProcessPoolExecutor(max(1, self.workers - 1), get_context("spawn"))
        return ThreadPoolExecutor(self.workers)

    def _fold_all(self, runs: Iterable[list[Signed]], pool: Executor, progress: Progress) -> None:
        """While one run is folded here, the signatures of the next are verified elsewhere."""
        waiting = _Begun([], [])
        for run in runs:
            if waiting.changes_keys:  # Only afterwards is it known by which keys to verify what follows.
                if not self._fold(waiting):
                    return
                waiting = _Begun([], [])
            following = self._begun(run, pool)
            if not self._fold(waiting):
                return
            waiting = following
            progress(self.done.events)
            if self.done.findings:
                break
        self._fold(waiting)
        progress(self.done.events)

    def _runs(self, entries: Iterable[Entry]) -> Iterator[list[Signed]]:
        for some in chunks(entries, self.run):
            yield from self._decoded(some)
            if self.done.findings:
                return

    def _decoded(self, entries: Iterable[Entry]) -> Iterator[list[Signed]]:
        """Runs that end with a key event, for what a key may sign changes there, or before what cannot be read."""
        run: list[Signed] = []
        for position, entry, columns in entries:
            try:
                record = decode(payload_of(entry), entry)
            except LedgerError as refusal:
                yield run
                self._find(Finding(position, "", "", "envelope", refusal.code))
                return
            if columns is not None and (code := _differs(record, position, entry, columns)):
                yield run
                self._find(_finding(record, "chain", code))
                return
            run.append((record, entry))
            if isinstance(record.event, Keys.Created | Keys.Changed):
                yield run
                run = []
        yield run

    def _begun(self, run: list[Signed], pool: Executor) -> "_Begun":
        """Those of a run whose places follow; their signatures are being verified."""
        if run and self._next == 0:
            self._begin(run[0][0])
        chained = self._chained(run)
        return _Begun(chained, self._signatures.begin(chained, pool))

    def _fold(self, begun: "_Begun") -> bool:
        """Signatures, then rules: each asks only what the one before let pass. Whether all of them hold."""
        refused = self._signatures.refused(begun.run, begun.verified)
        sound = begun.run
        if refused is not None:
            at, code = refused
            self._find(_finding(begun.run[at][0], "signature", code))
            sound = begun.run[:at]
        if not self._advance([record for record, _ in sound]):
            return False
        self._count(sound)
        return refused is None

    def _begin(self, first: Record) -> None:
        """The first list is asked for its anchor, and says which key may sign event 0."""
        if isinstance(first.event, Keys.Created):
            try:
                keys = KeyList.decode(first.event.list)
            except VerificationError:
                return
            if self.anchor is not None and not is_anchor(keys.roots, self.anchor):
                self._find(_finding(first, "signature", "root-not-anchored"))
            self._signatures.use(keys)

    def _chained(self, run: list[Signed]) -> list[Signed]:
        """Those before the first whose index or time does not follow."""
        for n, (record, _) in enumerate(run):
            expected = self._next
            if record.position != expected:
                self._find(_finding(record, "chain", "index-gap", position=expected))
                return run[:n]
            if record.recorded < self._recorded:
                self._find(_finding(record, "chain", "time-reversed"))
                return run[:n]
            self._recorded = record.recorded
            self._next += 1
        return run

    def _advance(self, records: list[Record]) -> bool:
        """Whether every rule admitted them; a refusal comes before whatever was found further on."""
        try:
            with writing(self.models) as connection:
                twice = begun_twice(connection, records)
                if twice is not None:
                    self._find(_finding(twice, "chain", "state-refuses"))
                    records = [record for record in records if record.position < twice.position]
                models = Models(connection, self.origin)
                models.open_batch = self._open_batch
                advance(models, records)
                self._open_batch = models.open_batch
        except RuleError as refusal:
            at = next(r for r in records if r.position == refusal.facts["position"])
            self._find(_finding(at, refusal.rule, refusal.code))
            return False
        return twice is None

    def _count(self, run: list[Signed]) -> None:
        for record, entry in run:
            self.done.events += 1
            self.done.kinds[record.event.TOPIC] += 1
            self.done.frontier.append(leaf_hash(entry))
            _assertions(record, self.done.asserted)
            self.told(record)
            if isinstance(record.event, Keys.Created | Keys.Changed):
                keys = KeyList.decode(record.event.list)
                self._signatures.use(keys)
                self.done.keys |= {key.kid for key in keys.keys}

    def _end(self) -> None:
        """What only the end of the history shows."""
        if self._open_batch is not None:
            stream = str(UUID(bytes=self._open_batch))
            self._find(Finding(self.done.events, stream, "approval.given", "R25", "batch-incomplete"))
        for position, code in self._signatures.suspect():
            self.done.findings.append(Finding(position, "", "", "signature", code))

    def _find(self, finding: Finding) -> None:
        """The earliest counts, in whatever order they are found."""
        if not self.done.findings or _place(finding) < _place(self.done.findings[0]):
            self.done.findings = [finding]


@dataclass(frozen=True)
class _Begun:
    """A run whose signatures are being verified."""

    run: list[Signed]
    verified: list[Future[Checked]]

    @property
    def changes_keys(self) -> bool:
        return bool(self.run) and isinstance(self.run[-1][0].event, Keys.Created | Keys.Changed)


def _place(finding: Finding) -> int:
    return -1 if finding.position is None else finding.position


def _differs(record: Record, position: int, entry: bytes, columns: Columns) -> str | None:
    """What the service reads beside the entry, and nobody has signed."""
    leaf, *found = columns
    if leaf != leaf_hash(entry):
        return "leaf-differs"
    signed = [record.stream, record.event.originator_version, record.recorded]
    return None if position == record.position and found == signed else "columns-differ"


def _assertions(record: Record, asserted: Counter[str]) -> None:
    """What the service alone could know: sealed data, and who sat at the keyboard."""
    match record.event:
        case Registrant.Created() | Registrant.Completed() | Registrant.Corrected():
            asserted["identity-checked"] += 1
        case Proposal.Created():
            asserted["proposal-made"] += 1
        case Proposal.Approved() as event if event.assertion is None:
            asserted["approval-without-signature"] += 1
        case Delivery.Received() | Delivery.Bounced() if record.actor is None:
            asserted["delivery-told"] += 1
        case _:
            pass


def _finding(record: Record, rule: str, code: str, *, position: int | None = None) -> Finding:
    at = record.position if position is None else position
    return Finding(at, str(record.event.originator_id), record.event.TOPIC, rule, code)
