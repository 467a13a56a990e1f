"""A receipt: that an entry is in the log, under a checkpoint, in one small file that needs no server.

Source: c2sp.org/tlog-proof@v1; `extra` carries the entry itself.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import VerificationError
from ledger.transparency import checkpoint
from ledger.transparency.checkpoint import Opened
from ledger.transparency.merkle import leaf_hash, verify_inclusion
from ledger.transparency.notes import NoteKey, unbase64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 1_200_000  # bytes
INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`entry` is the signed event; `hashes` lowest first; `note` the checkpoint's bytes, verbatim."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        lines = [HEADER, f"extra {base64.b64encode(self.entry).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(one).decode() for one in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + self.note

    def verify(self, log: Sequence[NoteKey], witnesses: Sequence[NoteKey] = ()) -> Opened:
        """The checkpoint under which the entry is proved to be logged.

        Raises: VerificationError: as `checkpoint.opened`; `inclusion-wrong`.
        """
        found = checkpoint.opened(self.note, log, witnesses)
        leaf = leaf_hash(self.entry)
        verify_inclusion(leaf, self.index, found.point.size, list(self.hashes), found.point.root)
        return found


def parse(data: bytes) -> Receipt:
    """Raises: VerificationError: `proof-malformed`."""
    head, blank, note = data.partition(b"\n\n")
    if len(data) > MAX_PROOF or not blank:
        raise _malformed("size")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as cause:
        raise _malformed("ascii") from cause
    if len(lines) < 3 or lines[0] != HEADER or not lines[1].startswith("extra "):
        raise _malformed("header")
    match = INDEX.fullmatch(lines[2])
    if match is None:
        raise _malformed("index")
    hashes = tuple(_bytes(line) for line in lines[3:])
    if any(len(one) != 32 for one in hashes):
        raise _malformed("hash")
    return Receipt(_bytes(lines[1][6:]), int(match[1]), hashes, note)


def _bytes(text: str) -> bytes:
    raw = unbase64(text)
    if not raw:
        raise _malformed("base64")
    return raw


def _malformed(why: str) -> VerificationError:
    return VerificationError("proof-malformed", why=why)
