"""Ed25519 at twice the speed: libsodium's yes is taken, and every no is decided by `cryptography`.

That is sound as long as libsodium accepts nothing that `cryptography` would refuse; a test holds both to the cases in
which implementations differ. A signature is the same bytes whoever makes it (RFC 8032, section 5.1.6).
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

SIZE = 64  # bytes of a signature


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature`, 64 bytes, is one of `public`, 32 bytes and not weak (`points.refuse_weak`)."""
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return _surely(public, signature, message)
    return True


def signing(key: Ed25519PrivateKey) -> Callable[[bytes], bytes]:
    """What signs a message: 64 bytes."""
    _, secret = crypto_sign_seed_keypair(key.private_bytes_raw())
    return lambda message: crypto_sign(message, secret)[:SIZE]


def _surely(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
