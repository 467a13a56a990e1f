"""COSE_Sign1 statements: one algorithm a key, an empty unprotected map, the ledger's name under every signature."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NoReturn, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from ledger.errors import ConfigError, InputError, VerificationError
from ledger.signing import cbor, points

ALG_ED25519 = -19  # RFC 9864; never the deprecated -8.
ALG_ML_DSA_65 = -49  # RFC 9964; only the second signature of a key list.
ALG_ML_DSA_44 = -48  # RFC 9964; a key of the log's notes, never of a statement.
AKP_SIZE = {ALG_ML_DSA_44: 1312, ALG_ML_DSA_65: 1952}  # bytes of a public key; FIPS 204, table 2
SIGNATURE_SIZE = {ALG_ED25519: 64, ALG_ML_DSA_65: 3309}  # bytes
EVENT_TYP = "application/vnd.peksos.event+cbor"
LIMIT = 65_535  # bytes of a statement: what an entry bundle of the log can hold (C2SP tlog-tiles).
PAIR = 32  # From so many payloads on, a second thread is worth its start.

_TAG = b"\xd2"  # 18, COSE_Sign1.
_ALG, _KID, _TYP = 1, 4, 16  # Labels of the protected header; no other is allowed.
_SEAL = b"\x58\x40"  # The head of a byte string of 64.
_NIL = b"\xf6"

PrivateKey: TypeAlias = Ed25519PrivateKey | MLDSA65PrivateKey
PublicKey: TypeAlias = Ed25519PublicKey | MLDSA65PublicKey


def aad(context: str, origin: str) -> bytes:
    """What every signature covers beside its bytes: what it is for, and in which ledger.

    Args:
        context: Such as `peksos/event/1`.
        origin: The ledger's name, such as `ledger.ipspi.or.id`.

    Raises:
        ConfigError: `origin-malformed`: empty, or not printable ASCII.
    """
    if not (origin and origin.isascii() and origin.isprintable()):
        raise ConfigError("origin-malformed", expected="ledger.ipspi.or.id")
    return context.encode("ascii") + b"\0" + origin.encode("ascii")


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


@dataclass(frozen=True, slots=True)
class Statement:
    """A COSE_Sign1 that is well formed; its signature is not checked yet.

    Source: RFC 9052, section 4.2.
    """

    protected: bytes
    alg: int
    kid: bytes  # 8
    typ: str | None
    payload: bytes | None  # None: detached
    signature: bytes


def parse(data: bytes, *, limit: int = LIMIT, typ: str | None, detached: bool = False) -> Statement:
    """Read one statement, strictly.

    Args:
        data: Tag 18 and all; nothing after it.
        limit: Most bytes to look at.
        typ: What header 16 must say; None: it must be absent.
        detached: A signature of a key list: without payload, and maybe by ML-DSA-65.

    Raises:
        VerificationError: `statement-malformed` with `why`, or `algorithm-refused`.

    Source: RFC 9052, section 4.2. Safe on untrusted input.
    """
    if data[:1] != _TAG:
        raise _malformed("tag")
    match _decoded(data[1:], limit - 1):
        case [bytes() as protected, dict() as unprotected, bytes() | None as payload, bytes() as signature]:
            if unprotected or (payload is None) is not detached:
                raise _malformed("shape")
        case _:
            raise _malformed("shape")
    alg, kid = _headers(protected, typ)
    if alg not in ((ALG_ED25519, ALG_ML_DSA_65) if detached else (ALG_ED25519,)):
        raise VerificationError("algorithm-refused", got=alg)
    if len(signature) != SIGNATURE_SIZE[alg]:
        raise _malformed("signature")
    return Statement(protected, alg, kid, typ, payload, signature)


def verify(statement: Statement, public: PublicKey, external: bytes, payload: bytes | None = None) -> None:
    """Check the signature by a key whose algorithm is its own, never the message's word.

    Args:
        external: `aad(context, origin)`.
        payload: Given exactly when the statement is detached.

    Raises:
        VerificationError: `algorithm-refused`, `statement-malformed` or `signature-wrong`.

    Source: RFC 9052, section 4.4.
    """
    if statement.alg != _alg_of(public):
        raise VerificationError("algorithm-refused", got=statement.alg)
    signed = statement.payload if payload is None else payload
    if signed is None or (payload is not None and statement.payload is not None):
        raise _malformed("payload")
    _check(public, statement.signature, _prefix(statement.protected, external) + _bstr(signed), statement.kid)


class Signer:
    """Signs for one purpose in one ledger, with everything that does not change made ready: 32 µs a statement.

    Args:
        context: Such as `peksos/event/1`.
        origin: The ledger's name.
        typ: Header 16, or None for none.
        pool: Helps with a large `sign_all`: signing releases the interpreter's lock.
    """

    def __init__(
        self,
        key: PrivateKey,
        *,
        context: str,
        origin: str,
        typ: str | None = None,
        pool: ThreadPoolExecutor | None = None,
    ) -> None:
        alg = _alg_of(key)
        self.public = key.public_key().public_bytes_raw()
        self.kid = kid_of(self.public, alg)
        protected = _protected(alg, self.kid, typ)
        self._key, self._pool = key, pool
        self._head = _head(protected)
        self._prefix = _prefix(protected, aad(context, origin))
        self._seal = _bstr(bytes(SIGNATURE_SIZE[alg]))[: -SIGNATURE_SIZE[alg]]

    def sign(self, payload: bytes) -> bytes:
        """The whole statement. Raises: InputError: `input-too-large`: nobody would read it back."""
        body = _bstr(payload)
        statement = self._head + body + self._seal + self._key.sign(self._prefix + body)
        if len(statement) > LIMIT:
            raise InputError("input-too-large", got=len(statement), limit=LIMIT)
        return statement

    def sign_all(self, payloads: Sequence[bytes]) -> list[bytes]:
        """The statements in order, on two threads when there are many: each takes the next, so neither waits long."""
        if self._pool is None or len(payloads) < PAIR:
            return [self.sign(payload) for payload in payloads]
        left, signed = enumerate(payloads), [b""] * len(payloads)

        def work() -> None:
            for n, payload in left:
                signed[n] = self.sign(payload)

        other = self._pool.submit(work)
        work()
        other.result()
        return signed

    def sign_detached(self, payload: bytes) -> bytes:
        """The statement without its payload, for key lists."""
        return self._head + _NIL + self._seal + self._key.sign(self._prefix + _bstr(payload))


class Verifier:
    """Verifies many statements by one key: everything that does not change is compared, not parsed."""

    def __init__(self, public: Ed25519PublicKey, *, context: str, origin: str, typ: str | None = None) -> None:
        self.kid = kid_of(public.public_bytes_raw())
        protected = _protected(ALG_ED25519, self.kid, typ)
        self._public, self._typ = public, typ
        self._head = _head(protected)
        self._prefix = _prefix(protected, aad(context, origin))

    def verify(self, data: bytes) -> bytes:
        """The payload of a statement whose signature holds.

        Raises:
            VerificationError: As `parse` and `verify`; `key-unknown` for another key's statement.
        """
        body = data[len(self._head) : -66]
        payload = body[1 if len(body) <= 24 else 2 if len(body) <= 257 else 3 :]
        plain = data.startswith(self._head) and data[-66:-64] == _SEAL and body == _bstr(payload)
        if not plain or len(data) > LIMIT:
            self._refuse(data)
        _check(self._public, data[-64:], self._prefix + body, self.kid)
        return payload

    def _refuse(self, data: bytes) -> NoReturn:
        other = parse(data, typ=self._typ)
        raise VerificationError("key-unknown", kid=other.kid.hex(), expected=self.kid.hex())


def peek(data: bytes) -> bytes:
    """The payload of a statement whose headers nobody has looked at: `Verifier` must still accept all of it.

    Raises:
        VerificationError: `statement-malformed`: not the four parts of one, with nothing after them.
    """
    start = len(_TAG) + 1
    head = data[start] if len(data) > start + 1 else 0
    size = 2 + data[start + 1] if head == 0x58 else 1 + (head & 0x1F)  # A protected header has under 256 bytes.
    at = start + size
    if data.startswith(_TAG + b"\x84") and data[at : at + 1] == b"\xa0" and data[-66:-64] == _SEAL:
        body = data[at + 1 : -66]
        payload = body[1 if len(body) <= 24 else 2 if len(body) <= 257 else 3 :]
        if body == _bstr(payload):
            return payload
    raise _malformed("parts")


def _malformed(why: object) -> VerificationError:
    return VerificationError("statement-malformed", why=why)


def _decoded(data: bytes, limit: int) -> object:
    try:
        return cbor.decode(data, limit=limit)
    except InputError as cause:
        raise _malformed(cause.facts["why"]) from cause


@lru_cache(maxsize=256)  # As with keys: a few return in thousands of papers, and a refusal is not kept.
def _headers(protected: bytes, typ: str | None) -> tuple[int, bytes]:
    expected = {} if typ is None else {_TYP: typ}
    match _decoded(protected, LIMIT):
        case {1: int() as alg, 4: bytes() as kid, **rest} if len(kid) == 8 and rest == expected:
            return alg, kid
    raise _malformed("headers")


def _alg_of(key: PrivateKey | PublicKey) -> int:
    return ALG_ED25519 if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey) else ALG_ML_DSA_65


def _protected(alg: int, kid: bytes, typ: str | None) -> bytes:
    return cbor.encode({_ALG: alg, _KID: kid} | ({} if typ is None else {_TYP: typ}))


def _head(protected: bytes) -> bytes:
    return _TAG + b"\x84" + _bstr(protected) + b"\xa0"


def _prefix(protected: bytes, external: bytes) -> bytes:
    """Sig_structure up to its payload. Source: RFC 9052, section 4.4."""
    return b"\x84\x6aSignature1" + _bstr(protected) + _bstr(external)


def _bstr(data: bytes) -> bytes:
    """A byte string of CBOR, without a call of the library: it is made twice a statement."""
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    if size < 256:
        return bytes((0x58, size)) + data
    if size < 65_536:
        return b"\x59" + size.to_bytes(2, "big") + data
    return b"\x5a" + size.to_bytes(4, "big") + data


def _check(public: PublicKey, signature: bytes, signed: bytes, kid: bytes) -> None:
    try:
        public.verify(signature, signed)
    except InvalidSignature as cause:
        raise VerificationError("signature-wrong", kid=kid.hex()) from cause
