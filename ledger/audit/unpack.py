"""Opens what a stranger packed: a header is looked at before a byte behind it is written, and all is bounded."""

import gzip
import tarfile
import zlib
from pathlib import Path

from ledger.errors import BundleError

MAX_FILE = 17 << 20  # bytes
MAX_FILES = 100_000  # A log of ten million entries has eighty thousand tiles.
MAX_READ = 1 << 20  # bytes at once: the contents are copied in smaller pieces, headers are shorter.
MAX_PARTS, MAX_PATH = 12, 255  # folders deep, and the file; characters
MAX_RATIO = 50  # of what is unpacked to what is packed; signatures and hashes do not shrink.
ALWAYS = 64 << 20  # bytes that may be unpacked whatever the ratio
DAMAGED = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, RecursionError)


class _Careful(gzip.GzipFile):
    """Gives a header's extension no more memory than it may need: tarfile reads it whole, however long it is."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MAX_READ:
            raise unreadable("header")
        return super().read(size)


def unpack(packed: Path, folder: Path) -> None:
    """Write the files of a `.tar.gz` below an empty folder.

    Raises: BundleError: `bundle-unreadable` with `why`: a link, a device, a path that leaves the folder, a name that
        comes twice, a file over 17 MiB, too many files, too much in all, or no such archive.
    """
    try:
        most = max(ALWAYS, packed.stat().st_size * MAX_RATIO)
        with _Careful(packed) as stream, tarfile.TarFile(fileobj=stream) as archive:
            seen: set[str] = set()
            for member in archive:
                member.name = member.name.removeprefix("./")  # As tar writes the files of its own folder.
                most -= member.size
                _refuse(member, seen, most)
                seen.add(member.name)
                archive.extract(member, folder, set_attrs=False, filter="data")
    except DAMAGED as cause:
        raise unreadable("archive") from cause


def _refuse(member: tarfile.TarInfo, seen: set[str], rest: int) -> None:
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE) or member.issparse():
        raise unreadable("link or device", member.name)
    if not is_plain(member.name):
        raise unreadable("path", member.name)
    if member.name in seen:
        raise unreadable("twice", member.name)
    if member.size > MAX_FILE:
        raise unreadable("file too long", member.name)
    if rest < 0 or len(seen) >= MAX_FILES:
        raise unreadable("too much")


def is_plain(path: str) -> bool:
    """Whether a path stays below the folder, and is written in the one way."""
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) or path == "."
    short = len(parts) <= MAX_PARTS and len(path) <= MAX_PATH
    return short and plain and path.isprintable() and "\\" not in path


def unreadable(why: str, file: str = "") -> BundleError:
    return BundleError("bundle-unreadable", why=why, file=file or None)
