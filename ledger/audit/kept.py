"""The checkpoints of a bundle: what each says, who cosigned it and when, and whether the log signed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ledger.audit.bundle import KEPT, NEWEST, Bundle
from ledger.audit.findings import Finding, of_file
from ledger.errors import VerificationError
from ledger.signing.key_records import KeyList
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import NoteKey
from ledger.transparency.policy import Policy

MAX_NOTE = 65_536  # bytes: the log's two signatures, nineteen of the longest cosignatures, and room
DAY = 24 * 3600  # s; without a quorum for so long the ledger's health is red.


@dataclass(frozen=True, slots=True)
class Kept:
    """A note of the bundle, or one that the auditor kept; the bytes stay in its file.

    `cosigned`: s UTC, by the policy's name of each witness; `quorum`: when it was complete, None: it is not.
    """

    file: str
    point: Checkpoint
    cosigned: Mapping[str, int]
    quorum: int | None


def read(bundle: Bundle, policy: Policy | None) -> tuple[list[Kept], list[Finding]]:
    """Every kept checkpoint, the smallest first, and the newest; what cannot be read or says otherwise is a finding."""
    found: list[Kept] = []
    findings: list[Finding] = []
    for path in [*sorted(path for path in bundle.paths if KEPT.fullmatch(path)), NEWEST]:
        data = bundle.read(path)
        if data is None:
            continue  # The newest, which the bundle lacks: `file-missing` says so.
        try:
            kept = opened(path, data, policy)
        except VerificationError as refused:
            findings.append(of_file(refused.code, path))
            continue
        expected = bundle.manifest.size if path == NEWEST else int(path.rpartition("/")[2])
        if (kept.point.origin, kept.point.size) != (bundle.manifest.origin, expected):
            findings.append(of_file("checkpoint-differs", path))
            continue
        found.append(kept)
    return found, findings


def opened(file: str, data: bytes, policy: Policy | None) -> Kept:
    """A note with the cosignatures of the policy's witnesses; whether the log signed it is asked later.

    Raises: VerificationError: `note-malformed`, `checkpoint-malformed`, `note-signature-wrong`.
    """
    if len(data) > MAX_NOTE:
        raise VerificationError("note-malformed", why="size")
    note = notes.parse(data)
    point = checkpoint.parse(note)
    cosigned = policy.cosigners(note) if policy else {}
    quorum = policy.since(cosigned) if policy else None
    return Kept(file, point, {name: signature.time for name, signature in cosigned.items()}, quorum or None)


def unsigned(data: bytes, log: Sequence[NoteKey]) -> str | None:
    """Why a note does not count as signed by all of these keys."""
    try:
        checkpoint.opened(data, log)
    except VerificationError as refused:
        return refused.code
    return None


def log_keys(keys: KeyList, origin: str, policy: Policy | None, *, anchored: bool) -> list[NoteKey]:
    """Who must have signed while this key list is in force: its active checkpoint keys, and those of the policy.

    Args:
        anchored: The list is proved from outside. It then says which keys of the policy are over: if it knows any of
            them at all, its own active ones are enough.
    """
    active = checkpoint.log_keys(keys, origin)
    if policy is None or not policy.log_keys:
        return active
    wanted = policy.keys_of(origin)
    ever = {checkpoint.log_key(key, origin) for key in keys.keys if key.role == "checkpoint"}
    if wanted and not (anchored and ever.intersection(wanted)):
        return [*active, *wanted]
    return active if wanted else []  # Of another log: nobody's signature will do.


class Times:
    """What the witnesses' times say of each event's: one below a cosigned size was there by then, a later one was not.

    Args:
        kept: Checkpoints that witnesses cosigned; the others say nothing.
    """

    SLACK = 300  # s: clocks differ, and a cosignature takes its time.

    def __init__(self, kept: Sequence[Kept]) -> None:
        first = _by_size([(one.point.size, time) for one in kept for time in one.cosigned.values()])
        self._sizes, times = list(first), list(first.values())
        self._until = list(accumulate(reversed(times), min))[::-1]
        self._since = list(accumulate(times, max))
        quorum = _by_size([(one.point.size, one.quorum) for one in kept if one.quorum is not None])
        self._watched, seen = list(quorum), list(quorum.values())
        self._seen = list(accumulate(reversed(seen), min))[::-1]
        self.longest = 0  # s from an event to the first quorum after it, of those that `watched_from` on
        self._next = self._next_watched = 0  # Of the sizes, the first above the last position asked of.
        self._named: set[tuple[int, str]] = set()

    @property
    def watched_from(self) -> int | None:
        """Size of the first checkpoint with a quorum: how long the events in it had waited for witnesses, none can
        say. None: there is none.
        """
        return self._watched[0] if self._watched else None

    def ask(self, position: int, recorded: int) -> str | None:
        """The code of what is wrong, once for each stretch between two checkpoints. `recorded` in ms UTC.

        Positions are asked in their order.
        """
        self._next = _after(self._sizes, position, self._next)
        unwitnessed = self._unwitnessed(position, recorded)
        code = None
        if self._next < len(self._sizes) and recorded > (self._until[self._next] + self.SLACK) * 1000:
            code = "recorded-after-witness"
        elif self._next and recorded < (self._since[self._next - 1] - self.SLACK) * 1000:
            code = "recorded-before-witness"
        elif unwitnessed > DAY:
            code = "unwitnessed-long"
        if code is None or (self._next, code) in self._named:
            return None
        self._named.add((self._next, code))
        return code

    def _unwitnessed(self, position: int, recorded: int) -> int:
        """s until a quorum had seen an event; 0 for those before the first quorum, and behind the last."""
        self._next_watched = _after(self._watched, position, self._next_watched)
        if not 0 < self._next_watched < len(self._watched):
            return 0
        found = self._seen[self._next_watched] - recorded // 1000
        self.longest = max(self.longest, found)
        return found


def _by_size(times: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The earliest of each size, the smallest size first."""
    return dict(sorted(times, key=lambda one: (one[0], -one[1])))


def _after(sizes: Sequence[int], position: int, start: int) -> int:
    """The first above a position, as far as `start` is not."""
    while start < len(sizes) and sizes[start] <= position:
        start += 1
    return start
