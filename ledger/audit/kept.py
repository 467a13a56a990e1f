"""The checkpoints of a bundle: what each says, who cosigned it and when, and whether the log signed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ledger.audit.bundle import KEPT, NEWEST, Bundle
from ledger.audit.findings import Finding, of_file
from ledger.errors import VerificationError
from ledger.signing.key_records import KeyList
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.policy import Policy


@dataclass(frozen=True, slots=True)
class Kept:
    """A note of the bundle, or one that the auditor kept. `cosigned`: s UTC, by the policy's name of each witness."""

    file: str
    data: bytes
    point: Checkpoint
    cosigned: Mapping[str, int] = field(default_factory=dict)


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
    note = notes.parse(data)
    point = checkpoint.parse(note)
    cosigned = policy.cosigners(note) if policy else {}
    return Kept(file, data, point, {name: signature.time for name, signature in cosigned.items()})


def signed(kept: Kept, keys: KeyList, policy: Policy | None) -> str | None:
    """Why the note does not count as the log's, by the key list in force at its size and the policy's own keys."""
    try:
        checkpoint.opened(kept.data, checkpoint.log_keys(keys, kept.point.origin))
        if policy is not None and policy.log_keys and kept.file == NEWEST:
            checkpoint.opened(kept.data, policy.keys_of(kept.point.origin))
    except VerificationError as refused:
        return refused.code
    return None


class Times:
    """What the witnesses' times say of each event's: one below a cosigned size was there by then, a later one was not.

    Args:
        cosigned: By size, s UTC of the earliest cosignature.
    """

    SLACK = 300  # s: clocks differ, and a cosignature takes its time.

    def __init__(self, cosigned: Mapping[int, int]) -> None:
        self._sizes = sorted(cosigned)
        times = [cosigned[size] for size in self._sizes]
        self._until = list(accumulate(reversed(times), min))[::-1]
        self._since = list(accumulate(times, max))
        self._next = 0  # Of the sizes, the first above the last position asked of.
        self._named: set[tuple[int, str]] = set()

    def ask(self, position: int, recorded: int) -> str | None:
        """The code of what is wrong, once for each stretch between two checkpoints. `recorded` in ms UTC.

        Positions are asked in their order.
        """
        while self._next < len(self._sizes) and self._sizes[self._next] <= position:
            self._next += 1
        code = None
        if self._next < len(self._sizes) and recorded > (self._until[self._next] + self.SLACK) * 1000:
            code = "recorded-after-witness"
        elif self._next and recorded < (self._since[self._next - 1] - self.SLACK) * 1000:
            code = "recorded-before-witness"
        if code is None or (self._next, code) in self._named:
            return None
        self._named.add((self._next, code))
        return code


def earliest(kept: Sequence[Kept]) -> dict[int, int]:
    """By size, s UTC of the first cosignature of those that have one."""
    found: dict[int, int] = {}
    for one in kept:
        for time in one.cosigned.values():
            found[one.point.size] = min(time, found.get(one.point.size, time))
    return found
