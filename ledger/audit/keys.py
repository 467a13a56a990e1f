"""The key lists of a history, and what a bundle says beside them."""

from dataclasses import dataclass, field
from hashlib import sha256

from ledger.audit.bundle import KEYS, SIGNATURE, Bundle
from ledger.audit.findings import Finding, of_file
from ledger.domain.keys import Keys
from ledger.errors import VerificationError
from ledger.events import Record
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_records import KeyList

CONTEXT = "peksos/bundle/1"


@dataclass
class KeyHistory:
    """Every list that the history recorded, the first one first."""

    _lists: list[tuple[int, KeyList, bytes]] = field(default_factory=list)  # position, list, as it is published

    def follow(self, record: Record) -> None:
        event = record.event
        if isinstance(event, Keys.Created | Keys.Changed):
            published = cbor.encode({"list": event.list, "signed": list(event.signed)})
            self._lists.append((record.position, KeyList.decode(event.list), published))

    def at(self, size: int) -> KeyList | None:
        """In force for a log of this size: the last that is in it."""
        within = [keys for position, keys, _ in self._lists if position < size]
        return within[-1] if within else None

    def named(self, size: int) -> tuple[int, bytes] | None:
        """Version and SHA-256 of the list in force then, as status lists name it."""
        keys = self.at(size)
        return None if keys is None else (keys.version, sha256(keys.encode()).digest())

    def files(self, bundle: Bundle, *, complete: bool) -> list[Finding]:
        """`keys/` against the events; `complete`: the history was read to its end, so there are no more of them."""
        found = []
        expected = {f"keys/{keys.version:06d}.cbor": (position, body) for position, keys, body in self._lists}
        for path, (position, body) in expected.items():
            there = bundle.read(path)
            if there is None and path not in bundle.manifest.files:
                found.append(of_file("file-missing", path))
            elif there is not None and there != body:
                found.append(of_file("key-list-differs", path, position))
        more = {path for path in bundle.paths if KEYS.fullmatch(path)} - expected.keys()
        return found + [of_file("key-list-differs", path) for path in sorted(more) if complete]


def manifest_signature(bundle: Bundle, keys: KeyList, recorded: int) -> list[Finding]:
    """Whether an event key that is entitled at the end of the log signed the manifest.

    Args:
        recorded: ms UTC of the last event; the manifest was not made before it, whatever it says.
    """
    said = bundle.manifest
    try:
        statement = cose.parse(bundle.read(SIGNATURE) or b"", typ=None, detached=True)
        at = max(said.made, recorded) // 1000
        for key in key_list.entitled(keys, statement.kid, "event", index=said.size, at=at):
            if _signed(statement, key.public, said.origin, said.raw):
                return []
    except VerificationError:
        pass
    return [of_file("manifest-unsigned", SIGNATURE)]


def _signed(statement: cose.Statement, public: bytes, origin: str, manifest: bytes) -> bool:
    try:
        cose.verify(statement, public_key.load_public(public), cose.aad(CONTEXT, origin), manifest)
    except VerificationError:
        return False
    return True
