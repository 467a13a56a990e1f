"""A small ledger made of fixed seeds: keys, lists, log and certificates; every vector takes what it is about.

Everything here is invented, and every private key is public: the ledger's name stands under `contoh.invalid`.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.credentials import digits, published, registered, status_list, token
from ledger.credentials.registered import Bucket
from ledger.credentials.status_list import Status
from ledger.domain.certificates import Certificate
from ledger.domain.values import from_days, start_of, to_days
from ledger.events import CONTEXT, TYPE, Record, encode
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey, RootSet
from ledger.transparency import checkpoint
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import inclusion_proof, leaf_hash, nodes_of, root_of
from ledger.transparency.proof import Receipt

ORIGIN, BASE = "vectors.contoh.invalid", "https://cek.vectors.contoh.invalid"
NOW = 1_800_000_000  # s UTC; 2027-01-15, 15:00 WIB
MINUTE, HOUR, DAY = 60, 3600, 86_400
FRESH = NOW - 10 * MINUTE  # when the lists were signed
SIGNED = NOW - 300 * DAY  # when the certificate was
DECIDED = date(2026, 3, 20)
INDEX = 4711

ROOTS = (1, 2, 3)  # Seeds; two of three sign.
CERTIFICATE, SECOND, RETIRED, LEAKED, FUTURE = 10, 11, 12, 13, 14
STATUS, STATUS_SECOND, STATUS_RETIRED, STATUS_LEAKED = 20, 21, 22, 23
RECEIPT, RECEIPT_LEAKED, EVENT, CHECKPOINT, STRANGER = 30, 31, 40, 50, 99
BEGUN, ENDED = NOW - 1000 * DAY, NOW - 200 * DAY  # the period of retired keys
HONEST = 6  # Size of the log when it was last believed honest: the leaked key counts below.


def private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public(seed: int) -> bytes:
    return private(seed).public_key().public_bytes_raw()


def key(seed: int, role: str, authority: str | None = None, **changes: Any) -> Key:
    raw = public(seed)
    made = Key(public_key.kid_of(raw), raw, public_key.ALG_ED25519, role, authority, BEGUN)
    return replace(made, **changes)


def roots(*seeds: int, threshold: int = 2) -> RootSet:
    return RootSet(tuple(RootKey(public(seed)) for seed in seeds), threshold)


ENDED_KEY: dict[str, Any] = {"state": "retired", "ends": ENDED}
LEAKED_KEY: dict[str, Any] = {"state": "compromised", "compromised_index": HONEST}
ALL = ("PEKSOS", "RELAWAN", "HADIR", "STR", "KTA")
KEYS = KeyList(
    version=3,
    iat=NOW - 30 * DAY,
    exp=NOW + 60 * DAY,
    roots=roots(*ROOTS),
    authorities={
        "dinas": Authority(
            "dinas",
            f"{BASE}/status/dinas",
            (
                Grant("Dinas Sosial", "DINSOS", ("PEKSOS/GENERALIS", "HADIR"), to_days(date(2026, 1, 1))),
                Grant("Dinas Lama", "*", ("RELAWAN",), to_days(date(2024, 1, 1)), to_days(date(2025, 12, 31))),
            ),
        ),
        "ipspi": Authority("ipspi", f"{BASE}/status/ipspi", (Grant("IPSPI", "*", ALL, to_days(date(2020, 1, 1))),)),
    },
    keys=(
        key(CERTIFICATE, "certificate", "ipspi"),
        key(SECOND, "certificate", "dinas"),
        key(RETIRED, "certificate", "ipspi", **ENDED_KEY),
        key(LEAKED, "certificate", "ipspi", **LEAKED_KEY),
        key(FUTURE, "certificate", "ipspi", begins=SIGNED),
        key(STATUS, "status", "ipspi"),
        key(STATUS_SECOND, "status", "dinas"),
        key(STATUS_RETIRED, "status", "ipspi", **ENDED_KEY),
        key(STATUS_LEAKED, "status", "ipspi", **LEAKED_KEY),
        key(RECEIPT, "receipt"),
        key(RECEIPT_LEAKED, "receipt", **LEAKED_KEY),
        key(EVENT, "event"),
        key(CHECKPOINT, "checkpoint"),
    ),
)
ROOT = KEYS.roots.fingerprint()


def version(number: int, **changes: Any) -> KeyList:
    """Another list of this ledger: one day newer for each version."""
    return replace(KEYS, version=number, iat=KEYS.iat + (number - KEYS.version) * DAY, **changes)


def signed_by(listed: KeyList, *seeds: int, origin: str = ORIGIN) -> bytes:
    """A key list as it is published, signed by these roots."""
    body = key_list.publish(listed, [private(seed) for seed in seeds], origin)
    return cbor.encode(dict(body))


def keys_file(listed: KeyList = KEYS) -> bytes:
    return signed_by(listed, 1, 2)


def signer(seed: int, context: str, *, origin: str = ORIGIN, typ: str | None = None) -> cose.Signer:
    return cose.Signer(private(seed), context=context, origin=origin, typ=typ)


# The certificate.

CLAIMS: dict[int, Any] = {
    1: "ipspi",
    4: start_of(date(2031, 3, 21)),
    5: start_of(DECIDED),
    6: SIGNED,
    7: bytes(range(16)),
    -70001: {
        1: "Siti Rahmawati",
        2: "PEKSOS/GENERALIS",
        3: [0, INDEX],
        4: to_days(DECIDED),
        6: "IPSPI-PSG-2026-000123-4",
        8: "*",
    },
}


def claims(changes: Mapping[int, Any] = {}, paper: Mapping[int, Any] = {}) -> dict[int, Any]:
    """The certificate's claims, and those of the paper, with some changed; None leaves one out."""
    inside = {label: value for label, value in (CLAIMS[-70001] | paper).items() if value is not None}
    found = {**CLAIMS, -70001: inside, **changes}
    return {label: value for label, value in found.items() if value is not None}


def certificate(
    changes: Mapping[int, Any] = {},
    paper: Mapping[int, Any] = {},
    *,
    seed: int = CERTIFICATE,
    context: str = token.CONTEXT,
    origin: str = ORIGIN,
) -> bytes:
    return signer(seed, context, origin=origin).sign(cbor.encode(claims(changes, paper)))


def address(data: bytes, base: str = BASE) -> str:
    return digits.url(base, data)


PLAIN = certificate()


# The signed lists.


def named(listed: KeyList) -> tuple[int, bytes]:
    return listed.version, sha256(listed.encode()).digest()


def status(
    state: Status | None = Status.VALID,
    *,
    index: int = INDEX,
    iat: int = FRESH,
    exp: int | None = None,
    authority: str = "ipspi",
    number: int = 0,
    seed: int = STATUS,
    keys: tuple[int, bytes] | None = None,
    **claims: Any,
) -> bytes:
    """The status list in which one index reads so; `claims`: `lst`, `bits`, `uri`, `extra`, `typ`, `origin`."""
    held = [] if state is None else [(index, state)]
    version, digest = keys or named(KEYS)
    fields: dict[int, object] = {
        2: claims.get("uri", f"{BASE}/status/{authority}/{number}"),
        4: iat + DAY if exp is None else exp,
        6: iat,
        65533: {"bits": claims.get("bits", 2), "lst": claims.get("lst", zlib.compress(status_list.pack(held), 9))},
        65534: 600,
        -70002: [version, digest],
        **claims.get("extra", {}),
    }
    signs = signer(
        seed,
        claims.get("context", status_list.CONTEXT),
        origin=claims.get("origin", ORIGIN),
        typ=claims.get("typ", status_list.TYP),
    )
    return published.sign(fields, signs)


def packed(state: Status = Status.VALID) -> bytes:
    return status_list.pack([(INDEX, state)])


def bucket(
    data: bytes = PLAIN,
    *,
    holds: bool = True,
    iat: int = FRESH,
    exp: int | None = None,
    number: int | None = None,
    seed: int = RECEIPT,
    context: str = registered.CONTEXT,
    origin: str = ORIGIN,
    **changes: object,
) -> bytes:
    """The bucket of a token, with two others beside it; `changes`: fields as they are written."""
    digest = sha256(data).digest()
    number = digest[0] if number is None else number
    others = [bytes([digest[0]]) + bytes(31), bytes([digest[0]]) + b"\xff" * 31]
    known = [*others, digest] if holds else others
    made = Bucket(
        number=number, iat=iat, exp=iat + DAY if exp is None else exp, size=8, hashes=registered.shorten(known)
    )
    signs = signer(seed, context, origin=origin)
    if not changes:
        return registered.publish(made, signs)
    plain = {"v": 1, "bucket": made.number, "iat": made.iat, "exp": made.exp, "size": 8}
    return published.sign({**plain, "hashes": b"".join(made.hashes), **changes}, signs)


def bucket_path(data: bytes = PLAIN) -> str:
    return registered.path(sha256(data).digest()[0])


def status_path(authority: str = "ipspi", number: int = 0) -> str:
    return f"status/{authority}/{number}"


# The log.


def event(data: bytes, index: int, *, seed: int = EVENT, origin: str = ORIGIN) -> bytes:
    """The entry at `index` that issued the token `data`."""
    created = object.__new__(Certificate.Created)
    state = {
        "originator_id": UUID(int=index + 1),
        "originator_version": 1,
        "number": "IPSPI-PSG-2026-000123-4",
        "kind": "PEKSOS/GENERALIS",
        "registrant": UUID(int=7),
        "authority": "ipspi",
        "decided": DECIDED,
        "signed": DECIDED,
        "begins": DECIDED,
        "status": (0, INDEX),
        "token": sha256(data).digest(),
        "content": bytes(32),
        "proposal": UUID(int=8),
        **dict.fromkeys(("through", "scheme", "edition", "assessment", "participation")),
    }
    object.__setattr__(created, "__dict__", state)
    record = Record(index, SIGNED * 1000, from_days(CLAIMS[-70001][4]), "ipspi", None, "", created)
    return signer(seed, CONTEXT, origin=origin, typ=TYPE).sign(encode(record))


def new_paper(data: bytes, index: int) -> bytes:
    """The entry at `index` by which the token `data` stands on a new paper of a certificate."""
    again = object.__new__(Certificate.Reissued)
    state = {
        "originator_id": UUID(int=index + 1),
        "originator_version": 2,
        "decree": UUID(int=9),
        "reason": "lost",
        "status": (0, INDEX),
        "token": sha256(data).digest(),
        "content": bytes(32),
        "proposal": UUID(int=8),
    }
    object.__setattr__(again, "__dict__", state)
    record = Record(index, SIGNED * 1000, from_days(CLAIMS[-70001][4]), "ipspi", None, "", again)
    return signer(EVENT, CONTEXT, origin=ORIGIN, typ=TYPE).sign(encode(record))


def receipt(
    entry: bytes,
    index: int,
    *,
    size: int = 8,
    origin: str = ORIGIN,
    seed: int = CHECKPOINT,
    others: Iterable[bytes] = (),
) -> Receipt:
    """A proof that `entry` stands at `index` of a log of `size` entries."""
    entries = [*others] or [bytes([number]) * 40 for number in range(size)]
    entries[index] = entry
    hashes = [leaf_hash(one) for one in entries]
    note = checkpoint.signed(Checkpoint(origin, size, root_of(hashes)), private(seed), None, 1).encode()
    return Receipt(entry, index, tuple(inclusion_proof(index, size, nodes_of(hashes))), note)


def proof(data: bytes, index: int) -> bytes:
    return receipt(event(data, index), index).encode()


def proof_path(data: bytes) -> str:
    return f"proof/{sha256(data).digest().hex()}"
