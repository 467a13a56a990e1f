"""Checkpoints: origin, size and root of the log, in a note that the log signs and witnesses cosign.

Source: c2sp.org/tlog-checkpoint@v1.0.0, without extension lines; c2sp.org/tlog-cosignature.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.errors import VerificationError
from ledger.signing import public_key
from ledger.signing.key_records import Key, KeyList
from ledger.transparency import notes
from ledger.transparency.notes import COSIGNED, ML_DSA_44, Cosigned, Note, NoteKey, Signature

TEXT = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")

MAX_SIZE = 1 << 63  # Databases count so far.


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`root` of the first `size` entries, 32 bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def cosigned(self) -> dict[int, Cosigned]:
        """What cosignatures of each type sign."""
        return {COSIGNED: self._ed25519, ML_DSA_44: self._ml_dsa_44}

    def _ed25519(self, _: str, time: int) -> bytes:
        return f"cosignature/v1\ntime {time}\n{self.text()}".encode()

    def _ml_dsa_44(self, name: str, time: int) -> bytes:
        names = [bytes([len(raw)]) + raw for raw in (name.encode(), self.origin.encode())]
        numbers = [number.to_bytes(8, "big") for number in (time, 0, self.size)]
        return b"subtree/v1\n\0" + names[0] + numbers[0] + names[1] + numbers[1] + numbers[2] + self.root


def parse(note: Note) -> Checkpoint:
    """Raises: VerificationError: `checkpoint-malformed`."""
    match = TEXT.fullmatch(note.text)
    if match is None:
        raise VerificationError("checkpoint-malformed")
    found = Checkpoint(match["origin"], int(match["size"]), base64.b64decode(match["root"]))
    if found.text() != note.text or not notes.is_name(found.origin) or found.size >= MAX_SIZE:
        raise VerificationError("checkpoint-malformed")
    return found


def signed(point: Checkpoint, key: Ed25519PrivateKey, second: MLDSA44PrivateKey | None, time: int) -> Note:
    """The log's note: Ed25519, and ML-DSA-44 beside it where the log has such a key. `time` in s UTC."""
    note = Note(point.text(), (notes.sign(point.text(), point.origin, key),))
    if second is None:
        return note
    return note.with_signatures([notes.cosign(point.cosigned()[ML_DSA_44], point.origin, second, time)])


def log_keys(keys: KeyList, origin: str) -> list[NoteKey]:
    """By which a checkpoint must be signed while this key list is in force: every active one."""
    return [log_key(key, origin) for key in keys.keys if key.role == "checkpoint" and key.state == "active"]


def log_key(key: Key, origin: str) -> NoteKey:
    """A checkpoint key of the key list, as notes name it."""
    return NoteKey(origin, notes.ED25519 if key.alg == public_key.ALG_ED25519 else ML_DSA_44, key.public)


def require_signed(note: Note, keys: Sequence[NoteKey]) -> None:
    """One of these keys of each type signed: enough where the log had some of them before, and some after a rotation.

    Raises: VerificationError: `note-signature-wrong`, `checkpoint-unsigned`, `checkpoint-malformed`.
    """
    got = {key.kind for key, _ in notes.verified(note, keys, parse(note).cosigned())}
    expected = {key.kind for key in keys}
    if not expected or got != expected:
        raise VerificationError("checkpoint-unsigned", got=len(got), expected=len(expected))


def opened(data: bytes, log: Sequence[NoteKey], witnesses: Sequence[NoteKey] = ()) -> "Opened":
    """A checkpoint signed by every one of the log's keys, with the cosignatures of those witnesses that are there.

    Raises: VerificationError: `note-malformed`, `note-signature-wrong`, `checkpoint-unsigned`, `checkpoint-malformed`.
    """
    note = notes.parse(data)
    point = parse(note)
    found = notes.verified(note, [*log, *witnesses], point.cosigned())
    signers = {key for key, _ in found}
    if not log or not set(log) <= signers:
        raise VerificationError("checkpoint-unsigned", got=len(signers & set(log)), expected=len(log))
    return Opened(point, note, {key.name: signature for key, signature in found if key in witnesses})


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified checkpoint; `witnesses` by name, each with its signature and time."""

    point: Checkpoint
    note: Note
    witnesses: dict[str, Signature]
