"""What an officer's own signature says: I approve this proposal, of which this was shown to me.

Source: docs/formats/event.md: "peksos/approve/1" || 00 || origin || 00 || proposal (32 B) || shown (32 B). It is signed
by Ed25519 as it stands, or by a passkey over its SHA-256 as the challenge (W3C Web Authentication 3, section 7.2).
"""

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.errors import InputError, VerificationError
from ledger.signing import cbor, public_key

ED25519, WEBAUTHN = KINDS = ("ed25519", "webauthn")
MAX_ASSERTION = 2048  # bytes
PRESENT, VERIFIED = 0x01, 0x04  # Flags of an authenticator: somebody was there, and was recognised.
FLAGS = 32  # Where they stand in its data, after the hash of the host's name.


def message(origin: str, proposal: bytes, shown: bytes) -> bytes:
    return b"peksos/approve/1\x00" + origin.encode("ascii") + b"\x00" + proposal + shown


def challenge(message: bytes) -> bytes:
    """What a passkey is asked to sign, 32 bytes."""
    return sha256(message).digest()


def officer_key(public: bytes) -> bytes:
    """The deterministic COSE_Key that `officer.key-enrolled` carries.

    Args:
        public: 32 bytes of Ed25519, or 64 of P-256: x, then y.

    Source: RFC 9053, section 7.
    """
    if len(public) == 64:
        return cbor.encode({1: 2, -1: 1, -2: public[:32], -3: public[32:]})
    return cbor.encode({1: 1, -1: 6, -2: public})


def raw_public(key: bytes) -> bytes:
    """The 32 or 64 bytes inside such a COSE_Key. Raises: VerificationError."""
    match _decoded(key, "key-malformed"):
        case {-2: bytes() as x, -3: bytes() as y} if len(x) == len(y) == 32:
            public = x + y
        case {-2: bytes() as public} if len(public) == 32:
            pass
        case _:
            raise VerificationError("key-malformed")
    if officer_key(public) != key:  # True equals 1: of one key there would be two writings, for two officers.
        raise VerificationError("key-malformed")
    return public


def require_sound(key: bytes) -> None:
    """Raises: VerificationError: `key-malformed`; `key-weak`; a point that is not on its curve."""
    public = raw_public(key)
    if len(public) == 32:
        public_key.load_public(public)
    else:
        _p256(public)


def verify_assertion(key: bytes, assertion: bytes, origin: str, proposal: bytes, shown: bytes) -> None:
    """Raises: VerificationError: not signed by `key` (a COSE_Key) over exactly these."""
    _verify(key, assertion, message(origin, proposal, shown))


def verify_webauthn(key: bytes, assertion: bytes, origin: str, proposal: bytes, shown: bytes) -> None:
    """A passkey's assertion, CBOR of [authenticatorData, clientDataJSON, signature].

    Raises: VerificationError: not over exactly these; nobody was recognised; not signed by `key`.

    Source: W3C Web Authentication 3, section 7.2, steps 11 to 21, as far as a history can ask them.
    """
    data, client, signature = _parts(assertion)
    said = _client_data(client)
    wanted = base64.urlsafe_b64encode(challenge(message(origin, proposal, shown))).rstrip(b"=").decode()
    if (said.get("type"), said.get("challenge")) != ("webauthn.get", wanted):
        raise VerificationError("assertion-of-another")
    if data[FLAGS] & (PRESENT | VERIFIED) != PRESENT | VERIFIED:
        raise VerificationError("assertion-unverified")
    _verify(key, signature, data + sha256(client).digest())


def made_at(assertion: bytes, page: str, host: str) -> int:
    """How many signatures the passkey had made, by its own count; 0: it counts none.

    Args:
        assertion: One that `verify_webauthn` has found good.
        page: The origin of the page that asked, such as https://meja.example.org.
        host: The name to which the passkey is bound.

    Raises: VerificationError: `assertion-elsewhere`: it was made for another page or host, or in a frame of another.

    Source: W3C Web Authentication 3, section 7.2, steps 13 to 15 and 22; a history knows no page to ask them of.
    """
    data, client, _ = _parts(assertion)
    said = _client_data(client)
    if said.get("origin") != page or said.get("crossOrigin", False) is not False:
        raise VerificationError("assertion-elsewhere")
    if data[:FLAGS] != sha256(host.encode()).digest():
        raise VerificationError("assertion-elsewhere")
    return int.from_bytes(data[FLAGS + 1 : FLAGS + 5], "big")


def _parts(assertion: bytes) -> tuple[bytes, bytes, bytes]:
    """The authenticator's data, the browser's, and the signature. Raises: VerificationError."""
    match _decoded(assertion, "assertion-malformed"):
        case [bytes() as data, bytes() as client, bytes() as signature] if len(data) > FLAGS:
            return data, client, signature
    raise VerificationError("assertion-malformed")


def _verify(key: bytes, signature: bytes, signed: bytes) -> None:
    public = raw_public(key)
    try:
        if len(public) == 32:
            public_key.load_public(public).verify(signature, signed)
        else:
            _p256(public).verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as cause:
        raise VerificationError("signature-wrong") from cause


def _p256(public: bytes) -> ec.EllipticCurvePublicKey:
    """Raises: VerificationError."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + public)
    except ValueError as cause:
        raise VerificationError("key-weak") from cause


def _client_data(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data.decode())
    except (ValueError, RecursionError) as cause:
        raise VerificationError("assertion-malformed") from cause
    if not isinstance(said, dict):
        raise VerificationError("assertion-malformed")
    return said


def _decoded(data: bytes, otherwise: str) -> object:
    """Raises: VerificationError: `otherwise`."""
    try:
        return cbor.decode(data, limit=MAX_ASSERTION)
    except InputError as cause:
        raise VerificationError(otherwise) from cause
