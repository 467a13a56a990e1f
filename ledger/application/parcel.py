"""A folder, or a .tar.gz of it, that stands at its place whole or not at all."""

import gzip
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from ledger.errors import ConflictError, StoreError

PACKED = ".tar.gz"


@contextmanager
def parcel(target: Path) -> Iterator[Path]:
    """An empty folder to fill; afterwards it is at `target`, packed if that ends with .tar.gz.

    A refusal leaves nothing. A crash leaves a hidden folder beside the target, which nobody takes for it.

    Raises: ConflictError: `export-target-taken`. StoreError: `export-unwritable`.
    """
    if os.path.lexists(target):
        raise ConflictError("export-target-taken", got=target.name)
    try:
        with _workplace(target) as place:
            folder = place / "folder"
            folder.mkdir(mode=0o700)
            yield folder
            ready = _packed(folder, place / "packed") if target.name.endswith(PACKED) else folder
            _settle(ready)
            ready.rename(target)
            _sync(target.parent)
    except OSError as cause:
        raise StoreError("export-unwritable", why=cause.strerror) from cause


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """On the same disk as the target, for its owner only."""
    place = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def contents(folder: Path) -> list[tuple[str, Path]]:
    """Every file with its path in the folder, in the order of these paths."""
    return sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())


def _packed(folder: Path, where: Path) -> Path:
    """The same bytes for the same files: no times, no owners, one order."""
    opened = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(opened, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, path in contents(folder):
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            with path.open("rb") as data:
                tar.addfile(entry, data)
    return where


def _settle(ready: Path) -> None:
    """On the disk before it gets its name; files first, then the folders that name them."""
    inside = sorted(ready.rglob("*"), key=Path.is_dir) if ready.is_dir() else []
    for path in (*inside, ready):
        _sync(path)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
