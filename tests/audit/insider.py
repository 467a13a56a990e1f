"""Whoever holds the database, the server and every online key, and writes a bundle over whatever history."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import bundle
from ledger.application.bundle import CHECKPOINT, CONTEXT, MANIFEST, SIGNATURE
from ledger.audit import audit_min
from ledger.audit.bundle import opened
from ledger.audit.offline import audit_bundle
from ledger.domain.exports import Export
from ledger.domain.keys import Keys
from ledger.rules.published import canonical
from ledger.signing.cose import PrivateKey, Signer
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import COSIGNED, Note, NoteKey

SECOND = Path(audit_min.__file__)
WHAT, UNTIL = {"purpose": "annual-audit", "recipient": "BPK", "since": 0}, date(2020, 12, 31)
WITNESS = "saksi.contoh.invalid/dpd-32"


class Insider:
    """Everything but the roots and the witness is at hand; the witness signs what it is shown."""

    def __init__(self, forger: Any, folder: Path) -> None:
        world, size = forger.world, len(forger.entries)
        world.save("ketua", Export.begin(world.new_id(), **WHAT, retention=UNTIL, size=size))
        self.forger, self.folder = type(forger)(world), folder
        self.ledger = world.ledger
        self.origin: str = forger.origin
        self.keys = self.ledger.keys.current()
        self.now = max(record.recorded for record in forger.records) // 1000  # s UTC
        self._witness = Ed25519PrivateKey.generate()
        self.witness = NoteKey(WITNESS, COSIGNED, self._witness.public_key().public_bytes_raw()).encode()
        self.anchors = ["--root", self.keys.roots.fingerprint(), "--witness", self.witness, "--quorum", "1"]

    def note(self, entries: Sequence[bytes], size: int, *, cosigned: bool = True) -> Note:
        frontier = Frontier()
        list(bundle.log_files(entries[:size], frontier))
        point = Checkpoint(self.origin, size, frontier.root())
        note = checkpoint.signed(point, *self.ledger.context.keyring.of_log(self.keys), self.now)
        if not cosigned:
            return note
        return note.with_signatures([notes.cosign(point.cosigned()[COSIGNED], WITNESS, self._witness, self.now)])

    def write(self, entries: Sequence[bytes], *, kept: Sequence[int] = (), cosigned: bool = True) -> Path:
        """A bundle in which everything is hashed and signed anew; `kept`: sizes of older checkpoints."""
        self.folder.mkdir()
        events = [(record.position, record.event) for record in self.forger.records]
        lists = [(position, event) for position, event in events if isinstance(event, Keys.Created | Keys.Changed)]
        newest = self.note(entries, len(entries), cosigned=cosigned).encode()
        points = {f"checkpoints/{size:012d}": self.note(entries, size).encode() for size in kept}
        points |= {CHECKPOINT: newest, f"checkpoints/{len(entries):012d}": newest}
        for file in (*bundle.log_files(entries, Frontier()), *bundle.key_files(lists), *bundle.fixed_files()):
            self.put(file.path, file.data)
        for path, note in points.items():
            self.put(path, note)
        self.sign(size=len(entries), root=checkpoint.parse(notes.parse(newest)).root.hex())
        return self.folder

    def put(self, path: str, data: bytes) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)

    def sign(self, key: PrivateKey | None = None, **other: Any) -> None:
        """The manifest, over the files as they are now."""
        manifest = self.folder / MANIFEST
        about = json.loads(manifest.read_bytes()) if manifest.exists() else {"bundle": 1, "from": 0}
        made = self.forger.records[-1].recorded  # by the export
        about |= {"made": made, "origin": self.origin, "purpose": WHAT["purpose"], "retention": UNTIL.isoformat()}
        about |= other | {"files": self._measured()}
        manifest.write_bytes(canonical(about))
        signer = Signer(key or self.forger.key(), context=CONTEXT, origin=self.origin)
        self.put(SIGNATURE, signer.sign_detached(manifest.read_bytes()))

    def _measured(self) -> dict[str, dict[str, object]]:
        names = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if path.is_file()}
        files = {name: path.read_bytes() for name, path in names.items() if name not in (MANIFEST, SIGNATURE)}
        return {name: {"bytes": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()}


def second_opinion(folder: Path, *anchors: str) -> dict[str, Any]:
    """What the lone checker says of a bundle: `exit`, and its report if it made one."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
        status = audit_min.main([str(folder), "--json", *anchors])
    said: dict[str, Any] = json.loads(out.getvalue() or "{}")
    assert said.get("exit", status) == status
    return said | {"exit": status}


def both(folder: Path) -> list[tuple[int | None, str, str]]:
    """What both find, without anchors: each the same, at the same place."""
    said = second_opinion(folder)
    with opened(folder) as made:
        ours = audit_bundle(made, workers=1).as_json()
    assert (said["exit"], said["root"]) == (ours["exit"], ours["root"])
    assert sorted(map(str, said["findings"])) == sorted(map(str, ours["findings"]))
    return found(said)


def alone(*arguments: str | Path) -> tuple[int, str]:
    """Exit and output of the file by itself, where nothing of ours can be imported."""
    command = [sys.executable, "-I", SECOND, *arguments]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def found(said: dict[str, Any]) -> list[tuple[int | None, str, str]]:
    """Position, code and file of each finding."""
    return [(one["position"], one["what"], one["file"]) for one in said["findings"]]
