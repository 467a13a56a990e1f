"""Where tiles of the log stand and what is in them; pure arithmetic, apart from any storage.

Source: c2sp.org/tlog-tiles: 256 hashes a tile, partial tiles of a published size until the full one exists.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from ledger.errors import VerificationError

WIDTH = 256
HASH = 32  # bytes
LEVELS = 6  # 256^6 entries: more than any ledger of people.
PATH = re.compile(
    r"tile/(?P<level>entries|[0-5])/(?P<index>(x[0-9]{3}/){0,5}[0-9]{3})(\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """`level` counts from 0, -1 is a bundle of entries; `width` is 256 when full."""

    level: int
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """Below the log's prefix: tile/0/x001/x234/067.p/7."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[n : n + 3] for n in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level < 0 else self.level}/{name}{partial}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Raises: VerificationError: `tile-malformed`: not a path that `path()` would write."""
        match = PATH.fullmatch(path)
        if match is None:
            raise VerificationError("tile-malformed")
        level = -1 if match["level"] == "entries" else int(match["level"])
        tile = cls(level, int(match["index"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
        if tile.path() != path:
            raise VerificationError("tile-malformed")
        return tile


def width_of(tile: Tile, size: int) -> int:
    """How many of a tile's places are taken in a log of this size."""
    places: int = (size >> 8 * max(0, tile.level)) - tile.index * WIDTH
    return max(0, min(WIDTH, places))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a log of this size, lowest level first; an empty tile must not exist."""
    for level in range(LEVELS):
        hashes = size >> (8 * level)
        if hashes == 0:
            return
        for index in range(hashes // WIDTH):
            yield Tile(level, index)
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)


def subtree(leaves: Sequence[bytes]) -> bytes:
    """The root over a full power of two of hashes. Hashed in place: a proof asks for hundreds of nodes."""
    level = list(leaves)
    while len(level) > 1:
        level = [sha256(b"\1" + level[n] + level[n + 1]).digest() for n in range(0, len(level), 2)]
    return level[0]


def node_reader(read: Callable[[Tile], bytes], size: int) -> Callable[[int, int], bytes]:
    """A function (level, index) -> hash of a full subtree, as `merkle` asks for it, over tiles of a log of `size`.

    `read` gives a tile's bytes, and is asked once for each; `level` counts binary levels here, eight to a tile.
    """
    known = cache(read)

    def node(level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, 8)
        first = index << inside
        tile_index, offset = divmod(first, WIDTH)
        width = min(WIDTH, (size >> (8 * tile_level)) - tile_index * WIDTH)
        data = known(Tile(tile_level, tile_index, width))
        if len(data) != width * HASH or offset + (1 << inside) > width:
            raise VerificationError("tile-malformed")
        hashes = [data[n * HASH : (n + 1) * HASH] for n in range(offset, offset + (1 << inside))]
        return subtree(hashes)

    return node


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries of a tile: each a big-endian uint16 length and its bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """Raises: VerificationError: `tile-malformed`."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + size]
        if at + 2 > len(data) or len(entry) != size or len(found) == WIDTH:
            raise VerificationError("tile-malformed")
        found.append(entry)
        at += 2 + size
    return found
