"""Signed files from any host, and what was verified before: fresh, silent or wrong, and never anything between.

Source: docs/verifying.md.
"""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from ledger.errors import LedgerError, VerificationError
from ledger.signing import cbor, cose
from ledger.signing.key_list import KeyList, SignedKeyList, open_signed, require_anchor

KEYS = "keys/list"
MAX_STEPS = 1000  # Key lists between the one held and the newest that are walked.


class Kind(StrEnum):
    BYTES = "bytes"
    ABSENT = "absent"  # 404, 410
    WRONG = "wrong"  # any other answer
    SILENT = "silent"  # offline, no such name, refused, too slow


@dataclass(frozen=True, slots=True)
class Answer:
    """`date`: the host's clock, s UTC, as it says without proof; None: it said nothing."""

    kind: Kind
    data: bytes = b""
    date: int | None = None


Fetch = Callable[[str, bool], Answer]
"""Of a path without leading slash; True: past every cache."""
Held = MutableMapping[str, bytes]
"""What was verified here before, by path. Nothing else is ever put into it."""


class Dated(Protocol):
    @property
    def iat(self) -> int: ...
    @property
    def exp(self) -> int: ...


L = TypeVar("L", bound=Dated)


@dataclass(frozen=True, slots=True)
class Got(Generic[L]):
    """`value`: the newest verified one at hand; `rollback`: the host gave one older than that."""

    value: L | None
    kind: Kind  # BYTES: it was answered just now.
    rollback: bool = False
    date: int | None = None

    def wrong(self, now: int) -> bool:
        """A host that answers must answer with a list in its time. `now` in s UTC."""
        late = self.kind is Kind.BYTES and self.value is not None and now >= self.value.exp
        return late or self.kind in (Kind.ABSENT, Kind.WRONG)


def listed(path: str, read: Callable[[bytes], L], *, fetch: Fetch, held: Held, again: bool = False) -> Got[L]:
    """A status list or bucket. `read` verifies, raising LedgerError."""
    before = _held(path, read, held)
    answer = fetch(path, again)
    if answer.kind is not Kind.BYTES:
        return Got(before, answer.kind, date=answer.date)
    try:
        new = read(answer.data)
    except LedgerError:
        return Got(before, Kind.WRONG, date=answer.date)
    if before is not None and new.iat < before.iat:
        return Got(before, Kind.SILENT, rollback=True, date=answer.date)
    if before is not None and new.iat == before.iat and answer.data != held[path]:
        return Got(before, Kind.WRONG, date=answer.date)
    held[path] = answer.data
    return Got(new, Kind.BYTES, date=answer.date)


def _held(path: str, read: Callable[[bytes], L], held: Held) -> L | None:
    """Verified anew: its key may have been declared compromised since."""
    if path not in held:
        return None
    try:
        return read(held[path])
    except LedgerError:
        return None


def keys(*, origin: str, root: str, fetch: Fetch, held: Held, again: bool = False) -> Got[KeyList]:
    """The key list in force, each signed by the roots of the one before.

    Args:
        root: Fingerprint of the root set to believe where nothing is held.
    """
    before = _held(KEYS, lambda data: KeyList.decode(_parts(data)["list"]), held)
    answer = fetch(KEYS, again)
    if answer.kind is not Kind.BYTES:
        return Got(before, answer.kind, date=answer.date)
    try:
        new = _follow(answer.data, before, held, origin=origin, root=root, fetch=fetch)
    except LedgerError:
        return Got(before, Kind.WRONG, date=answer.date)
    held[KEYS] = answer.data
    return Got(new, Kind.BYTES, date=answer.date)


def _follow(data: bytes, before: KeyList | None, held: Held, *, origin: str, root: str, fetch: Fetch) -> KeyList:
    body = _parts(data)
    new = KeyList.decode(body["list"])
    if before is None:
        require_anchor(new.roots, root)
        return open_signed(body["list"], body["signed"], origin=origin, roots=new.roots)
    if body["list"] == _parts(held[KEYS])["list"]:
        return open_signed(body["list"], body["signed"], origin=origin, roots=before.roots)
    if new.version <= before.version:
        raise VerificationError("key-list-rollback", got=new.version, expected=before.version + 1)
    if not _signed_by(before, body, origin):
        before = _walked(before, new.version, origin, fetch)
    return _after(before, body, origin)


def _walked(before: KeyList, version: int, origin: str, fetch: Fetch) -> KeyList:
    """One list after the other: the roots were changed in between."""
    if version - before.version > MAX_STEPS:
        raise VerificationError("key-list-gap", got=version, expected=before.version + 1)
    for step in range(before.version + 1, version):
        answer = fetch(f"keys/{step}", False)
        body = _parts(answer.data)
        if KeyList.decode(body["list"]).version != step:
            raise VerificationError("key-list-gap", got=version, expected=step)
        before = _after(before, body, origin)
    return before


def _after(before: KeyList, body: SignedKeyList, origin: str) -> KeyList:
    """Signed by the roots before it, and by its own where they differ."""
    new = open_signed(body["list"], body["signed"], origin=origin, roots=before.roots)
    return open_signed(body["list"], body["signed"], origin=origin, roots=new.roots)


def _signed_by(before: KeyList, body: SignedKeyList, origin: str) -> bool:
    try:
        open_signed(body["list"], body["signed"], origin=origin, roots=before.roots)
    except LedgerError:
        return False
    return True


def _parts(data: bytes) -> SignedKeyList:
    match cbor.decode(data, limit=2 * cose.LIMIT):
        case {"list": bytes() as list, "signed": [*signed], **rest} if not rest:
            if all(isinstance(one, bytes) for one in signed):
                return {"list": list, "signed": signed}
    raise VerificationError("key-list-malformed", why="body")
