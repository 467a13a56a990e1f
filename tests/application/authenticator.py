"""An authenticator in software, as a phone has it: keys that never leave it, and what it answers to a question.

Source: W3C Web Authentication, level 3, sections 6.1 and 6.5.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

UP, UV, AT = 0x01, 0x04, 0x40
NO_AAGUID = bytes(16)


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def octets(said: str) -> bytes:
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Authenticator:
    """`flags` are what it claims of its holder; `count` its signatures so far."""

    origin: str = "http://localhost:8000"
    flags: int = UP | UV
    count: int = 0
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: bytes = b""

    def made(self, question: str) -> str:
        """A new key for whoever asks."""
        asked = json.loads(question)
        self.user = octets(asked["user"]["id"])
        credential = NO_AAGUID + len(self.id).to_bytes(2, "big") + self.id + self._public()
        data = self._data(asked["rp"]["id"], self.flags | AT) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", asked, attestationObject=attestation)

    def signed(self, question: str) -> str:
        asked = json.loads(question)
        self.count += 1
        data = self._data(asked["rpId"], self.flags)
        said = self._said("webauthn.get", asked)
        signature = self._sign(data + sha256(said).digest())
        return self._answer("webauthn.get", asked, authenticatorData=data, signature=signature, userHandle=self.user)

    def _public(self) -> bytes:
        public = self.key.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            at = public.public_numbers()
            return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")})
        if isinstance(public, rsa.RSAPublicKey):
            n = public.public_numbers().n
            return cbor2.dumps({1: 3, 3: -257, -1: n.to_bytes(public.key_size // 8, "big"), -2: b"\x01\x00\x01"})
        return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()})

    def _sign(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message)

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, asked: dict[str, str]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, asked: dict[str, str], **parts: bytes) -> str:
        response = {name: text(part) for name, part in parts.items()} | {
            "clientDataJSON": text(self._said(kind, asked))
        }
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})
