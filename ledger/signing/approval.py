"""What an officer's own signature says: I approve this proposal, of which this was shown to me.

Source: docs/formats/event.md: "peksos/approve/1" || 00 || origin || 00 || proposal (32 B) || shown (32 B).
"""

from cryptography.exceptions import InvalidSignature

from ledger.errors import VerificationError
from ledger.signing import cbor, public_key


def message(origin: str, proposal: bytes, shown: bytes) -> bytes:
    return b"peksos/approve/1\x00" + origin.encode("ascii") + b"\x00" + proposal + shown


def officer_key(public: bytes) -> bytes:
    """The deterministic COSE_Key of a raw Ed25519 public key, as `officer.key-enrolled` carries it."""
    return cbor.encode({1: 1, -1: 6, -2: public})


def raw_public(key: bytes) -> bytes:
    """The 32 bytes inside such a COSE_Key. Raises: VerificationError."""
    public = key[-32:]
    if officer_key(public) != key:
        raise VerificationError("key-malformed")
    return public


def verify_assertion(key: bytes, assertion: bytes, origin: str, proposal: bytes, shown: bytes) -> None:
    """Raises: VerificationError: not signed by `key` (a COSE_Key) over exactly these."""
    try:
        public_key.load_public(raw_public(key)).verify(assertion, message(origin, proposal, shown))
    except InvalidSignature as cause:
        raise VerificationError("signature-wrong") from cause
