"""The files of a bundle, one after the other: the log, its checkpoints and keys, what the rules say, how to check it.

Source: docs/formats/bundle.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from ledger.database import chunks
from ledger.domain.keys import Keys
from ledger.rules.published import published
from ledger.signing import cbor
from ledger.signing.key_records import KeyList
from ledger.transparency import notes
from ledger.transparency.growth import Growth
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.transparency.notes import ED25519, SIGNATURE_SIZES
from ledger.transparency.tiles import HASH, WIDTH, Tile, bundle

MANIFEST, SIGNATURE, CHECKPOINT = "MANIFEST.json", "MANIFEST.sig", "log/checkpoint"
CONTEXT = "peksos/bundle/1"  # Of the signature over the manifest.
ALWAYS = 1 << 62  # Larger than any log: a file that each difference holds again.
UNDER_WAY = 3600  # s; a cosignature that was given so long before the former bundle stood in it.
KeyEvent = Keys.Created | Keys.Changed


@dataclass(frozen=True, slots=True)
class File:
    """`since`: the bundle of a log of so many entries had these bytes already."""

    path: str
    data: bytes
    since: int = ALWAYS


def log_files(entries: Iterable[bytes], frontier: Frontier) -> Iterator[File]:
    """Entry bundles and hash tiles over these entries, each hashed anew into `frontier`; 256 are held at a time."""
    growth = Growth(0, lambda _: b"")
    for number, some in enumerate(chunks(entries, WIDTH)):
        leaves = [leaf_hash(entry) for entry in some]
        for leaf in leaves:
            growth.append(leaf)
            frontier.append(leaf)
        yield _tile(Tile(-1, number, len(some)), bundle(some))
        yield _tile(Tile(0, number, len(some)), b"".join(leaves))
    for (level, number), hashes in growth.grown.items():
        yield _tile(Tile(level, number, len(hashes) // HASH), hashes)


def _tile(tile: Tile, data: bytes) -> File:
    """Its last place was taken when the log had so many entries."""
    return File(f"log/{tile.path()}", data, (tile.index * WIDTH + tile.width) << 8 * max(0, tile.level))


def checkpoint_files(kept: Iterable[tuple[int, bytes]], former: int) -> Iterator[File]:
    """Every checkpoint by its size. `former`: s UTC at which the former bundle was made; 0: there is none."""
    for size, note in kept:
        stamps = [s.time for s in notes.parse(note).signatures if len(s.raw) > SIGNATURE_SIZES[ED25519]]
        settled = max(stamps, default=0) < former - UNDER_WAY  # No cosignature can have come since.
        yield File(f"checkpoints/{size:012d}", note, size if settled else ALWAYS)


def key_files(events: Iterable[tuple[int, KeyEvent]]) -> Iterator[File]:
    """Each key list as the event at that position recorded it."""
    for position, event in events:
        whole = cbor.encode({"list": event.list, "signed": list(event.signed)})
        yield File(f"keys/{KeyList.decode(event.list).version:06d}.cbor", whole, position + 1)


def status_files(lists: Iterable[tuple[str, bytes]]) -> Iterator[File]:
    """Status lists and registered buckets by their addresses, as they are published now."""
    yield from (File(f"status/{path}", data) for path, data in lists)


def fixed_files() -> Iterator[File]:
    """What does not depend on the log: how to check it, the rules, the schema of every kind of event."""
    yield File("README.txt", (files("ledger.messages") / "bundle.txt").read_bytes())
    yield File("audit_min.py", (files("ledger.audit") / "audit_min.py").read_bytes())
    yield from (File(path, data) for path, data in published().items())
