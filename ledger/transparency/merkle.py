"""The arithmetic of the log's tree (RFC 6962 hashing), apart from where its hashes are kept."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Self, TypeAlias

from ledger.errors import InputError, VerificationError

HASH_SIZE = 32  # bytes
EMPTY = sha256(b"").digest()  # The root of no leaves.

Node: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of the full subtree over the leaves from index * 2^level, below (index + 1) * 2^level."""


def leaf_hash(entry: bytes) -> bytes:
    """Source: RFC 9162, section 2.1.1."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Source: RFC 9162, section 2.1.1."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The tree's right edge: one hash for each full subtree, the largest first. Enough to append and to name the root.

    Append is O(1) on average, the root O(log size).
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        rest = self.size
        while rest & 1:  # Each 1 at the end of the size is a full subtree that this leaf closes a larger one over.
            leaf = node_hash(self._peaks.pop(), leaf)
            rest >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash of all leaves so far."""
        return _folded(self._peaks)

    def to_bytes(self) -> bytes:
        """Size as 8 bytes big-endian, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises: InputError: `frontier-malformed`: the length does not fit the size."""
        frontier = cls()
        frontier.size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + HASH_SIZE * frontier.size.bit_count():
            raise InputError("frontier-malformed", got=len(data))
        frontier._peaks = [data[start : start + HASH_SIZE] for start in range(8, len(data), HASH_SIZE)]
        return frontier


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """All full subtrees over these leaf hashes, held in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return lambda level, index: levels[level][index]


def root_at(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    return _subtree(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """What `verify_inclusion` needs beside the leaf; siblings, lowest first.

    Args:
        node: Where the hashes of full subtrees are read: `nodes_of` a list, or tiles.

    Raises:
        InputError: `proof-out-of-range`: no such leaf.

    Source: RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise InputError("proof-out-of-range", got=index, size=size)
    start, end = 0, size
    proof = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_subtree(middle, end, node))
            end = middle
        else:
            proof.append(_subtree(start, middle, node))
            start = middle
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Prove that `leaf` is entry `index` of the tree with `expected_root`.

    Args:
        leaf: Leaf hash, 32 bytes: `leaf_hash(entry)`, not the entry itself.
        index: Position of the leaf, counted from 0.
        size: Leaves in the tree, at least 1.
        proof: Sibling hashes, 32 bytes each, lowest first.
        expected_root: 32 bytes, from a checkpoint already verified.

    Raises:
        VerificationError: `proof-malformed` (wrong length, index out of range) or `inclusion-wrong`.

    Source: RFC 9162, section 2.1.3.2. Time O(log size); safe on untrusted input.
    """
    if not 0 <= index < size:
        raise _malformed("index")
    inner, border = _steps(index, size)
    _refuse_hashes([leaf, expected_root, *_of_length(proof, inner + border)])
    if _climb(leaf, index, proof, inner) != expected_root:
        raise VerificationError("inclusion-wrong", index=index, size=size)


def consistency_proof(old_size: int, new_size: int, node: Node) -> list[bytes]:
    """What `verify_consistency` needs beside the roots.

    Raises:
        InputError: `proof-out-of-range`: the older tree is the larger one.

    Source: RFC 9162, section 2.1.4.1.
    """
    if not 0 <= old_size <= new_size:
        raise InputError("proof-out-of-range", got=old_size, size=new_size)
    if old_size in (0, new_size):
        return []
    start, end = 0, new_size
    proof = []
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_subtree(middle, end, node))
            end = middle
        else:
            proof.append(_subtree(start, middle, node))
            start = middle
    if start:  # Else the old root itself is the lowest hash, and the verifier has it.
        proof.append(_subtree(start, end, node))
    return proof[::-1]


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Prove that the tree with `new_root` begins with the whole tree with `old_root`.

    Args:
        proof: As `consistency_proof`; empty from size 0, and between equal sizes.

    Raises:
        VerificationError: `proof-malformed` or `consistency-wrong`.

    Source: RFC 9162, section 2.1.4.2. Time O(log new_size); safe on untrusted input.
    """
    if not 0 <= old_size <= new_size:
        raise _malformed("size")
    if old_size in (0, new_size):
        _refuse_hashes([old_root, new_root, *_of_length(proof, 0)])
        roots = (new_root if old_size else EMPTY, new_root)
    else:
        roots = _roots_by(old_size, new_size, proof, old_root)
    if roots != (old_root, new_root):
        raise VerificationError("consistency-wrong", got=old_size, size=new_size)


def _roots_by(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """Both roots, climbed to from the largest full subtree that ends where the old tree ends."""
    level = (old_size & -old_size).bit_length() - 1
    inner, border = _steps(old_size - 1, new_size)
    inner -= level
    known = old_size == 1 << level  # That subtree is the old tree itself, and not repeated in the proof.
    _refuse_hashes([old_root, *_of_length(proof, inner + border + (not known))])
    start, rest = (old_root, proof) if known else (proof[0], proof[1:])
    path = (old_size - 1) >> level
    left = [sibling for step, sibling in enumerate(rest) if _is_left(step, path, inner)]
    return _climb(start, 0, left, 0), _climb(start, path, rest, inner)


def _steps(index: int, size: int) -> tuple[int, int]:
    """How many siblings there are up to where the way meets the tree's right edge, and how many on that edge."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _is_left(step: int, path: int, inner: int) -> bool:
    return step >= inner or bool(path >> step & 1)


def _climb(start: bytes, path: int, proof: Sequence[bytes], inner: int) -> bytes:
    root = start
    for step, sibling in enumerate(proof):
        root = node_hash(sibling, root) if _is_left(step, path, inner) else node_hash(root, sibling)
    return root


def _subtree(start: int, end: int, node: Node) -> bytes:
    """The root over a range whose start is a multiple of a power of two that is no less than its length."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return _folded(peaks)


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for left in peaks[-2::-1]:
        root = node_hash(left, root)
    return root


def _split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _of_length(proof: Sequence[bytes], expected: int) -> Sequence[bytes]:
    if len(proof) != expected:
        raise _malformed("length")
    return proof


def _refuse_hashes(hashes: Iterable[object]) -> None:
    if not all(isinstance(item, bytes) and len(item) == HASH_SIZE for item in hashes):
        raise _malformed("hash")


def _malformed(why: str) -> VerificationError:
    return VerificationError("proof-malformed", why=why)
