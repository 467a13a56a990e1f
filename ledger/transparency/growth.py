"""How the tiles grow: each full one becomes one hash of the level above."""

from collections.abc import Callable

from ledger.transparency.tiles import HASH, LEVELS, WIDTH, Tile, subtree

Read = Callable[[Tile], bytes]
Grown = dict[tuple[int, int], bytes]  # (level, index) -> hashes


class Growth:
    """Leaf hashes are appended to a log of `size`; `grown` holds the tiles that changed.

    Args:
        read: What is stored of a tile.
    """

    def __init__(self, size: int, read: Read) -> None:
        self.grown: Grown = {}
        self._read = read
        self._size = size
        self._edges: dict[int, bytearray] = {}
        for level in range(LEVELS):
            hashes = size >> 8 * level
            part = hashes % WIDTH
            self._edges[level] = bytearray(read(Tile(level, hashes // WIDTH, part)) if part else b"")

    def append(self, leaf: bytes) -> None:
        self._add(0, self._size, leaf)
        self._size += 1

    def _add(self, level: int, index: int, value: bytes) -> None:
        edge = self._edges[level]
        edge += value
        number = index // WIDTH
        self.grown[level, number] = bytes(edge)
        if len(edge) == WIDTH * HASH:
            root = subtree([bytes(edge[at : at + HASH]) for at in range(0, len(edge), HASH)])
            edge.clear()
            self._add(level + 1, number, root)
