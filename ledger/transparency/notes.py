"""Signed notes: text, a blank line, signature lines by named keys.

Source: c2sp.org/signed-note@v1.0.0; cosignatures: c2sp.org/tlog-cosignature.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ledger.errors import VerificationError
from ledger.signing import public_key

ED25519, COSIGNED, ML_DSA_44 = 0x01, 0x04, 0x06  # Signature types; the last two carry a timestamp.
PUBLIC_SIZES = {ED25519: 32, COSIGNED: 32, ML_DSA_44: 1312}
SIGNATURE_SIZES = {ED25519: 64, COSIGNED: 8 + 64, ML_DSA_44: 8 + 2420}
MAX_NOTE = 1_000_000  # bytes: 200 ML-DSA cosignatures, and room
MAX_LINES = 256
DASH = "— "  # U+2014
NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]{1,255}")
MAX_NAME = 255  # bytes of UTF-8: what a cosignature writes its length into.

# What a cosignature signs depends on more than the text: origin, size and root of the checkpoint, and a time.
Cosigned = Callable[[str, int], bytes]  # cosigner's name, s UTC -> message


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A verifier's key: name, type and public bytes."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.public) != PUBLIC_SIZES.get(self.kind):
            raise VerificationError("note-key-malformed")

    @property
    def id(self) -> bytes:
        """4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def encode(self) -> str:
        """The vkey: name+id+base64(type || public)."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> "NoteKey":
        """Raises: VerificationError: `note-key-malformed`."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise VerificationError("note-key-malformed")
        material = unbase64(parts[2])
        if not material:
            raise VerificationError("note-key-malformed")
        key = cls(parts[0], material[0], material[1:])
        if key.id.hex() != parts[1]:
            raise VerificationError("note-key-malformed")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    id: bytes
    raw: bytes

    def line(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.id + self.raw).decode()}\n"

    @property
    def time(self) -> int:
        """s UTC of a cosignature."""
        return int.from_bytes(self.raw[:8], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends with a newline; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode()

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """A later signature of the same key replaces the earlier one."""
        kept = {(s.name, s.id): s for s in self.signatures} | {(s.name, s.id): s for s in more}
        return Note(self.text, tuple(kept.values()))


def parse(data: bytes) -> Note:
    """Raises: VerificationError: `note-malformed`."""
    if len(data) > MAX_NOTE:
        raise _malformed("size")
    try:
        whole = data.decode()
    except UnicodeDecodeError as cause:
        raise _malformed("utf-8") from cause
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        raise _malformed("control")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise _malformed("blank line")
    found = lines[:-1].split("\n")
    if len(found) > MAX_LINES:
        raise _malformed("lines")
    return Note(text + "\n", tuple(_signature(line) for line in found))


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Signature:
    """The log's own signature (type 01)."""
    known = NoteKey(name, ED25519, key.public_key().public_bytes_raw())
    return Signature(name, known.id, key.sign(text.encode()))


def cosign(message: Cosigned, name: str, key: Ed25519PrivateKey | MLDSA44PrivateKey, time: int) -> Signature:
    """A timestamped signature, type 04 or 06. `time` in s UTC, not zero."""
    kind = COSIGNED if isinstance(key, Ed25519PrivateKey) else ML_DSA_44
    known = NoteKey(name, kind, key.public_key().public_bytes_raw())
    return Signature(name, known.id, time.to_bytes(8, "big") + key.sign(message(name, time)))


def verified(note: Note, keys: Sequence[NoteKey], cosigned: dict[int, Cosigned]) -> list[tuple[NoteKey, Signature]]:
    """The signatures by known keys, each of which holds; unknown ones are ignored.

    Args:
        cosigned: By type (04, 06), what a cosignature of this note signs.

    Raises: VerificationError: `note-signature-wrong`: a known key that fails rejects the note.
    """
    known = {(key.name, key.id): key for key in keys}
    found: list[tuple[NoteKey, Signature]] = []
    seen: set[NoteKey] = set()
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is None or key in seen:
            continue
        _verify(note, key, signature, cosigned)
        seen.add(key)
        found.append((key, signature))
    return found


def _verify(note: Note, key: NoteKey, signature: Signature, cosigned: dict[int, Cosigned]) -> None:
    wrong = VerificationError("note-signature-wrong", name=key.name)
    if len(signature.raw) != SIGNATURE_SIZES[key.kind]:
        raise wrong
    try:
        if key.kind == ED25519:
            public_key.load_public(key.public).verify(signature.raw, note.text.encode())
            return
        message = cosigned[key.kind](key.name, signature.time)
        if not 0 < signature.time < 2**63:
            raise wrong
        if key.kind == COSIGNED:
            public_key.load_public(key.public).verify(signature.raw[8:], message)
        else:
            MLDSA44PublicKey.from_public_bytes(key.public).verify(signature.raw[8:], message)
    except InvalidSignature as cause:
        raise wrong from cause


def _signature(line: str) -> Signature:
    if not line.startswith(DASH):
        raise _malformed("signature line")
    name, space, encoded = line[len(DASH) :].partition(" ")
    raw = unbase64(encoded)
    if not space or not is_name(name) or len(raw) < 5:
        raise _malformed("signature line")
    return Signature(name, raw[:4], raw[4:])


def is_name(text: str) -> bool:
    """Whether a key, and the log whose key it is, may be called so."""
    return NAME.fullmatch(text) is not None and len(text.encode()) <= MAX_NAME


def unbase64(text: str) -> bytes:
    """Empty if it is not written as we would write it: no bytes have two spellings (RFC 4648, section 3.5)."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""


def _malformed(why: str) -> VerificationError:
    return VerificationError("note-malformed", why=why)
