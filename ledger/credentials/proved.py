"""What a receipt proves of a certificate's code: that the event which issued it, at first or on a new paper, is in the
log; never its status.

Source: docs/formats/receipt.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.credentials.standing import Standing
from ledger.domain.certificates import Certificate
from ledger.errors import VerificationError
from ledger.events import decode, payload_of, require_signed
from ledger.signing.key_records import KeyList
from ledger.transparency import checkpoint, notes, proof
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import ML_DSA_44, NoteKey
from ledger.transparency.policy import Policy


@dataclass(frozen=True, slots=True)
class Proved:
    """`standing` knows no status. `time` is when the log signed, s UTC by its own clock; None: it has one key only.

    `witnesses`: who cosigned, by their names in the policy.
    """

    standing: Standing
    point: Checkpoint
    time: int | None
    witnesses: tuple[str, ...]


def proved(data: bytes, token: bytes, *, keys: KeyList, origin: str, policy: Policy | None = None) -> Proved:
    """What the receipt says of the certificate whose code's SHA-256 is `token`.

    Args:
        data: The receipt, untrusted.
        keys: The key list, already verified.
        policy: Whose cosignatures are asked for. Without it the log's own keys are all that vouches for the log.

    Raises:
        VerificationError: `proof-malformed`, `proof-foreign` (of another certificate or log), `inclusion-wrong`,
            `witness-quorum`, and those of checkpoints, events and keys.
    """
    receipt = proof.parse(data)
    note = notes.parse(receipt.note)
    signers = _signers(note, keys, origin)
    point = receipt.verify(signers).point
    if point.origin != origin:
        raise VerificationError("proof-foreign", got=point.origin)
    record = decode(payload_of(receipt.entry), receipt.entry)
    event = record.event
    issues = isinstance(event, Certificate.Created | Certificate.Reissued) and event.token == token
    if not issues or record.position != receipt.index:
        raise VerificationError("proof-foreign", got="another certificate")
    require_signed(record, keys, origin)
    witnesses = policy.cosigners(note) if policy else {}
    if policy is not None and not policy.satisfied(witnesses):
        raise VerificationError("witness-quorum", got=len(witnesses))
    return Proved(Standing(state=None, index=receipt.index), point, _time(note, signers), tuple(sorted(witnesses)))


def _time(note: notes.Note, signers: Sequence[NoteKey]) -> int | None:
    """Under the signature that was verified: a line of the log's name alone proves nothing."""
    timed = {(key.name, key.id) for key in signers if key.kind == ML_DSA_44}
    return next((s.time for s in note.signatures if (s.name, s.id) in timed), None)


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
