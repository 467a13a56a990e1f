"""A folder of plain files that any host can serve: each file whole or not at all, no folder of which can be listed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from ledger.errors import StoreError

FRESH = ".new"  # Where a file is written before it gets its name; what a crash leaves there is thrown away.
INDEX = "index.html"


class Folder:
    """`unlisted` is what a visitor of a folder reads instead of a list of its files.

    Raises, whatever it does: StoreError: `folder-unreachable`.
    """

    def __init__(self, root: Path, unlisted: bytes) -> None:
        self.root, self._unlisted = root, unlisted
        self._touched: set[Path] = set()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One publisher at a time: a second one waits, and then has newer files or none."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            opened = os.open(self.root, os.O_RDONLY)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX)
                rmtree(self.root / FRESH, ignore_errors=True)
                (self.root / FRESH).mkdir()
                self._index(self.root)
                yield
                self.settle()
            finally:
                rmtree(self.root / FRESH, ignore_errors=True)
                os.close(opened)
        except OSError as cause:
            raise StoreError("folder-unreachable", why=cause.strerror or "") from cause

    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def names(self, path: str) -> set[str]:
        """Of what is in a folder; none: it is not there."""
        folder = self.root / path
        return {one.name for one in folder.iterdir()} if folder.is_dir() else set()

    def put(self, path: str, data: bytes) -> bool:
        """Whether it was another file, or none, before. Its name is on the disk after `settle`."""
        if self.read(path) == data:
            return False
        self._make(self.root / path)
        self._write(self.root / path, data)
        return True

    def remove(self, path: str) -> None:
        """A folder and what is in it, if it is there."""
        rmtree(self.root / path, ignore_errors=True)

    def settle(self) -> None:
        """The disk keeps new names only when their folders are synced, too."""
        for folder in sorted(self._touched):
            opened = os.open(folder, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)
        self._touched.clear()

    def _make(self, path: Path) -> None:
        """The folders above a file, from the top down; none is there for a moment without its index."""
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._touched.add(folder.parent)
            self._index(folder)

    def _index(self, folder: Path) -> None:
        if not (folder / INDEX).exists():
            self._write(folder / INDEX, self._unlisted)

    def _write(self, path: Path, data: bytes) -> None:
        fresh = self.root / FRESH / "file"
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        self._touched.add(path.parent)
