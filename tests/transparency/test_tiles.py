"""Tiles: where they stand, which are new, and that proofs read from them are the tree's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import VerificationError
from ledger.transparency import tiles
from ledger.transparency.merkle import inclusion_proof, leaf_hash, root_at, root_of, verify_inclusion
from ledger.transparency.tiles import Tile

LONG = "tile/0/" + "x001/" * 1500 + "001"  # More digits than Python makes a number of.
LEAVES = [leaf_hash(bytes([n % 256, n // 256])) for n in range(1300)]


def store(size: int) -> dict[str, bytes]:
    """All tiles of the first `size` leaves, computed from scratch."""
    level, found = LEAVES[:size], {}
    for number in range(tiles.LEVELS):
        for tile in (t for t in tiles.tiles_of(size) if t.level == number):
            hashes = level[tile.index * 256 : tile.index * 256 + tile.width]
            found[tile.path()] = b"".join(hashes)
        level = [tiles.subtree(level[n : n + 256]) for n in range(0, len(level) // 256 * 256, 256)]
    return found


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067, 7), "tile/0/x001/x234/067.p/7"),
        (Tile(2, 999), "tile/2/999"),
        (Tile(-1, 1000, 3), "tile/entries/x001/000.p/3"),
    ],
)
def test_a_tile_stands_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path", ["tile/0/0", "tile/0/x001/1", "tile/9/000", "tile/0/000.p/256", "tile/0/000.p/0", "../x", LONG]
)
def test_another_path_is_refused(path: str) -> None:
    with pytest.raises(VerificationError):
        Tile.parse(path)


def test_an_index_has_eighteen_digits_at_most() -> None:
    assert Tile.parse("tile/0/" + "x999/" * 5 + "999").index == 10**18 - 1
    with pytest.raises(VerificationError):
        Tile.parse("tile/0/x001/" + "x999/" * 5 + "999")


@given(st.data())
def test_a_proof_read_from_tiles_proves_its_leaf(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1300))
    index = data.draw(st.integers(0, size - 1))
    files = store(size)
    node = tiles.node_reader(lambda tile: files[tile.path()], size)

    root = root_at(size, node)
    proof = inclusion_proof(index, size, node)

    assert root == root_of(LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, root)


def test_entries_are_read_back_from_their_bundle() -> None:
    entries = [b"", b"a" * 300, b"b"]

    assert tiles.unbundle(tiles.bundle(entries)) == entries
    for cut in (1, 3, len(tiles.bundle(entries)) - 1):
        with pytest.raises(VerificationError):
            tiles.unbundle(tiles.bundle(entries)[:cut])
