"""Public keys as COSE_Key: how they are written, what their short name is, and which are too weak to trust."""

from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import VerificationError
from ledger.signing import cbor, points

ALG_ED25519 = -19  # RFC 9864; never the deprecated -8.
ALG_ML_DSA_65 = -49  # RFC 9964; only the second signature of a key list.
ALG_ML_DSA_44 = -48  # RFC 9964; a key of the log's notes, never of a statement.
AKP_SIZE = {ALG_ML_DSA_44: 1312, ALG_ML_DSA_65: 1952}  # bytes of a public key; FIPS 204, table 2


def cose_key(public: bytes, alg: int = ALG_ED25519) -> dict[int, object]:
    """The key as COSE_Key: an OKP, or an AKP for ML-DSA.

    Source: RFC 9053, section 7.2; RFC 9964, section 3.
    """
    return {1: 1, -1: 6, -2: public} if alg == ALG_ED25519 else {1: 7, 3: alg, -1: public}


def read_cose_key(value: object) -> tuple[bytes, int]:
    """Public bytes and algorithm of what `cose_key` wrote.

    Raises:
        VerificationError: `key-malformed`, or `key-weak`.
    """
    match value:
        case {1: 1, -1: 6, -2: bytes() as public, **rest} if not rest:
            points.refuse_weak(public)
            return public, ALG_ED25519
        case {1: 7, 3: int() as alg, -1: bytes() as public, **rest} if not rest:
            if AKP_SIZE.get(alg) == len(public):
                return public, alg
    raise VerificationError("key-malformed")


def kid_of(public: bytes, alg: int = ALG_ED25519) -> bytes:
    """The key's name, 8 bytes. Two keys can share one: whoever looks a kid up tries every key that has it."""
    return sha256(cbor.encode(cose_key(public, alg))).digest()[:8]


@lru_cache(maxsize=256)  # Of a few keys thousands of papers are verified; a refusal is not kept.
def load_public(raw: bytes) -> Ed25519PublicKey:
    """Raises: VerificationError: `key-weak`: no point that a signature can be trusted by."""
    points.refuse_weak(raw)
    return Ed25519PublicKey.from_public_bytes(raw)
