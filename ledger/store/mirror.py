"""The second place: every entry that a checkpoint covers lies in a folder, on another disk, before it is signed.

Full bundles of 256 entries stand where a log's tiles stand; the entries after them in `tail.<bundles before it>`, which
only grows. What a crash leaves half written is cut off by the next writer: it was not signed yet.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import StoreError, VerificationError
from ledger.transparency.tiles import WIDTH, Tile, bundle, unbundle

NOTE, ALARMS = "checkpoint", "alarms"


@dataclass(frozen=True, slots=True)
class Edge:
    """How far the mirror goes: its last entry, and the last checkpoint that was signed here."""

    size: int
    entry: bytes
    note: bytes | None


class Mirror:
    """`folder` is made when something is first written into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self, what: str = "signing") -> Iterator[None]:
        """One process at a time extends the mirror and signs, or does something else by that name.

        Raises: StoreError: `mirror-unreachable`: the disk cannot be read or written.
        """
        with _reachable():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self.folder / f"{what}.lock").open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield

    def size(self) -> int:
        """How many entries are here. Raises: StoreError: `mirror-malformed`."""
        full = self._full()
        return full * WIDTH + len(self._tail(full))

    def edge(self) -> Edge:
        """Raises: StoreError: `mirror-malformed`, `mirror-unreachable`."""
        with _reachable():
            note, size = self.note(), self.size()
            return Edge(size, next(self.entries(size - 1), b"") if size else b"", note)

    def extend(self, entries: Iterable[bytes]) -> None:
        """Adds entries and has the disk keep them; the caller is alone, and begins at `size()`."""
        full = self._full()
        tail = self._tail(full)
        self._cut(full, tail)
        fresh: list[bytes] = []
        for entry in entries:
            tail.append(entry)
            fresh.append(entry)
            if len(tail) == WIDTH:
                self._write(self._bundle(full), bundle(tail))
                self._tail_of(full).unlink(missing_ok=True)
                full, tail, fresh = full + 1, [], []
        if tail:  # Also without a fresh entry: another process may have been killed before its last ones were kept.
            with self._tail_of(full).open("ab") as file:
                file.write(bundle(fresh))
                file.flush()
                os.fsync(file.fileno())
            _keep_folder(self.folder)

    def entries(self, start: int) -> Iterator[bytes]:
        """From this position on. Raises: StoreError: `mirror-malformed`."""
        full = self._full()
        for number in range(start // WIDTH, full):
            yield from self._read(self._bundle(number))[max(0, start - number * WIDTH) :]
        yield from self._tail(full)[max(0, start - full * WIDTH) :]

    def note(self) -> bytes | None:
        """The last checkpoint that was signed here."""
        path = self.folder / NOTE
        return path.read_bytes() if path.exists() else None

    def alarms(self) -> int:
        """Folders of evidence that nobody has put away yet."""
        folder = self.folder / ALARMS
        with _reachable():
            return len(list(folder.iterdir())) if folder.exists() else 0

    def keep(self, note: bytes) -> None:
        self._write(self.folder / NOTE, note)

    def _bundle(self, number: int) -> Path:
        return self.folder / Tile(-1, number).path()

    def _full(self) -> int:
        """The number of full bundles; they have no gap, so a few questions find it."""
        low, high = 0, 1
        while self._bundle(high - 1).exists():
            low, high = high, 2 * high
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if self._bundle(middle - 1).exists() else (low, middle)
        return low

    def _tail_of(self, full: int) -> Path:
        return self.folder / f"tail.{full}"

    def _tail(self, full: int) -> list[bytes]:
        """The whole entries after the last full bundle."""
        try:
            data = self._tail_of(full).read_bytes()
        except FileNotFoundError:  # Nothing yet; or its bundle was completed just now, and holds it all.
            return []
        found, at = list[bytes](), 0
        while at + 2 <= len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2])
            if end > len(data):
                break
            found.append(data[at + 2 : end])
            at = end
        return found

    def _cut(self, full: int, tail: list[bytes]) -> None:
        path = self._tail_of(full)
        if path.exists() and path.stat().st_size != len(bundle(tail)):
            self._write(path, bundle(tail))

    def _read(self, path: Path) -> list[bytes]:
        try:
            found = unbundle(path.read_bytes())
        except VerificationError as cause:
            raise StoreError("mirror-malformed", file=path.name) from cause
        if len(found) != WIDTH:
            raise StoreError("mirror-malformed", file=path.name)
        return found

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all, and on the disk when this returns."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        _keep_folder(path.parent)


def _keep_folder(folder: Path) -> None:
    """The disk keeps a new name only when its folder is synced, too."""
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise StoreError("mirror-unreachable", why=cause.strerror or "") from cause
