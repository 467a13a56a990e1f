"""A bundle: everything that proves a history, in one folder or one `.tar.gz` of it.

Source: docs/formats/bundle.md. Nothing is believed that stands in it; what cannot be read safely is refused whole.
"""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryDirectory
from typing import Any

from ledger.audit.findings import Finding, of_file
from ledger.audit.unpack import MAX_FILE, MAX_FILES, is_plain, unpack, unreadable
from ledger.errors import VerificationError
from ledger.events import KINDS
from ledger.rules.published import published
from ledger.transparency.notes import is_name
from ledger.transparency.tiles import WIDTH, Tile, unbundle, width_of

MANIFEST, SIGNATURE, NEWEST = "MANIFEST.json", "MANIFEST.sig", "log/checkpoint"
LOG = "log/"
NAMED = {NEWEST, "README.txt", "audit_min.py", "rules/rulebook.json", "rules/lifecycles.json"}
KEPT, KEYS = re.compile(r"checkpoints/[0-9]{12}"), re.compile(r"keys/[0-9]{6}\.cbor")
FIELDS = {
    **dict.fromkeys(("bundle", "from", "made", "size"), int),
    **dict.fromkeys(("origin", "purpose", "retention", "root"), str),
    "files": dict,
}
PIECE = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Manifest:
    """`size` and `root` are those of the log; `made` in ms UTC; `files` by path, each its length and SHA-256."""

    raw: bytes
    origin: str
    size: int
    root: bytes
    since: int
    made: int
    purpose: str
    retention: str
    files: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Bundle:
    """`paths`: of every file that is there but the manifest."""

    folder: Path
    manifest: Manifest
    paths: frozenset[str]

    def read(self, path: str) -> bytes | None:
        """A whole file; None: it is not there. Raises: BundleError."""
        if path not in self.paths:
            return None
        return _read(self.folder / path)

    def entries(self) -> Iterator[tuple[int, bytes, None]]:
        """Position and signed entry, in order, as far as the tiles reach.

        Raises: VerificationError: `tile-malformed`, with the file and the position at which it begins.
        """
        size = self.manifest.size
        for index in range(-(-size // WIDTH)):
            path = entries_path(index, size)
            data = self.read(path)
            if data is None:
                return
            some = _entries(data, path, index * WIDTH, min(WIDTH, size - index * WIDTH))
            yield from ((index * WIDTH + n, entry, None) for n, entry in enumerate(some))

    def rules(self) -> list[Finding]:
        """Rule book, lifecycles and schemas: every one of them, and those by which the audit itself asks."""
        expected, listed = published(), self.manifest.files
        found = [of_file("file-missing", path) for path in expected.keys() - self.paths - listed.keys()]
        ours = {path: (len(data), sha256(data).hexdigest()) for path, data in expected.items()}
        return found + [of_file("rules-differ", path) for path in ours.keys() & listed if listed[path] != ours[path]]

    def files(self, workers: int) -> list[Finding]:
        """Every file that is not what the manifest says, in constant memory."""
        listed = self.manifest.files
        found = [of_file("file-missing", path) for path in sorted(listed.keys() - self.paths)]
        unknown = {path for path in self.paths - listed.keys() if path != SIGNATURE and not self._outgrown(path)}
        unknown |= {path for path in listed if not self._belongs(path)}
        found += [of_file("file-unknown", path) for path in sorted(unknown)]
        there = sorted(listed.keys() & self.paths)
        with ThreadPoolExecutor(workers) as pool:
            for path, got in zip(there, pool.map(lambda p: _measured(self.folder / p), there), strict=True):
                if got != listed[path]:
                    found.append(of_file("file-differs", path))
        return found

    def _belongs(self, path: str) -> bool:
        """Whether a bundle of this size has such a file."""
        if path in NAMED or KEPT.fullmatch(path) or KEYS.fullmatch(path) or path.startswith("status/"):
            return True
        if path.startswith("schemas/"):
            return path.removeprefix("schemas/").removesuffix(".json") in KINDS
        tile = _tile(path)
        if tile is None:
            return False
        return tile.width == width_of(tile, self.manifest.size)

    def _outgrown(self, path: str) -> bool:
        """Of the folder over which a difference was unpacked: a partial tile, which nobody reads any more, or a
        checkpoint or a list that the ledger no longer keeps, which is asked like the others."""
        tile = _tile(path)
        narrow = tile is not None and tile.width < width_of(tile, self.manifest.size)
        kept = KEPT.fullmatch(path) is not None and int(path[-12:]) < self.manifest.size
        return narrow or kept or path.startswith("status/")


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """A bundle to read; of an archive, in a temporary folder.

    Raises: BundleError: `bundle-unreadable` with `why`, and the `file` where one is to blame.
    """
    if path.is_dir():
        yield _bundle(path)
        return
    with TemporaryDirectory(prefix="bundle-") as place:
        unpack(path, Path(place))
        yield _bundle(_top(Path(place)))


def entries_path(index: int, size: int) -> str:
    """Where the entries from 256 x index on stand in the bundle of a log of this size."""
    return LOG + Tile(-1, index, min(WIDTH, size - index * WIDTH)).path()


def _top(place: Path) -> Path:
    """An archive may hold the files, or the one folder with them."""
    inside = list(place.iterdir())
    alone = len(inside) == 1 and inside[0].is_dir()
    return inside[0] if alone and not (place / MANIFEST).exists() else place


def _bundle(folder: Path) -> Bundle:
    try:
        paths = frozenset(_walk(folder))
        if MANIFEST not in paths:
            raise unreadable("missing", MANIFEST)
        return Bundle(folder, _manifest(_read(folder / MANIFEST)), paths - {MANIFEST})
    except OSError as cause:
        raise unreadable("file system") from cause


def _walk(folder: Path) -> Iterator[str]:
    """Every file. Raises: BundleError: what is neither a file nor a folder, too long, too deep, or too many."""
    waiting, count = [""], 0
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as found:
            for one in found:
                count += 1
                path = below + one.name
                if count > MAX_FILES or not is_plain(path):
                    raise unreadable("path", path)
                if one.is_dir(follow_symlinks=False):
                    waiting.append(path + "/")
                    continue
                _require_file(one, path)
                yield path


def _require_file(one: os.DirEntry[str], path: str) -> None:
    about = one.stat(follow_symlinks=False)
    if not S_ISREG(about.st_mode):
        raise unreadable("link or device", path)
    if about.st_size > MAX_FILE:
        raise unreadable("file too long", path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as cause:
        raise unreadable("file system", path.name) from cause
    if len(data) > MAX_FILE:
        raise unreadable("file too long", path.name)
    return data


def _manifest(raw: bytes) -> Manifest:
    try:
        said: Any = json.loads(raw)
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError) as cause:
        raise unreadable("manifest", MANIFEST) from cause
    if canonical != raw or not _is_sound(said):
        raise unreadable("manifest", MANIFEST)
    files = {path: (about["bytes"], about["sha256"]) for path, about in said["files"].items()}
    root = bytes.fromhex(said["root"])
    kept = ("origin", "size", "made", "purpose", "retention")
    return Manifest(raw, root=root, since=said["from"], files=files, **{name: said[name] for name in kept})


def _is_sound(said: Any) -> bool:
    if type(said) is not dict or {name: type(value) for name, value in said.items()} != FIELDS:
        return False
    numbers = said["bundle"] == 1 and 0 <= said["from"] <= said["size"] and said["made"] >= 0
    named = said["origin"].isascii() and is_name(said["origin"])
    files = all(is_plain(path) and path != MANIFEST and _is_about(about) for path, about in said["files"].items())
    return numbers and named and files and bool(re.fullmatch("[0-9a-f]{64}", said["root"]))


def _is_about(about: Any) -> bool:
    if type(about) is not dict or about.keys() != {"bytes", "sha256"}:
        return False
    return type(about["bytes"]) is int and type(about["sha256"]) is str


def _measured(path: Path) -> tuple[int, str]:
    """Length and SHA-256."""
    digest, size = sha256(), 0
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except OSError as cause:
        raise unreadable("file system", path.name) from cause
    return size, digest.hexdigest()


def _entries(data: bytes, path: str, start: int, expected: int) -> list[bytes]:
    try:
        found = unbundle(data)
    except VerificationError:
        found = []
    if len(found) != expected:
        raise VerificationError("tile-malformed", file=path, position=start)
    return found


def _tile(path: str) -> Tile | None:
    try:
        return Tile.parse(path.removeprefix(LOG)) if path.startswith(LOG) else None
    except VerificationError:
        return None
