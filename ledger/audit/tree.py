"""The log's tree, hashed anew from the entries as they pass: every tile, and the root at each size asked for."""

from collections.abc import Callable, Iterable

from ledger.transparency.merkle import EMPTY, leaf_hash, root_at
from ledger.transparency.tiles import LEVELS, WIDTH, Tile, subtree

Hashed = Callable[[Tile, bytes], None]


class Tree:
    """Keeps one open tile a level.

    Args:
        wanted: Sizes whose root is asked for.
        hashed: Told of each tile when nothing more comes to it, with its bytes.
    """

    def __init__(self, wanted: Iterable[int], hashed: Hashed) -> None:
        self.size = 0
        self.roots = {0: EMPTY}
        self._wanted, self._hashed = set(wanted), hashed
        self._open: list[list[bytes]] = [[] for _ in range(LEVELS)]
        self._full = [0] * LEVELS

    def append(self, entry: bytes) -> None:
        self._add(0, leaf_hash(entry))
        self.size += 1
        if self.size in self._wanted:
            self.roots[self.size] = self.root()

    def root(self) -> bytes:
        return root_at(self.size, self._node)

    def end(self) -> None:
        """Nothing more comes: tells of the partial tiles."""
        for level, hashes in enumerate(self._open):
            if hashes:
                self._hashed(Tile(level, self._full[level], len(hashes)), b"".join(hashes))

    def _add(self, level: int, value: bytes) -> None:
        hashes = self._open[level]
        hashes.append(value)
        if len(hashes) == WIDTH:
            self._hashed(Tile(level, self._full[level]), b"".join(hashes))
            self._full[level] += 1
            root = subtree(hashes)
            hashes.clear()
            self._add(level + 1, root)

    def _node(self, level: int, index: int) -> bytes:
        """Of a full subtree at the right edge, which lies in an open tile."""
        tile_level, inside = divmod(level, 8)
        start = (index << inside) % WIDTH
        return subtree(self._open[tile_level][start : start + (1 << inside)])
