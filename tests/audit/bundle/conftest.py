"""Bundles of the small world's history, made by whoever holds all of its keys: every tampering can be signed again."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import bundle as files
from ledger.audit.bundle import opened
from ledger.audit.offline import audit_bundle
from ledger.audit.outcome import Report
from ledger.database import reading
from ledger.domain.exports import Export
from ledger.domain.keys import Keys
from ledger.events import CONTEXT, TYPE, Record, decode, encode, payload_of
from ledger.rules.published import canonical
from ledger.signing.key_records import KeyList
from ledger.store import recorder
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import Frontier, leaf_hash, root_of
from ledger.transparency.notes import COSIGNED, Note, NoteKey
from ledger.transparency.policy import Policy, parse
from ledger.wiring import Ledger

WITNESSES = {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in enumerate(("a", "b", "c"), 1)}
HALF_A_DAY = 12 * 3_600_000  # ms
YEAR = timedelta(days=365)
DELAY = 7  # s between the last event of a checkpoint and its cosignatures


@dataclass
class Maker:
    """`entries` may be changed before a bundle is made; `times` says when a size was cosigned, s UTC."""

    ledger: Ledger
    entries: list[bytes]
    cosigners: Sequence[str] = ("a", "b", "c")
    times: dict[int, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return self.ledger.config.origin

    @property
    def records(self) -> list[Record]:
        return [decode(payload_of(entry), entry) for entry in self.entries]

    @property
    def fingerprint(self) -> str:
        return self.ledger.keys.current().roots.fingerprint()

    @property
    def log_keys(self) -> list[NoteKey]:
        return checkpoint.log_keys(self.ledger.keys.current(), self.origin)

    def policy(self, quorum: str = "two", logs: Sequence[NoteKey] | None = None) -> Policy:
        return parse(self.policy_text(quorum, logs).encode())

    def policy_text(self, quorum: str = "two", logs: Sequence[NoteKey] | None = None) -> str:
        lines = [f"log {key.encode()}" for key in (self.log_keys if logs is None else logs)]
        for name, key in WITNESSES.items():
            lines.append(
                f"witness {name} {NoteKey(witness(name), COSIGNED, key.public_key().public_bytes_raw()).encode()}"
            )
        return "\n".join([*lines, "group two 2 a b c", f"quorum {quorum}", ""])

    def point(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, root_of(map(leaf_hash, self.entries[:size])))

    def note(self, size: int, point: Checkpoint | None = None, cosigners: Sequence[str] | None = None) -> bytes:
        """Signed by the log's keys of that size, and cosigned."""
        return self.cosigned(self.signed(point or self.point(size)), size, cosigners).encode()

    def signed(self, point: Checkpoint) -> Note:
        time = self.time(min(point.size, len(self.entries)))
        return checkpoint.signed(point, *self.ledger.context.keyring.of_log(self.keys_at(point.size)), time)

    def cosigned(self, note: Note, size: int, cosigners: Sequence[str] | None = None) -> Note:
        message = checkpoint.parse(note).cosigned()[COSIGNED]
        time = self.time(size)
        who = self.cosigners if cosigners is None else cosigners
        return note.with_signatures([notes.cosign(message, witness(name), WITNESSES[name], time) for name in who])

    def time(self, size: int) -> int:
        """s UTC at which a checkpoint of this size was cosigned."""
        return self.times.get(size) or self.records[min(size, len(self.entries)) - 1].recorded // 1000 + DELAY

    def keys_at(self, size: int) -> KeyList:
        return KeyList.decode(self.key_events(size)[-1][1].list)

    def key_events(self, size: int) -> list[tuple[int, Keys.Created | Keys.Changed]]:
        found = ((record.position, record.event) for record in self.records[:size])
        return [(position, event) for position, event in found if isinstance(event, Keys.Created | Keys.Changed)]

    def sizes(self) -> list[int]:
        """Of the kept checkpoints: a third, the half, and the end of each day with events."""
        size, recorded = len(self.entries), [record.recorded for record in self.records]
        ends = [n for n, (one, other) in enumerate(pairwise(recorded), 1) if other - one > HALF_A_DAY]
        return sorted({size // 3, size // 2, *ends, size})

    def with_export(self) -> Self:
        """The history with the event of its export at its end, as whoever has the event key can always write it."""
        last = self.records[-1]
        if isinstance(last.event, Export.Created):
            return self
        officer = next(record for record in self.records if record.event.TOPIC == "proposal.made")
        size = len(self.entries)
        body = {"purpose": "annual-audit", "recipient": "BPK", "retention": last.day + YEAR, "size": size, "since": 0}
        (made,) = Export.begin(UUID(int=size), **body).pending_events
        who = {"actor": officer.actor, "capacity": officer.capacity, "authority": officer.authority}
        record = Record(event=made, position=size, recorded=last.recorded, effective=last.day, **who)
        signer = self.ledger.context.keyring.signer(self.keys_at(size), "event", None, context=CONTEXT, typ=TYPE)
        return replace(self, entries=[*self.entries, signer.sign(encode(record))])

    def write(self, folder: Path, changes: dict[str, bytes] | None = None, **manifest: Any) -> Path:
        """A bundle as the exporter makes it, but for the changes; all of it signed by the event key."""
        return self.with_export()._written(folder, changes or {}, manifest)

    def _written(self, folder: Path, changes: dict[str, bytes], manifest: dict[str, Any]) -> Path:
        made = {file.path: file.data for file in files.log_files(self.entries, Frontier())}
        last = self.records[-1]
        assert isinstance(last.event, Export.Created)
        notes_of = [(size, self.note(size)) for size in sorted({*self.sizes(), len(self.entries)})]
        made |= {file.path: file.data for file in files.checkpoint_files(notes_of, 0)}
        made |= {file.path: file.data for file in files.key_files(self.key_events(len(self.entries)))}
        made |= {file.path: file.data for file in files.fixed_files()}
        made |= {files.CHECKPOINT: notes_of[-1][1]} | changes
        for path, data in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        point = self.point(len(self.entries))
        said = {
            "bundle": 1,
            "origin": self.origin,
            "size": point.size,
            "root": point.root.hex(),
            "from": 0,
            "made": last.recorded,
            "purpose": last.event.purpose,
            "retention": last.event.retention.isoformat(),
        }
        (folder / files.MANIFEST).write_bytes(canonical(said | {"files": {}} | manifest))
        return self.resign(folder)

    def resign(self, folder: Path) -> Path:
        """Whoever holds the event key makes the manifest agree with whatever is there."""
        said = json.loads((folder / files.MANIFEST).read_bytes())
        paths = [p for p in folder.rglob("*") if p.is_file() and p.name not in (files.MANIFEST, files.SIGNATURE)]
        said["files"] = {p.relative_to(folder).as_posix(): measured(p) for p in paths}
        raw = canonical(said)
        (folder / files.MANIFEST).write_bytes(raw)
        (folder / files.SIGNATURE).write_bytes(self.signature(raw))
        return folder

    def signature(self, raw: bytes, keys: KeyList | None = None) -> bytes:
        keys = keys or self.keys_at(len(self.entries))
        signer = self.ledger.context.keyring.signer(keys, "event", None, context=files.CONTEXT, typ=None)
        return signer.sign_detached(raw)

    def audited(self, folder: Path, **anchors: Any) -> Report:
        """With every anchor, unless said otherwise."""
        given = {"root": self.fingerprint, "policy": self.policy()} | anchors
        with opened(folder) as bundle:
            return audit_bundle(bundle, **given)

    def found(self, folder: Path, **anchors: Any) -> list[tuple[str, str | int | None]]:
        """What was found, and the file or position of it."""
        return [(one.code, one.file or one.position) for one in self.audited(folder, **anchors).findings]


def measured(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def witness(name: str) -> str:
    return f"saksi.contoh.invalid/{name}"


def of(ledger: Ledger) -> Maker:
    with reading(ledger.engine) as connection:
        return Maker(ledger, [entry for _, entry, _ in recorder.entries(connection)])


@pytest.fixture
def maker(world: Any) -> Maker:
    """Whose history ends with its export."""
    return of(world.ledger).with_export()


@pytest.fixture
def maker_of() -> Callable[[Ledger], Maker]:
    return of


@pytest.fixture
def sound(maker: Maker, tmp_path: Path) -> Path:
    return maker.write(tmp_path / "bundle")
