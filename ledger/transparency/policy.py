"""Whose signatures make a checkpoint believed: logs, witnesses, and the quorum among them.

Source: c2sp.org/tlog-policy; our choices stand in docs/formats/witness.md.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from ledger.errors import ConfigError, VerificationError
from ledger.transparency import checkpoint, notes
from ledger.transparency.notes import COSIGNED, ED25519, ML_DSA_44, Note, NoteKey, Signature

MAX_POLICY = 1_000_000  # bytes
NONE = "none"  # The quorum that asks for nobody.
FORBIDDEN = re.compile(r"[^\t\x20-\x7e\x80-\U0010ffff]")
BLANK = re.compile(r"[\t ]+")
COUNT = re.compile(r"[1-9][0-9]{0,5}")
LOG_KINDS, WITNESS_KINDS = (ED25519, ML_DSA_44), (COSIGNED, ML_DSA_44)


@dataclass(frozen=True, slots=True)
class Witness:
    """`name` is the policy's word for it; its cosignatures bear the name of its `key`."""

    name: str
    key: NoteKey
    url: str  # Submission prefix; empty if none is given.


@dataclass(frozen=True, slots=True)
class Group:
    """Satisfied by `threshold` of its members, which are witnesses or earlier groups."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """`groups` in the order of the file, so that each stands after its members."""

    log_keys: tuple[NoteKey, ...]
    witnesses: Mapping[str, Witness]
    groups: tuple[Group, ...]
    quorum: str

    def keys_of(self, origin: str) -> list[NoteKey]:
        """Of one log: each of them must have signed."""
        return [key for key in self.log_keys if key.name == origin]

    def satisfied(self, names: Collection[str]) -> bool:
        """Whether these witnesses, by their names in the policy, are a quorum."""
        met = {name for name in names if name in self.witnesses} | {NONE}
        for group in self.groups:
            if len(met.intersection(group.members)) >= group.threshold:
                met.add(group.name)
        return self.quorum in met

    def cosigners(self, note: Note) -> dict[str, Signature]:
        """The cosignatures of the policy's witnesses, by their names in the policy. Of the log's own nothing is asked.

        Raises: VerificationError: `checkpoint-malformed`; `note-signature-wrong`: that of a known witness fails.
        """
        names = {witness.key: witness.name for witness in self.witnesses.values()}
        found = notes.verified(note, list(names), checkpoint.parse(note).cosigned())
        return {names[key]: signature for key, signature in found}

    def since(self, cosigners: Mapping[str, Signature]) -> int | None:
        """When the quorum was complete, s UTC; None: it is not, 0: the policy asks for nobody."""
        if self.satisfied(()):
            return 0
        names: list[str] = []
        for name, signature in sorted(cosigners.items(), key=lambda item: item[1].time):
            names.append(name)
            if self.satisfied(names):
                return signature.time
        return None


def read(path: Path) -> Policy:
    """Raises: ConfigError: `policy-unreadable`; VerificationError: `policy-malformed`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_POLICY + 1)
    except (OSError, ValueError) as cause:
        raise ConfigError("policy-unreadable", path=str(path)) from cause
    return parse(data)


def parse(data: bytes) -> Policy:
    """Read a policy strictly.

    Raises: VerificationError: `policy-malformed` with `line`, from 1, and `why`.

    Source: c2sp.org/tlog-policy, "Policy file syntax and structure". Safe on untrusted input.
    """
    if len(data) > MAX_POLICY:
        _refuse(1, "size")
    try:
        text = data.decode()
    except UnicodeDecodeError as cause:
        raise _malformed(data.count(b"\n", 0, cause.start) + 1, "utf-8") from cause
    lines = text.split("\n")
    if lines.pop():
        _refuse(len(lines) + 1, "no newline at the end")
    reading = _Reading()
    for number, line in enumerate(lines, 1):
        reading.line(number, line)
    return reading.policy(len(lines))


@dataclass(slots=True)
class _Reading:
    """What the lines so far have defined."""

    log_keys: list[NoteKey] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""
    members: set[str] = field(default_factory=set)
    number: int = 0

    def line(self, number: int, line: str) -> None:
        self.number = number
        self._require(not FORBIDDEN.search(line), "control")
        line = line.strip("\t ")
        if not line or line.startswith("#"):
            return
        word, *rest = BLANK.split(line)
        known: dict[str, Callable[[Sequence[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        self._require(word in known, "word")
        known[word](rest)

    def policy(self, last: int) -> Policy:
        if not self.quorum:
            _refuse(max(last, 1), "no quorum")
        return Policy(tuple(self.log_keys), self.witnesses, tuple(self.groups.values()), self.quorum)

    def _log(self, rest: Sequence[str]) -> None:
        self._require(1 <= len(rest) <= 2, "log")
        key = self._key(rest[0], LOG_KINDS)
        self._require(all(key.public != other.public for other in self.log_keys), "key twice")
        self.log_keys.append(key)

    def _witness(self, rest: Sequence[str]) -> None:
        self._require(2 <= len(rest) <= 3, "witness")
        name, vkey, *url = rest
        self._require_new(name)
        key = self._key(vkey, WITNESS_KINDS)
        self._require(all(key.public != other.key.public for other in self.witnesses.values()), "key twice")
        self.witnesses[name] = Witness(name, key, url[0] if url else "")

    def _group(self, rest: Sequence[str]) -> None:
        self._require(len(rest) >= 3, "group")
        name, count, *members = rest
        self._require_new(name)
        for member in members:
            self._require(member in self.witnesses or member in self.groups, "member")
            self._require(member not in self.members, "member twice")
            self.members.add(member)
        self.groups[name] = Group(name, self._threshold(count, len(members)), tuple(members))

    def _quorum(self, rest: Sequence[str]) -> None:
        self._require(len(rest) == 1 and not self.quorum, "quorum")
        self._require(rest[0] in (NONE, *self.witnesses, *self.groups), "quorum")
        self.quorum = rest[0]

    def _threshold(self, count: str, members: int) -> int:
        if count in ("all", "any"):
            return members if count == "all" else 1
        self._require(COUNT.fullmatch(count) is not None and int(count) <= members, "threshold")
        return int(count)

    def _key(self, vkey: str, kinds: Collection[int]) -> NoteKey:
        try:
            key = NoteKey.parse(vkey)
        except VerificationError as cause:
            raise _malformed(self.number, "key") from cause
        self._require(key.kind in kinds, "kind of key")
        return key

    def _require_new(self, name: str) -> None:
        self._require(name != NONE and name not in self.witnesses and name not in self.groups, "name")

    def _require(self, holds: bool, why: str) -> None:
        if not holds:
            _refuse(self.number, why)


def _refuse(line: int, why: str) -> NoReturn:
    raise _malformed(line, why)


def _malformed(line: int, why: str) -> VerificationError:
    return VerificationError("policy-malformed", line=line, why=why)
