"""What a key list says: which key may sign what, in whose name, since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from ledger.errors import InputError, VerificationError
from ledger.signing import cbor, cose, public_key
from ledger.signing.schema import fields, present

ROLES = ("event", "certificate", "status", "checkpoint", "receipt")
ROLES_OF_AUTHORITY = ("certificate", "status")  # The others are the ledger's own.
STATES = ("active", "retired", "compromised")  # A key moves to the right only.
ALGS_OF_ROOT = (public_key.ALG_ED25519, public_key.ALG_ML_DSA_65)
ALGS_OF_CHECKPOINT = (public_key.ALG_ED25519, public_key.ALG_ML_DSA_44)  # Both sign each note.


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authority may certify, and when; the grant that holds on the decided day counts."""

    name: str
    scope: str  # "*", or an institution's code
    schemes: tuple[str, ...]
    begins: int  # days since 1970-01-01
    ends: int | None = None  # days, inclusive

    def to_map(self) -> dict[str, object]:
        """The CBOR form."""
        what = {"name": self.name, "scope": self.scope, "schemes": self.schemes}
        return present(what | {"from": self.begins, "to": self.ends})


@dataclass(frozen=True, slots=True)
class Authority:
    id: str
    status_uri: str
    grants: tuple[Grant, ...]

    def to_map(self) -> dict[str, object]:
        """The CBOR form; the id is its key in the list."""
        return {"status_uri": self.status_uri, "grants": [grant.to_map() for grant in self.grants]}


@dataclass(frozen=True, slots=True)
class Key:
    """A service key."""

    kid: bytes  # 8, `public_key.kid_of`
    public: bytes
    alg: int
    role: str
    authority: str | None
    begins: int  # s UTC
    ends: int | None = None  # s UTC, exclusive
    state: str = "active"
    compromised_index: int | None = None  # Size of the last checkpoint believed honest.

    def to_map(self) -> dict[str, object]:
        """The CBOR form."""
        key = {"kid": self.kid, "key": public_key.cose_key(self.public, self.alg), "alg": self.alg, "role": self.role}
        when = {"from": self.begins, "to": self.ends, "state": self.state}
        return present(key | when | {"authority": self.authority, "compromised_index": self.compromised_index})

    def holds_at(self, at: int | None) -> bool:
        """Whether the period covers the second `at`; None asks nothing."""
        return at is None or (self.begins <= at and (self.ends is None or at < self.ends))

    def is_honest_at(self, index: int | None) -> bool:
        """Whether what it signed at this log index counts; without a proven index a compromised key never does."""
        if self.compromised_index is None:
            return True
        return index is not None and index < self.compromised_index


@dataclass(frozen=True, slots=True)
class RootKey:
    public: bytes
    alg: int = public_key.ALG_ED25519

    @property
    def kid(self) -> bytes:
        return public_key.kid_of(self.public, self.alg)


@dataclass(frozen=True, slots=True)
class RootSet:
    """Who may sign key lists. Only Ed25519 keys count towards the threshold."""

    keys: tuple[RootKey, ...]
    threshold: int

    def to_map(self) -> dict[str, object]:
        """The CBOR form."""
        return {"keys": [public_key.cose_key(key.public, key.alg) for key in self.keys], "threshold": self.threshold}

    def fingerprint(self) -> str:
        """SHA-256 of the deterministic encoding, in groups of four: what people publish and compare."""
        digest = sha256(cbor.encode(self.to_map())).hexdigest()
        return "-".join(digest[start : start + 4] for start in range(0, 64, 4))


@dataclass(frozen=True, slots=True)
class KeyList:
    version: int  # from 1
    iat: int  # s UTC
    exp: int  # s UTC
    roots: RootSet
    authorities: Mapping[str, Authority]
    keys: tuple[Key, ...]

    def encode(self) -> bytes:
        """The bytes that are signed, hashed and compared."""
        return cbor.encode(
            {
                "v": 1,
                "version": self.version,
                "iat": self.iat,
                "exp": self.exp,
                "roots": self.roots.to_map(),
                "authorities": {name: authority.to_map() for name, authority in self.authorities.items()},
                "keys": [key.to_map() for key in self.keys],
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a list of which no signature is checked yet.

        Raises:
            VerificationError: `key-list-malformed` with `why`, or `key-weak`.

        Source: docs/formats/key-list.md. Safe on untrusted input.
        """
        try:
            key_list = cls._read(cbor.decode(data, limit=cose.LIMIT))
        except InputError as cause:
            raise _malformed(cause.facts["why"]) from cause
        _refuse_contradictions(key_list)
        if key_list.encode() != data:  # A field too many, or another version of the format.
            raise _malformed("fields")
        return key_list

    @classmethod
    def _read(cls, value: object) -> Self:
        got = fields(value, "list", _LIST)
        roots = fields(got["roots"], "roots", {"keys": list, "threshold": int})
        return cls(
            version=got["version"],
            iat=got["iat"],
            exp=got["exp"],
            roots=RootSet(
                tuple(RootKey(*public_key.read_cose_key(item)) for item in roots["keys"]), roots["threshold"]
            ),
            authorities={name: _authority(name, item) for name, item in got["authorities"].items()},
            keys=tuple(_key(item) for item in got["keys"]),
        )


_LIST = {"version": int, "iat": int, "exp": int, "roots": dict, "authorities": dict, "keys": list}
_GRANT = {"name": str, "scope": str, "schemes": list, "from": int}
_KEY = {"kid": bytes, "key": dict, "alg": int, "role": str, "from": int, "state": str}
_KEY_MAYBE = {"authority": str, "to": int, "compromised_index": int}


def _malformed(why: object) -> VerificationError:
    return VerificationError("key-list-malformed", why=why)


def _authority(name: str, value: object) -> Authority:
    got = fields(value, "authority", {"status_uri": str, "grants": list})
    return Authority(name, got["status_uri"], tuple(_grant(item) for item in got["grants"]))


def _grant(value: object) -> Grant:
    got = fields(value, "grant", _GRANT, {"to": int})
    return Grant(got["name"], got["scope"], tuple(got["schemes"]), got["from"], got["to"])


def _key(value: object) -> Key:
    got = fields(value, "key", _KEY, _KEY_MAYBE)
    public, alg = public_key.read_cose_key(got["key"])
    key = Key(
        public_key.kid_of(public, alg),
        public,
        alg,
        got["role"],
        got["authority"],
        got["from"],
        got["to"],
        got["state"],
        got["compromised_index"],
    )
    if (got["kid"], got["alg"]) != (key.kid, alg):
        raise _malformed("key.kid")
    return key


def _refuse_contradictions(key_list: KeyList) -> None:
    """What the types alone do not say. Each line is a MUST of `docs/formats/key-list.md`."""
    publics = [root.public for root in key_list.roots.keys] + [key.public for key in key_list.keys]
    voters = [key for key in key_list.roots.keys if key.alg == public_key.ALG_ED25519]
    sound = {
        "list.version": key_list.version >= 1,
        "list.exp": 0 <= key_list.iat < key_list.exp,
        "roots.alg": all(key.alg in ALGS_OF_ROOT for key in key_list.roots.keys),
        "roots.threshold": 1 <= key_list.roots.threshold <= len(voters),
        "one key for one role": len(set(publics)) == len(publics),
        "authority": all(_is_sound_authority(authority) for authority in key_list.authorities.values()),
        "key": all(_is_sound_key(key, key_list.authorities) for key in key_list.keys),
    }
    for why, holds in sound.items():
        if not holds:
            raise _malformed(why)


def _is_sound_authority(authority: Authority) -> bool:
    return bool(_is_name(authority.id) and authority.status_uri and authority.grants) and all(
        grant.name
        and grant.scope
        and grant.schemes
        and all(_is_name(scheme) for scheme in grant.schemes)
        and (grant.ends is None or grant.begins <= grant.ends)
        for grant in authority.grants
    )


def _is_name(value: object) -> bool:
    return type(value) is str and value != ""


def _is_sound_key(key: Key, authorities: Mapping[str, Authority]) -> bool:
    algs = ALGS_OF_CHECKPOINT if key.role == "checkpoint" else (public_key.ALG_ED25519,)
    named = key.authority in authorities if key.role in ROLES_OF_AUTHORITY else key.authority is None
    period = key.begins >= 0 and (key.ends is None or key.begins < key.ends)
    compromised = key.compromised_index is not None and key.compromised_index >= 0
    state = key.state in STATES and compromised is (key.state == "compromised")
    ended = key.state != "retired" or key.ends is not None
    return key.role in ROLES and key.alg in algs and named and period and state and ended
