"""AES-256-GCM with a random nonce: what wraps the keys, and what seals the data."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import SealedError

KEY = 32  # bytes of every key of the vault, for AES-256 and for HMAC-SHA-256.
NONCE = 12  # bytes. Random: one key seals a few fields of one person, the KEK wraps far fewer than 2^32 keys.
TAG = 16  # bytes


def encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """nonce || ciphertext || tag. Source: NIST SP 800-38D."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def decrypt(key: bytes, sealed: bytes, aad: bytes, *, code: str) -> bytes:
    """Raises: SealedError: `code`: other bytes, another key or another purpose. Safe on untrusted input."""
    if len(sealed) < NONCE + TAG:
        raise SealedError(code)
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except InvalidTag as cause:
        raise SealedError(code) from cause
