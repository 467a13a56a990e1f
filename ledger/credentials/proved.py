"""What a receipt proves of a certificate's code: that the event which issued it is in the log; never its status.

Source: docs/formats/receipt.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.credentials.standing import Standing
from ledger.domain.certificates import Certificate
from ledger.errors import VerificationError
from ledger.events import CONTEXT, TYPE, decode, payload_of
from ledger.signing import cose, key_list, public_key
from ledger.signing.key_list import KeyList
from ledger.transparency import checkpoint, notes, proof
from ledger.transparency.checkpoint import Opened
from ledger.transparency.notes import ML_DSA_44, NoteKey


@dataclass(frozen=True, slots=True)
class Proved:
    """`standing` knows no status; `opened` is the checkpoint, with the witnesses that cosigned it."""

    standing: Standing
    opened: Opened

    @property
    def time(self) -> int | None:
        """When the log signed, in s UTC, by the timestamp under its second signature."""
        own = [s for s in self.opened.note.signatures if s.name == self.opened.point.origin]
        return next((s.time for s in own if len(s.raw) == notes.SIGNATURE_SIZES[ML_DSA_44]), None)


def proved(data: bytes, token: bytes, *, keys: KeyList, origin: str, witnesses: Sequence[NoteKey] = ()) -> Proved:
    """What the receipt says of the certificate whose code's SHA-256 is `token`.

    Args:
        data: The receipt, untrusted.
        keys: The key list, already verified.

    Raises:
        VerificationError: `proof-malformed`, `proof-foreign` (of another certificate), `inclusion-wrong`, and those of
            checkpoints, events and keys.
    """
    receipt = proof.parse(data)
    note = notes.parse(receipt.note)
    opened = receipt.verify(_signers(note, keys, origin), witnesses)
    if opened.point.origin != origin:
        raise VerificationError("proof-foreign", got=opened.point.origin)
    event = decode(payload_of(receipt.entry), receipt.entry).event
    if not isinstance(event, Certificate.Created) or event.token != token:
        raise VerificationError("proof-foreign", got="another certificate")
    _require_signed(receipt.entry, receipt.index, keys, origin)
    return Proved(Standing(state=None, index=receipt.index), opened)


def _signers(note: notes.Note, keys: KeyList, origin: str) -> list[NoteKey]:
    """The log's keys that signed it, of each kind one: keys of earlier lists count as long as they were honest."""
    size = checkpoint.parse(note).size
    honest = [key for key in keys.keys if key.role == "checkpoint" and key.is_honest_at(max(0, size - 1))]
    known = {(k.name, k.id): k for k in (checkpoint.log_key(key, origin) for key in honest)}
    signed = [known[s.name, s.id] for s in note.signatures if (s.name, s.id) in known]
    wanted = {key.kind for key in checkpoint.log_keys(keys, origin)}
    if not wanted <= {key.kind for key in signed}:
        raise VerificationError("checkpoint-unsigned", got=len(signed), expected=len(wanted))
    return signed


def _require_signed(entry: bytes, index: int, keys: KeyList, origin: str) -> None:
    statement = cose.parse(entry, typ=TYPE)
    external = cose.aad(CONTEXT, origin)
    for key in key_list.entitled(keys, statement.kid, "event", index=index):
        try:
            cose.verify(statement, public_key.load_public(key.public), external)
        except VerificationError:  # Another key may have the same kid.
            continue
        return
    raise VerificationError("signature-wrong", kid=statement.kid.hex())
