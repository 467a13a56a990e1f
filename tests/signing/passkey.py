"""A passkey in software: what a browser answers to `navigator.credentials.get`."""

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.signing import cbor
from ledger.signing.approval import challenge

Key = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
P256 = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1())
OKP = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
HOST = "localhost"


def public(key: Key) -> bytes:
    """64 bytes of P-256, x then y; 32 of Ed25519."""
    if isinstance(key, Ed25519PrivateKey):
        return key.public_key().public_bytes_raw()
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def assertion(key: Key, message: bytes, *, flags: int = 0x05, **said: Any) -> bytes:
    """CBOR of [authenticatorData, clientDataJSON, signature]; `said` changes what the browser says of itself."""
    asked = base64.urlsafe_b64encode(challenge(message)).rstrip(b"=").decode()
    client = {"type": "webauthn.get", "challenge": asked, "origin": "http://localhost:8000", "crossOrigin": False}
    data = sha256(HOST.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")
    told = json.dumps(client | said).encode()
    return cbor.encode([data, told, _signature(key, data + sha256(told).digest())])


def _signature(key: Key, signed: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(signed)
    return key.sign(signed, ec.ECDSA(hashes.SHA256()))
