"""What a witness remembers, in one SQLite file: its name and keys, the logs, their newest checkpoints, forks seen."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.errors import ConfigError, ConflictError, StoreError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import EMPTY
from ledger.transparency.notes import ED25519, ML_DSA_44, NoteKey

FILE = "witness.db"
FORK, UNPROVED = "fork", "unproved"
WAIT_SECONDS = 5  # For the turn of another thread or process.
TABLES = """
CREATE TABLE witness_keys (vkey TEXT PRIMARY KEY);
CREATE TABLE log_keys (origin TEXT, kind INTEGER, vkey TEXT NOT NULL, PRIMARY KEY (origin, kind));
CREATE TABLE checkpoints (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL, cosigned INTEGER NOT NULL
);
CREATE TABLE forks (
  origin TEXT, seen INTEGER NOT NULL, what TEXT NOT NULL, ours BLOB NOT NULL, theirs BLOB NOT NULL,
  size INTEGER NOT NULL, root BLOB NOT NULL, PRIMARY KEY (origin, what, size, root)
);
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint that was cosigned; `note` is empty before the first. `cosigned` in s UTC."""

    size: int = 0
    root: bytes = EMPTY
    note: bytes = b""
    cosigned: int = 0


@dataclass(frozen=True, slots=True)
class Fork:
    """Two notes of one log that do not go together. `seen` in s UTC.

    `what` is FORK: same size, other root, which convicts the log; or UNPROVED: larger, and the proof that came with it
    failed, which anybody can bring about: the log must be asked for another.
    """

    origin: str
    seen: int
    what: str
    ours: bytes
    theirs: bytes


class Book:
    """Opens the file of a folder. Each question and each turn has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        """Raises: StoreError: `witness-book-missing`: what was cosigned is forgotten, and the keys must not be used."""
        self._path = folder / FILE
        if not self._path.is_file():
            raise StoreError("witness-book-missing", path=str(self._path))

    @classmethod
    def create(cls, folder: Path, keys: Sequence[NoteKey]) -> "Book":
        """Raises: ConfigError: `witness-exists`, or `folder-unwritable`."""
        path = folder / FILE
        draft = path.with_name(f".{FILE}.draft")
        if path.exists():
            raise ConfigError("witness-exists", path=str(path))
        try:
            draft.unlink(missing_ok=True)
            with closing(_connected(draft, "rwc")) as connection:
                connection.executescript(TABLES)
                connection.executemany("INSERT INTO witness_keys VALUES (?)", [(key.encode(),) for key in keys])
            draft.rename(path)  # A crash before leaves a draft that the next `init` replaces.
        except (OSError, sqlite3.Error) as cause:
            raise ConfigError("folder-unwritable", path=str(folder)) from cause
        return cls(folder)

    def keys(self) -> list[NoteKey]:
        """The witness's own."""
        rows = self._asked("SELECT vkey FROM witness_keys ORDER BY length(vkey)")  # Ed25519 first.
        return [NoteKey.parse(vkey) for (vkey,) in rows]

    def log_keys(self, origin: str) -> list[NoteKey]:
        rows = self._asked("SELECT vkey FROM log_keys WHERE origin = ? ORDER BY kind", (origin,))
        return [NoteKey.parse(vkey) for (vkey,) in rows]

    def origins(self) -> list[str]:
        return [origin for (origin,) in self._asked("SELECT DISTINCT origin FROM log_keys ORDER BY origin")]

    def add_log(self, key: NoteKey, *, replace: bool = False) -> None:
        """A log has one key of each type: another one takes its place only where that is said.

        Raises: ConfigError: `log-key-kind`; ConflictError: `log-key-known`.
        """
        if key.kind not in (ED25519, ML_DSA_44):
            raise ConfigError("log-key-kind", got=key.kind, expected="1, 6")
        with self.turn() as connection:
            wanted = "SELECT vkey FROM log_keys WHERE origin = ? AND kind = ?"
            row = connection.execute(wanted, (key.name, key.kind)).fetchone()
            if row is not None and row[0] != key.encode() and not replace:
                raise ConflictError("log-key-known", origin=key.name)
            connection.execute("INSERT OR REPLACE INTO log_keys VALUES (?, ?, ?)", (key.name, key.kind, key.encode()))

    def seen(self, origin: str) -> Seen:
        with closing(_connected(self._path)) as connection:
            return seen(connection, origin)

    def forks(self) -> list[Fork]:
        rows = self._asked("SELECT origin, seen, what, ours, theirs FROM forks ORDER BY seen, origin, size")
        return [Fork(*row) for row in rows]

    @contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time, also between processes; on the disk when this ends.

        Raises: StoreError: `witness-busy`: another turn took too long, or the disk is full.
        """
        with closing(_connected(self._path)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")  # A crash before leaves nothing; closed without it, all is rolled back.
            except sqlite3.OperationalError as cause:
                raise StoreError("witness-busy", path=str(self._path)) from cause

    def _asked(self, question: str, values: Sequence[str] = ()) -> list[Any]:
        with closing(_connected(self._path)) as connection:
            return connection.execute(question, values).fetchall()


def seen(connection: sqlite3.Connection, origin: str) -> Seen:
    row = connection.execute(
        "SELECT size, root, note, cosigned FROM checkpoints WHERE origin = ?", (origin,)
    ).fetchone()
    return Seen(*row) if row else Seen()


def keep(connection: sqlite3.Connection, point: Checkpoint, note: bytes, time: int) -> None:
    """The newest checkpoint from now on, and proved, if it was not before. `time` in s UTC."""
    proved = (point.origin, UNPROVED, point.size, point.root)
    connection.execute("DELETE FROM forks WHERE origin = ? AND what = ? AND size = ? AND root = ?", proved)
    values = (point.origin, point.size, point.root, note, time)
    connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?)", values)


def accuse(connection: sqlite3.Connection, point: Checkpoint, fork: Fork) -> None:
    """Kept once for each tree that is shown; the log signed it, so that nobody else can fill the disk."""
    values = (fork.origin, fork.seen, fork.what, fork.ours, fork.theirs, point.size, point.root)
    connection.execute("INSERT OR IGNORE INTO forks VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _connected(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Never makes a file where there is none."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    connection.execute("PRAGMA synchronous = EXTRA")  # A checkpoint is on the disk before its cosignature leaves.
    return connection
