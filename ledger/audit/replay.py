"""Reads a whole history and believes nothing: signatures, chains, and every rule again at its place.

It needs entries and an empty database for the read models; no store, no server, no private key.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Engine

from ledger.advance import advance
from ledger.audit.signatures import Signatures
from ledger.database import VIEWS, chunks, writing
from ledger.domain.keys import Keys
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.errors import LedgerError, RuleError, VerificationError
from ledger.events import Record, decode, payload_of
from ledger.signing.key_records import KeyList
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.view import Models

RUN = 500  # events that are read, verified and folded together; the answer does not depend on it
Columns = tuple[bytes, bytes, int, int]  # leaf hash, stream, version, recorded: what a store finds an entry by
Entry = tuple[int, bytes, Columns | None]  # position, signed entry, its columns if they come from a store
Signed = tuple[Record, bytes]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the history breaks, and what is wrong there. `rule` is its number, "signature" or "chain"."""

    position: int
    stream: str
    kind: str
    rule: str
    code: str


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
    """

    models: Engine
    origin: str
    anchor: str | None = None
    run: int = RUN

    def __post_init__(self) -> None:
        self.done = Replayed()
        self._signatures = Signatures(self.origin)
        self._recorded = 0
        self._open_batch: bytes | None = None

    def read(self, entries: Iterable[Entry], progress: Progress = lambda _: None) -> Replayed:
        """Stops at the first finding: what follows a broken event proves nothing."""
        VIEWS.create_all(self.models)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for some in chunks(entries, self.run):
                for run in self._decoded(some):
                    self._fold(run, pool)
                    if self.done.findings:
                        return self.done
                progress(self.done.events)
        self._end()
        return self.done

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

    def _fold(self, run: list[Signed], pool: ThreadPoolExecutor) -> None:
        """Chains, then signatures, then rules: each asks only what the one before let pass."""
        if not run or self.done.findings:
            return
        if self.done.events == 0:
            self._begin(run[0][0])
        sound = self._signed(self._chained(run), pool)
        if self._advance([record for record, _ in sound]):
            self._count(sound)

    def _begin(self, first: Record) -> None:
        """The first list is asked for its anchor, and says which key may sign event 0."""
        if isinstance(first.event, Keys.Created):
            try:
                keys = KeyList.decode(first.event.list)
            except VerificationError:
                return
            if self.anchor is not None and _hex(keys.roots.fingerprint()) != _hex(self.anchor):
                self._find(_finding(first, "signature", "root-not-anchored"))
            self._signatures.use(keys)

    def _chained(self, run: list[Signed]) -> list[Signed]:
        """Those before the first whose index or time does not follow."""
        for n, (record, _) in enumerate(run):
            expected = self.done.events + n
            if record.position != expected:
                self._find(_finding(record, "chain", "index-gap", position=expected))
                return run[:n]
            if record.recorded < self._recorded:
                self._find(_finding(record, "chain", "time-reversed"))
                return run[:n]
            self._recorded = record.recorded
        return run

    def _signed(self, run: list[Signed], pool: ThreadPoolExecutor) -> list[Signed]:
        """Those before the first that no key entitled at its index has signed."""
        refused = self._signatures.verify(run, pool)
        if refused is None:
            return run
        at, code = refused
        self._find(_finding(run[at][0], "signature", code))
        return run[:at]

    def _advance(self, records: list[Record]) -> bool:
        """Whether every rule admitted them; a refusal comes before whatever was found further on."""
        try:
            with writing(self.models) as connection:
                models = Models(connection, self.origin)
                models.open_batch = self._open_batch
                advance(models, records)
                self._open_batch = models.open_batch
        except RuleError as refusal:
            at = next(r for r in records if r.position == refusal.facts["position"])
            self.done.findings = [_finding(at, refusal.rule, refusal.code)]
            return False
        return True

    def _count(self, run: list[Signed]) -> None:
        for record, entry in run:
            self.done.events += 1
            self.done.kinds[record.event.TOPIC] += 1
            self.done.frontier.append(leaf_hash(entry))
            _assertions(record, self.done.asserted)
            if isinstance(record.event, Keys.Created | Keys.Changed):
                keys = KeyList.decode(record.event.list)
                self._signatures.use(keys)
                self.done.keys |= {key.kid for key in keys.keys}

    def _end(self) -> None:
        """What only the end of the history shows."""
        if self._open_batch is not None:
            self._find(Finding(self.done.events, self._open_batch.hex(), "approval.given", "R25", "batch-incomplete"))
        for position, code in self._signatures.suspect():
            self._find(Finding(position, "", "", "signature", code))

    def _find(self, finding: Finding) -> None:
        self.done.findings.append(finding)


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
        case Registrant.Created() | Registrant.Corrected():
            asserted["identity-checked"] += 1
        case Proposal.Created():
            asserted["proposal-made"] += 1
        case Proposal.Approved() as event if event.assertion is None:
            asserted["approval-without-signature"] += 1
        case _:
            pass


def _finding(record: Record, rule: str, code: str, *, position: int | None = None) -> Finding:
    at = record.position if position is None else position
    return Finding(at, str(record.event.originator_id), record.event.TOPIC, rule, code)


def _hex(fingerprint: str) -> str:
    return "".join(c for c in fingerprint.lower() if c in "0123456789abcdef")
