"""The witness itself: cosigns a checkpoint that continues the last one, and keeps what does not.

Source: c2sp.org/tlog-witness; our choices stand in docs/formats/witness.md.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.errors import ConfigError, StoreError, VerificationError
from ledger.signing import key_files
from ledger.transparency import checkpoint, notes, submission
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import verify_consistency
from ledger.transparency.notes import COSIGNED, ML_DSA_44, NoteKey
from ledger.transparency.submission import Submission
from ledger.witness.book import FORK, UNPROVED, Book, Fork, Seen, accuse, keep, seen

KEY, SECOND = "witness.pem", "witness-ml-dsa.pem"
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"

Cosigner = Ed25519PrivateKey | MLDSA44PrivateKey
Clock = Callable[[], int]  # s UTC


@dataclass(frozen=True, slots=True)
class Answer:
    """As HTTP says it."""

    status: int
    body: str
    kind: str = PLAIN


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a checkpoint is not cosigned; `fork` what it is evidence of: FORK, UNPROVED, or nothing."""

    answer: Answer
    fork: str = ""


def create(folder: Path, name: str, logs: Sequence[NoteKey], *, second: bool = False) -> Book:
    """A new witness. Raises: ConfigError: there is one, or the folder cannot be written."""
    keys: list[Cosigner] = [Ed25519PrivateKey.generate()]
    if second:
        keys.append(MLDSA44PrivateKey.generate())
    public = [_public(name, key) for key in keys]
    if (folder / KEY).exists():
        raise ConfigError("witness-exists", path=str(folder / KEY))  # Its book may be lost: then it ends.
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as cause:
        raise ConfigError("folder-unwritable", path=str(folder)) from cause
    book = Book.create(folder, public)
    for log in logs:
        book.add_log(log)
    # A crash here leaves a book without keys, which `serve` refuses: no key is ever without a book.
    for key, file in zip(keys, (KEY, SECOND), strict=False):
        key_files.save_private(folder / file, key, passphrase=None)
    return book


class Witness:
    def __init__(self, folder: Path, clock: Clock) -> None:
        """Raises: StoreError: the book is missing, or another witness's; ConfigError: a key file is missing."""
        self.book = Book(folder)
        self._clock = clock
        self.public = self.book.keys()
        self.name = self.public[0].name
        self._keys = [_loaded(folder / file) for file in (KEY, SECOND)[: len(self.public)]]
        if [_public(self.name, key) for key in self._keys] != self.public:
            raise StoreError("witness-book-differs", path=str(folder))

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to a log's request; a cosignature only after the checkpoint is on the disk.

        Raises: StoreError: `witness-busy`.
        """
        try:
            asked = submission.parse(body)
            point = checkpoint.parse(notes.parse(asked.note))
        except VerificationError as refused:
            return _said(400, refused)
        keys = self.book.log_keys(point.origin)
        if not keys:
            return Answer(404, "origin-unknown\n")
        try:
            checkpoint.opened(asked.note, keys)
        except VerificationError as refused:
            return _said(403, refused)
        with self.book.turn() as connection:
            return self._decided(connection, asked, point)

    def _decided(self, connection: sqlite3.Connection, asked: Submission, point: Checkpoint) -> Answer:
        """Compared, signed and kept in one turn: whoever asks at the same time sees the one or the other."""
        last, now = seen(connection, point.origin), self._clock()
        refused = _refused(last, asked, point)
        if refused is None:
            lines = "".join(self._cosigned(point, key, now) for key in self._keys)
            keep(connection, point, asked.note, now)
            return Answer(200, lines)
        if refused.fork:
            accuse(connection, point, Fork(point.origin, now, refused.fork, last.note, asked.note))
        return refused.answer

    def _cosigned(self, point: Checkpoint, key: Cosigner, now: int) -> str:
        kind = COSIGNED if isinstance(key, Ed25519PrivateKey) else ML_DSA_44
        return notes.cosign(point.cosigned()[kind], self.name, key, now).line()


def _refused(last: Seen, asked: Submission, point: Checkpoint) -> Refused | None:
    """The checks in the order of the specification; another root for a size that was cosigned is kept at any `old`."""
    if asked.old > point.size:
        return Refused(Answer(400, "old-above-size\n"))
    behind = Answer(409, f"{last.size}\n", SIZE)
    if point.size == last.size and point.root != last.root:
        return Refused(behind, FORK)
    if asked.old != last.size:
        return Refused(behind)
    try:
        verify_consistency(asked.old, point.size, asked.hashes, last.root, point.root)
    except VerificationError as refused:
        return Refused(_said(422, refused), UNPROVED)
    return None


def _said(status: int, refused: VerificationError) -> Answer:
    return Answer(status, f"{refused.code}\n")


def _public(name: str, key: Cosigner) -> NoteKey:
    kind = COSIGNED if isinstance(key, Ed25519PrivateKey) else ML_DSA_44
    return NoteKey(name, kind, key.public_key().public_bytes_raw())


def _loaded(path: Path) -> Cosigner:
    key = key_files.load_private(path, passphrase=None)
    if not isinstance(key, Cosigner):
        raise ConfigError("key-file-malformed", path=str(path))
    return key
