"""Exports: everything an auditor needs, in one folder or file; that it leaves is itself recorded first (R32).

Source: docs/formats/bundle.md.
"""

from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ledger.application import bundle
from ledger.application.bundle import CHECKPOINT, CONTEXT, MANIFEST, SIGNATURE, File, KeyEvent
from ledger.application.checkpoints import Checkpoints
from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.application.key_lists import key_events
from ledger.application.parcel import parcel
from ledger.credentials.published import claimed
from ledger.database import reading
from ledger.domain.exports import Export
from ledger.errors import StoreError, VerificationError
from ledger.rules.published import canonical
from ledger.signing.key_records import KeyList
from ledger.store import published, recorder
from ledger.store.history import Actor
from ledger.transparency import checkpoint, merkle, notes, tiles
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import Frontier

EACH = 256  # entries between two reports of progress


class Exports:
    def __init__(self, context: Context, checkpoints: Checkpoints, keep: Callable[[], object]) -> None:
        """`keep` signs what is new and asks the witnesses: `Log.keep`."""
        self._context = context
        self._checkpoints = checkpoints
        self._keep = keep

    def make(
        self,
        actor: Actor,
        target: Path,
        *,
        purpose: str,
        recipient: str,
        retention: date,
        since: int = 0,
        progress: Progress = no_progress,
    ) -> Answer:
        """A bundle at `target`: a folder, or one file if the name ends with .tar.gz.

        Args:
            recipient: An institution's code.
            retention: Last day on which the copy may be kept.
            since: Entries of the checkpoint since which this is the difference; 0: everything.

        Raises: ConflictError: `export-target-taken`. StoreError: `export-unwritable`, `checkpoint-behind`,
            `root-differs`, or as `Log.keep`. RuleError.
        """
        self._checkpoints.require_quiet()
        with parcel(target) as folder:
            # From here on a crash leaves an event that tells of more than left the ledger, never of less.
            recorded = self._recorded(actor, purpose=purpose, recipient=recipient, retention=retention, since=since)
            note = self._covering(recorded["size"])
            what = {"made": recorded["recorded"], "purpose": purpose, "retention": retention.isoformat(), "from": since}
            files = self._filled(folder, note, what, progress)
        opened = notes.parse(note)
        size, ours = checkpoint.parse(opened).size, {self._context.config.origin}
        witnesses = sorted({signature.name for signature in opened.signatures} - ours)
        answer = {"export": recorded["export"], "size": size, "files": files, "file": str(target)}
        return answer | {"witnesses": witnesses}  # Too few of them, and the auditor's policy will say so.

    def size_of(self, note: bytes) -> int:
        """Entries of a checkpoint that somebody kept.

        Raises: VerificationError: `note-malformed`, `checkpoint-malformed`; `checkpoint-foreign`: it is no beginning
            of this log.
        """
        point = checkpoint.parse(notes.parse(note))
        newest = checkpoint.parse(notes.parse(self._checkpoints.latest()))
        ours = point.origin == newest.origin and point.size <= newest.size
        if not ours or merkle.root_at(point.size, tiles.node_reader(self._checkpoints.tile, point.size)) != point.root:
            raise VerificationError("checkpoint-foreign", size=point.size, name=point.origin)
        return point.size

    def _recorded(self, actor: Actor, **body: Any) -> Answer:
        with self._context.history.writing(actor) as turn:
            made = Export.begin(turn.new_id(), **body, size=turn.position)
            turn.save(made)
            return turn.reply(export=str(made.id), recorded=turn.now)

    def _covering(self, size: int) -> bytes:
        """A checkpoint over so many entries, at least, that the witnesses were asked for: the one that most cosigned.

        Another process may have signed it already, or a larger one since, which nobody has cosigned yet.
        """
        self._keep()
        found = [note for _, note in self._checkpoints.kept(since=size - 1)]
        if not found:
            raise StoreError("checkpoint-behind", expected=size)
        return max(found, key=lambda note: len(notes.parse(note).signatures))

    def _filled(self, folder: Path, note: bytes, what: dict[str, Any], progress: Progress) -> int:
        """Writes the bundle; the number of files that its manifest lists."""
        point, since = checkpoint.parse(notes.parse(note)), what["from"]
        with reading(self._context.history.engine) as connection:
            lists = [one for one in key_events(connection) if one[0] < point.size]
            log = self._log(connection, point, note, since, progress)
            files = chain(
                log, bundle.key_files(lists), bundle.status_files(_lists(connection, point.size)), bundle.fixed_files()
            )
            listed = {file.path: _put(folder, file, since) for file in files}
        about = {"bundle": 1, "origin": point.origin, "size": point.size, "root": point.root.hex()}
        self._sign(lists[-1][1], folder, canonical(about | what | {"files": listed}))
        return len(listed)

    def _log(
        self, connection: Connection, point: Checkpoint, note: bytes, since: int, progress: Progress
    ) -> Iterator[File]:
        """Its entries, hashes and checkpoints. Raises: StoreError: `root-differs`: not these entries were signed."""
        frontier = Frontier()
        yield from bundle.log_files(_entries(connection, point.size, progress), frontier)
        if frontier.root() != point.root:
            raise StoreError("root-differs", size=point.size)
        yield File(CHECKPOINT, note)
        earlier = (one for one in self._checkpoints.kept() if one[0] < point.size)
        yield from bundle.checkpoint_files(chain(earlier, [(point.size, note)]), _made(connection, since))

    def _sign(self, last: KeyEvent, folder: Path, manifest: bytes) -> None:
        """By the event key of the newest key list that the bundle holds."""
        keys = KeyList.decode(last.list)
        signer = self._context.keyring.signer(keys, "event", None, context=CONTEXT, typ=None)
        (folder / MANIFEST).write_bytes(manifest)
        (folder / SIGNATURE).write_bytes(signer.sign_detached(manifest))


def _put(folder: Path, file: File, since: int) -> dict[str, object]:
    """Its line of the manifest; written if the former bundle had it not."""
    if file.since > since:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return {"bytes": len(file.data), "sha256": sha256(file.data).hexdigest()}


def _entries(connection: Connection, size: int, progress: Progress) -> Iterator[bytes]:
    for position, entry, _ in recorder.entries(connection, 0, size):
        if position % EACH == 0:
            progress(position, size)
        yield entry
    progress(size, size)


def _lists(connection: Connection, size: int) -> Iterator[tuple[str, bytes]]:
    """Those published of which the log of this size can say whether they were true: nothing after it is in them."""
    after = recorder.recorded_at(connection, size)
    for path, data in published.lists(connection):
        if after is None or (claimed(data) or 0) < after // 1000:
            yield path, data


def _made(connection: Connection, size: int) -> int:
    """Before this second, UTC, no bundle of a log of this size was made; 0: of no log."""
    last = next(recorder.entries(connection, size - 1, size), None) if size else None
    return 0 if last is None else last[2][3] // 1000
