"""COSE_Sign1 statements: one algorithm a key, an empty unprotected map, the ledger's name under every signature."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from ledger.errors import ConfigError, InputError, VerificationError
from ledger.signing import cbor, ed25519, public_key
from ledger.signing.public_key import ALG_ED25519, ALG_ML_DSA_65

SIGNATURE_SIZE = {ALG_ED25519: 64, ALG_ML_DSA_65: 3309}  # bytes
EVENT_TYP = "application/vnd.peksos.event+cbor"
LIMIT = 65_535  # bytes of a statement: what an entry bundle of the log can hold (C2SP tlog-tiles).
PAIR = 32  # From so many payloads on, a second thread is worth its start.

_TAG = b"\xd2"  # 18, COSE_Sign1.
_ALG, _KID, _TYP = 1, 4, 16  # Labels of the protected header; no other is allowed.
_SEAL = b"\x58\x40"  # The head of a byte string of 64.
_NIL = b"\xf6"
_OPEN = _TAG + b"\x84"  # An array of four.
_NO_HEADERS = b"\xa0"

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
    if len(data) > limit:
        raise _malformed("length")
    protected, payload, signature = _split(data)
    if (payload is None) is not detached:
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
        self.kid = public_key.kid_of(self.public, alg)
        protected = _protected(alg, self.kid, typ)
        self._sign, self._pool = _signing(key), pool
        self._head = _head(protected)
        self._prefix = _prefix(protected, aad(context, origin))
        self._seal = _bstr(bytes(SIGNATURE_SIZE[alg]))[: -SIGNATURE_SIZE[alg]]

    def sign(self, payload: bytes) -> bytes:
        """The whole statement. Raises: InputError: `input-too-large`: nobody would read it back."""
        body = _bstr(payload)
        statement = self._head + body + self._seal + self._sign(self._prefix + body)
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
        return self._head + _NIL + self._seal + self._sign(self._prefix + _bstr(payload))


class Verifier:
    """Verifies many statements by one key: everything that does not change is compared, not parsed."""

    def __init__(self, public: Ed25519PublicKey, *, context: str, origin: str, typ: str | None = None) -> None:
        self.kid = public_key.kid_of(public.public_bytes_raw())
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
    _, payload, _ = _split(data)
    if payload is None:
        raise _malformed("shape")
    return payload


def _split(data: bytes) -> tuple[bytes, bytes | None, bytes]:
    """Protected header, payload and signature. By hand: a statement has one form, and reading is most of a replay."""
    if not data.startswith(_TAG):
        raise _malformed("tag")
    if not data.startswith(_OPEN):
        raise _malformed("shape")
    protected, at = _byte_string(data, len(_OPEN))
    if data[at : at + 1] != _NO_HEADERS:
        raise _malformed("shape")
    payload, at = (None, at + 2) if data[at + 1 : at + 2] == _NIL else _byte_string(data, at + 1)
    signature, at = _byte_string(data, at)
    if at != len(data):
        raise _malformed("shape")
    return protected, payload, signature


def _byte_string(data: bytes, at: int) -> tuple[bytes, int]:
    """The byte string that begins there, its length written as short as it can be, and where it ends."""
    head = data[at] if at < len(data) else 0
    if not 0x40 <= head <= 0x59:
        raise _malformed("shape")
    wide = max(0, head - 0x57)  # bytes of the length, if it is not in the head itself
    size = int.from_bytes(data[at + 1 : at + 1 + wide]) if wide else head - 0x40
    if size < (0, 24, 256)[wide]:
        raise _malformed("order")
    start = at + 1 + wide
    if len(data) < start + size:
        raise _malformed("length")
    return data[start : start + size], start + size


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


def _signing(key: PrivateKey) -> Callable[[bytes], bytes]:
    return ed25519.signing(key) if isinstance(key, Ed25519PrivateKey) else key.sign


def _protected(alg: int, kid: bytes, typ: str | None) -> bytes:
    return cbor.encode({_ALG: alg, _KID: kid} | ({} if typ is None else {_TYP: typ}))


def _head(protected: bytes) -> bytes:
    return _OPEN + _bstr(protected) + _NO_HEADERS


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
    if not _holds(public, signature, signed):
        raise VerificationError("signature-wrong", kid=kid.hex())


def _holds(public: PublicKey, signature: bytes, signed: bytes) -> bool:
    if isinstance(public, Ed25519PublicKey):
        return ed25519.holds(public.public_bytes_raw(), signature, signed)
    try:
        public.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
