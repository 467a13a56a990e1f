"""What a log sends to a witness: the size that the witness knows, the proof from there, the checkpoint.

Source: c2sp.org/tlog-witness, add-checkpoint.
"""

import base64
import re
from dataclasses import dataclass

from ledger.errors import VerificationError
from ledger.transparency.merkle import HASH_SIZE
from ledger.transparency.notes import unbase64

MAX_SUBMISSION = 262_144  # bytes: a note with sixteen of the longest signatures, and room
MAX_HASHES = 63
OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Submission:
    """`old` entries are known to the witness; `hashes` lowest first; `note` the checkpoint's bytes, verbatim."""

    old: int
    hashes: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.hashes)]
        return ("\n".join(lines) + "\n\n").encode() + self.note


def parse(data: bytes) -> Submission:
    """Raises: VerificationError: `submission-malformed` with `why`. The note is not looked into."""
    head, blank, note = data.partition(b"\n\n")
    if len(data) > MAX_SUBMISSION or not blank:
        raise _malformed("size")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as cause:
        raise _malformed("ascii") from cause
    match = OLD.fullmatch(lines[0])
    if match is None:
        raise _malformed("old")
    if len(lines) - 1 > MAX_HASHES:
        raise _malformed("hashes")
    return Submission(int(match[1]), tuple(_hash(line) for line in lines[1:]), note)


def _hash(text: str) -> bytes:
    raw = unbase64(text)
    if len(raw) != HASH_SIZE:
        raise _malformed("hash")
    return raw


def _malformed(why: str) -> VerificationError:
    return VerificationError("submission-malformed", why=why)
