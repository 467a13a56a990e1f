"""Two checkpoints of one log: one continues the other, or somebody was shown another history."""

from dataclasses import dataclass
from typing import Literal

from ledger.audit.bundle import LOG, Bundle
from ledger.errors import InputError, VerificationError
from ledger.transparency import checkpoint, notes, tiles
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import consistency_proof, verify_consistency
from ledger.transparency.policy import Policy
from ledger.transparency.tiles import Tile

View = Literal["same", "continued", "split", "unknown"]  # The last: of two sizes, and no tiles to tell by.


@dataclass(frozen=True, slots=True)
class Comparison:
    """`older` is the smaller one; `signed`: the log's signatures were checked, so that both notes are evidence."""

    view: View
    older: Checkpoint
    newer: Checkpoint
    signed: bool


def compare(one: bytes, other: bytes, policy: Policy | None = None, bundle: Bundle | None = None) -> Comparison:
    """Says which of the two it is.

    Args:
        policy: One of its keys of each type must have signed each; after a rotation it has the former ones too.
        bundle: Of a log at least as large, whose hash tiles connect two sizes; audit it first.

    Raises:
        VerificationError: a note cannot be read, or is not signed. InputError: `checkpoints-unrelated`: of two logs.
    """
    older, newer = sorted((_point(one, policy), _point(other, policy)), key=lambda point: point.size)
    if older.origin != newer.origin:
        raise InputError("checkpoints-unrelated", got=newer.origin, expected=older.origin)
    return Comparison(_view(older, newer, bundle), older, newer, policy is not None)


def _view(older: Checkpoint, newer: Checkpoint, bundle: Bundle | None) -> View:
    if older.size == newer.size:
        return "same" if older.root == newer.root else "split"
    if bundle is None or newer.size > bundle.manifest.size:
        return "unknown"
    node = tiles.node_reader(lambda tile: _tile(bundle, tile), bundle.manifest.size)
    proof = consistency_proof(older.size, newer.size, node)
    try:
        verify_consistency(older.size, newer.size, proof, older.root, newer.root)
    except VerificationError:
        return "split"
    return "continued"


def _tile(bundle: Bundle, tile: Tile) -> bytes:
    data = bundle.read(LOG + tile.path())
    if data is None:
        raise VerificationError("file-missing", file=LOG + tile.path())
    return data


def _point(data: bytes, policy: Policy | None) -> Checkpoint:
    note = notes.parse(data)
    point = checkpoint.parse(note)
    if policy is not None:
        checkpoint.require_signed(note, policy.keys_of(point.origin))
    return point
