#!/usr/bin/env python3
"""A second opinion on a bundle: one file for Python 3.11, `cryptography` 50 and `cbor2`, without a line of the ledger.

    python audit_min.py FOLDER [--root FINGERPRINT] [--log VKEY]... [--witness VKEY]... [--quorum N]
                        [--previous CHECKPOINT] [--json]

Read it from top to bottom; each part uses what stands above it. In brackets the page that it was written from.

  1 CBOR       one strict form for every value                                 (formats/event.md)
  2 Keys       COSE_Key and COSE_Sign1                                         (formats/key-list.md)
  3 Key lists  what one says, which roots signed it, what may follow it
  4 Notes      checkpoints, as the log signed and witnesses cosigned them      (formats/checkpoint.md)
  5 Tree       RFC 6962 roots and the tiles of their hashes
  6 Events     fields by kind; the act that a second person approves           (formats/event.md)
  7 History    each event after the last: chain, signature, state, approval
  8 Bundle     files, tiles, checkpoints, key lists, manifest                  (formats/bundle.md)
  9 Report

It asks less than `ledger audit`: who signed, in which order and state, with whose approval. Terms, tiers, numbers,
mandates, roles, what authorities may certify and the times of witnesses it leaves to that. Fields and states are those
of the bundle's own schemas/ and rules/, which `ledger audit` compares with its own, and people can read.
The history is read up to its first broken event, for what follows one proves nothing; every file is compared.
In memory it holds a line for each stream.

Nothing in a bundle proves where it comes from. From elsewhere must come: --root, the fingerprint of the first roots;
--witness, the key of a witness; --log, a key of the log; --previous, a checkpoint that was kept.

Exit: 0 sound and anchored (--root and a quorum of witnesses); 1 something is wrong; 2 unreadable; 3 consistent, origin
not proved; 64 wrong usage.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey, MLDSA65PublicKey

SOUND, FOUND, UNREADABLE, UNPROVED, USAGE = 0, 1, 2, 3, 64


class BrokenError(Exception):
    """Something does not hold; its one argument is the code of what."""


class UnreadableError(Exception):
    """This is no bundle."""


def require(holds: object, code: str) -> None:
    if not holds:
        raise BrokenError(code)


# 1 CBOR. Deterministic (RFC 8949, section 4.2.1) and few types, so that a value has one form.

MAX_BYTES, MAX_DEPTH = 65_535, 8
encode = partial(cbor2.dumps, canonical=True)


def decode(data: bytes) -> Any:
    """The one value that these bytes are. Raises: BrokenError."""
    require(len(data) <= MAX_BYTES, "cbor-malformed")
    try:
        value = cbor2.loads(data)
        _ask_types(value, 1, [len(data)])
        again = encode(value)
    except Exception as cause:  # cbor2 lets errors of other libraries through
        raise BrokenError("cbor-malformed") from cause
    require(again == data, "cbor-malformed")
    return value


def _ask_types(value: Any, depth: int, left: list[int]) -> None:
    """Nothing but these types. `left` bounds the work: no value has more parts than bytes, unless parts are shared."""
    left[0] -= 1
    parts = [*value, *value.values()] if type(value) is dict else value if type(value) is list else []
    known = value is None or type(value) in (bool, int, bytes, str, list, dict)
    require(known and left[0] >= 0 and (depth <= MAX_DEPTH or type(value) not in (list, dict)), "cbor-malformed")
    if type(value) is int:
        require(abs(value) <= 1 << 53, "cbor-malformed")
    if type(value) is str:
        hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in value)
        require(not hidden and unicodedata.is_normalized("NFC", value), "cbor-malformed")
    if type(value) is dict:
        require({*map(type, value)} in ({str}, {int}, set()), "cbor-malformed")
        negative = {key for key in value if type(key) is int and key < 0}  # only those of a COSE_Key, beside short ones
        require(not negative or (negative <= {-1, -2, -3} and max(value) < 24), "cbor-malformed")
    for part in parts:
        _ask_types(part, depth + 1, left)


def shaped(value: Any, code: str, needed: dict[str, type], maybe: dict[str, type] | None = None) -> dict[str, Any]:
    """A map with these fields and no other, each of its exact type."""
    known = needed | (maybe or {})
    require(type(value) is dict and needed.keys() <= value.keys() <= known.keys(), code)
    require(all(type(one) is known[name] for name, one in value.items()), code)
    found: dict[str, Any] = value
    return found


# 2 Keys.

ED25519, ML_DSA_44, ML_DSA_65 = -19, -48, -49  # COSE algorithms (RFC 9864, RFC 9964)
PUBLIC_SIZE = {ED25519: 32, ML_DSA_44: 1312, ML_DSA_65: 1952}  # bytes
SIGNATURE_SIZE = {ED25519: 64, ML_DSA_65: 3309}  # bytes
LOADERS: dict[int, Callable[[bytes], Ed25519PublicKey | MLDSA44PublicKey | MLDSA65PublicKey]] = {
    ED25519: Ed25519PublicKey.from_public_bytes,
    ML_DSA_44: MLDSA44PublicKey.from_public_bytes,
    ML_DSA_65: MLDSA65PublicKey.from_public_bytes,
}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@dataclass(frozen=True)
class Public:
    """A public key, with the only algorithm by which it signs."""

    alg: int
    raw: bytes

    @property
    def kid(self) -> bytes:
        """8 bytes. Two keys can share one: every key that has it is tried."""
        okp, akp = {1: 1, -1: 6, -2: self.raw}, {1: 7, 3: self.alg, -1: self.raw}
        return sha256(encode(okp if self.alg == ED25519 else akp))[:8]

    def signed(self, signature: bytes, message: bytes) -> bool:
        try:
            LOADERS[self.alg](self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_key(value: Any) -> Public:
    """A COSE_Key with nothing else in it. Raises: BrokenError."""
    match value:
        case {1: 1, -1: 6, -2: bytes() as raw} if len(value) == 3:
            key = Public(ED25519, raw)
        case {1: 7, 3: int() as alg, -1: bytes() as raw} if len(value) == 3 and alg != ED25519:
            key = Public(alg, raw)
        case _:
            raise BrokenError("key-malformed")
    require(PUBLIC_SIZE.get(key.alg) == len(raw), "key-malformed")
    return key


@dataclass(frozen=True)
class Statement:
    """A COSE_Sign1 (RFC 9052). Nothing is verified yet."""

    protected: bytes
    payload: bytes | None  # None: detached
    signature: bytes

    def headers(self, typ: str | None = None) -> tuple[int, bytes]:
        """Algorithm and kid, beside which stands nothing but `typ`. Raises: BrokenError."""
        found = _decoded(self.protected)
        expected = {1: found.get(1), 4: found.get(4)} if type(found) is dict else None
        require(found == (expected if typ is None else {**(expected or {}), 16: typ}), "statement-malformed")
        alg, kid = found[1], found[4]
        require(isinstance(alg, int) and type(kid) is bytes and len(kid) == 8, "statement-malformed")
        require(alg == ED25519 or (self.payload is None and alg == ML_DSA_65), "algorithm-refused")
        require(len(self.signature) == SIGNATURE_SIZE[alg], "statement-malformed")
        return alg, kid

    def signed_by(self, key: Public, context: str, origin: str, detached: bytes | None = None) -> bool:
        external = f"{context}\0{origin}".encode()
        payload = self.payload if detached is None else detached
        return key.signed(self.signature, encode(["Signature1", self.protected, external, payload]))


def read_statement(data: bytes) -> Statement:
    """Raises: BrokenError: not tag 18 over the four parts, with nothing unprotected."""
    found = _decoded(data[1:])
    require(data[:1] == b"\xd2" and len(data) <= MAX_BYTES and type(found) is list, "statement-malformed")
    require([type(part) for part in found] in _PARTS and found[1] == {}, "statement-malformed")
    return Statement(found[0], found[2], found[3])


_PARTS = [[bytes, dict, bytes, bytes], [bytes, dict, type(None), bytes]]


def _decoded(data: bytes) -> Any:
    try:
        return decode(data)
    except BrokenError as cause:
        raise BrokenError("statement-malformed") from cause


# 3 Key lists.

STATES = ("active", "retired", "compromised")  # a key moves to the right only
ROLES = {"event": False, "checkpoint": False, "receipt": False, "certificate": True, "status": True}  # of an authority?
BAD_LIST = "key-list-malformed"


@dataclass(frozen=True)
class Key:
    public: Public
    role: str
    authority: str | None
    begins: int  # s UTC
    ends: int | None  # s UTC, exclusive
    state: str
    compromised: int | None  # index from which it counts for nothing

    def is_honest_at(self, index: int) -> bool:
        return self.compromised is None or index < self.compromised


@dataclass(frozen=True)
class KeyList:
    version: int
    iat: int  # s UTC
    roots: tuple[Public, ...]
    threshold: int
    fingerprint: str  # of the roots, 64 hexadecimal digits
    keys: tuple[Key, ...]

    def entitled(self, kid: bytes, index: int, ms: int) -> list[Public]:
        """The event keys that may have signed there and then. Raises: BrokenError: there is none."""
        named = [key for key in self.keys if key.public.kid == kid]
        require(named, "key-unknown")
        fitting = [k for k in named if k.role == "event" and k.begins <= ms // 1000 and not _is_over(k, ms // 1000)]
        require(fitting, "key-not-entitled")
        honest = [key.public for key in fitting if key.is_honest_at(index)]
        require(honest, "key-compromised")
        return honest


def _is_over(key: Key, second: int) -> bool:
    return key.ends is not None and second >= key.ends


def read_key_list(data: bytes) -> KeyList:
    """What a list says, signed or not. Raises: BrokenError."""
    numbers = {"v": int, "version": int, "iat": int, "exp": int}
    top = shaped(decode(data), BAD_LIST, {**numbers, "roots": dict, "authorities": dict, "keys": list})
    roots = shaped(top["roots"], BAD_LIST, {"keys": list, "threshold": int})
    publics = tuple(read_key(one) for one in roots["keys"])
    keys = tuple(_key(one, top["authorities"]) for one in top["keys"])
    every = [*publics, *(key.public for key in keys)]
    votes = sum(root.alg == ED25519 for root in publics)
    require(all(root.alg != ML_DSA_44 for root in publics) and 1 <= roots["threshold"] <= votes, BAD_LIST)
    require(len({key.raw for key in every}) == len(every), BAD_LIST)  # One key, one role.
    require(top["v"] == 1 and top["version"] >= 1 and 0 <= top["iat"] < top["exp"], BAD_LIST)
    fingerprint = sha256(encode(roots)).hex()
    return KeyList(top["version"], top["iat"], publics, roots["threshold"], fingerprint, keys)


def _key(value: Any, authorities: dict[str, Any]) -> Key:
    needed = {"kid": bytes, "key": dict, "alg": int, "role": str, "from": int, "state": str}
    got = shaped(value, BAD_LIST, needed, {"authority": str, "to": int, "compromised_index": int})
    public, role, authority, ends = read_key(got["key"]), got["role"], got.get("authority"), got.get("to")
    require((got["kid"], got["alg"]) == (public.kid, public.alg) and role in ROLES, BAD_LIST)
    require(public.alg == ED25519 or (role == "checkpoint" and public.alg == ML_DSA_44), BAD_LIST)
    require(authority in authorities if ROLES[role] else authority is None, BAD_LIST)
    require(got["from"] >= 0 and (ends is None or got["from"] < ends), BAD_LIST)
    state, index = got["state"], got.get("compromised_index")
    require(state in STATES and (state == "compromised") is (index is not None), BAD_LIST)
    require((state != "retired" or ends is not None) and (index or 0) >= 0, BAD_LIST)
    return Key(public, role, authority, got["from"], ends, state, index)


def ask_roots(data: bytes, signed: Sequence[bytes], origin: str, by: KeyList) -> None:
    """Enough roots of `by` signed `data`, one of ML-DSA-65 among them if there is any. Raises: BrokenError."""
    signers: set[Public] = set()
    require(len(signed) <= 32, BAD_LIST)
    for one in map(read_statement, signed):
        require(one.payload is None, "statement-malformed")
        named = [root for root in by.roots if (root.alg, root.kid) == one.headers()]
        true = {root for root in named if one.signed_by(root, "peksos/keys/1", origin, data)}
        require(true or not named, "signature-wrong")
        signers |= true
    votes = Counter(root.alg for root in signers)
    second = any(root.alg == ML_DSA_65 for root in by.roots)
    require(votes[ED25519] >= by.threshold and votes[ML_DSA_65] >= second, "key-list-unsigned")


def ask_succession(old: KeyList, new: KeyList) -> None:
    """Whether `new` may follow `old`. Raises: BrokenError."""
    require(new.version > old.version and new.iat >= old.iat, "key-list-rollback")
    require(new.version == old.version + 1, "key-list-gap")
    after = {key.public: key for key in new.keys}
    for key in old.keys:
        require(key.public in after, "key-dropped")
        now = after[key.public]
        require((now.role, now.authority, now.begins) == (key.role, key.authority, key.begins), "key-changed")
        worse = STATES.index(now.state) >= STATES.index(key.state)
        require(worse and (key.compromised is None or not now.is_honest_at(key.compromised)), "key-healed")


class KeyChain:
    """The key lists of a history, each with the position of the event that recorded it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.lists: list[tuple[int, KeyList]] = []
        self.bodies: dict[str, tuple[int, bytes]] = {}  # by the file that repeats it: position, bytes

    def admit(self, position: int, body: dict[str, Any]) -> KeyList:
        """Raises: BrokenError: not the next list, or not signed by the roots before it and its own."""
        new = read_key_list(body["list"])
        old = self.lists[-1][1] if self.lists else None
        ask_roots(body["list"], body["signed"], self.origin, old or new)
        ask_roots(body["list"], body["signed"], self.origin, new)
        if old:
            ask_succession(old, new)
        require(old or new.version == 1, "key-list-gap")
        self.lists.append((position, new))
        self.bodies[f"keys/{new.version:06d}.cbor"] = position, encode(body)
        return new

    def in_force(self, size: int) -> KeyList | None:
        """In a log of so many entries."""
        return next((found for position, found in reversed(self.lists) if position < size), None)


# 4 Notes. C2SP signed-note, tlog-checkpoint and tlog-cosignature.

ALG_OF = {1: ED25519, 4: ED25519, 6: ML_DSA_44}  # by type of signature; 4 and 6 begin with a time, 8 bytes
NOTE_SIZE = {1: 64, 4: 8 + 64, 6: 8 + 2420}  # bytes of a signature
NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}")
MAX_NOTE = 65_536  # bytes
CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True)
class NoteKey:
    name: str
    type: int
    public: Public

    @property
    def id(self) -> bytes:
        """4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public.raw)[:4]


@dataclass(frozen=True)
class Checkpoint:
    text: str
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]  # name; key id and signature

    def signers(self, keys: Sequence[NoteKey]) -> set[NoteKey]:
        """Those of these keys that signed. Raises: BrokenError: a signature of one of them does not hold."""
        found = {}
        for name, raw in self.signatures:
            for key in keys:
                if key not in found and (key.name, key.id) == (name, raw[:4]):
                    found[key] = len(raw) == 4 + NOTE_SIZE[key.type] and self._signed(key, raw[4:])
        require(all(found.values()), "note-signature-wrong")
        return {*found}

    def _signed(self, key: NoteKey, signature: bytes) -> bool:
        if key.type == 1:
            return key.public.signed(signature, self.text.encode())
        stamp, rest = signature[:8], signature[8:]
        time = int.from_bytes(stamp, "big")
        message = f"cosignature/v1\ntime {time}\n{self.text}".encode()
        if key.type == 6:
            name, origin = (bytes([len(one)]) + one for one in (key.name.encode(), self.origin.encode()))
            subtree = bytes(8) + self.size.to_bytes(8, "big") + self.root  # from entry 0 on
            message = b"subtree/v1\n\0" + name + stamp + origin + subtree
        return 0 < time < 1 << 63 and key.public.signed(rest, message)


def is_name(text: str) -> bool:
    """At most 255 bytes: a cosignature writes their number into one."""
    return NAME.fullmatch(text) is not None and len(text.encode(errors="replace")) <= 255


def read_checkpoint(data: bytes) -> Checkpoint:
    """Raises: BrokenError: no note, or no checkpoint without extension lines."""
    whole = data.decode(errors="replace")
    plain = "\ufffd" not in whole and all(letter >= " " or letter == "\n" for letter in whole)
    require(plain and len(data) <= MAX_NOTE, "note-malformed")
    text, blank, lines = whole.rpartition("\n\n")
    require(blank and lines.endswith("\n"), "note-malformed")
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    found = CHECKPOINT.fullmatch(text)
    if found is None or not is_name(found[1]) or int(found[2]) >= 1 << 63:
        raise BrokenError("checkpoint-malformed")
    return Checkpoint(text + "\n", found[1], int(found[2]), unbase64(found[3], "checkpoint-malformed"), signatures)


def _signature(line: str) -> tuple[str, bytes]:
    _, name, encoded = (*line.split(" "), "", "")[:3]
    raw = unbase64(encoded)
    require(line == f"— {name} {encoded}" and is_name(name) and len(raw) > 4, "note-malformed")
    return name, raw


def unbase64(text: str, code: str = "note-malformed") -> bytes:
    """Raises: BrokenError: not as it would be written."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise BrokenError(code) from cause
    require(base64.b64encode(raw).decode() == text, code)
    return raw


def read_vkey(text: str) -> NoteKey:
    """A key as it is published: name+id+key. Raises: BrokenError."""
    name, id, encoded = (*text.split("+", 2), "", "")[:3]
    raw = unbase64(encoded) or b"\0"
    alg = ALG_OF.get(raw[0], 0)
    require(is_name(name) and len(raw) - 1 == PUBLIC_SIZE.get(alg), "note-key-malformed")
    key = NoteKey(name, raw[0], Public(alg, raw[1:]))
    require(key.id.hex() == id, "note-key-malformed")
    return key


def log_keys(keys: KeyList | None, origin: str, states: Sequence[str] = STATES[:1]) -> list[NoteKey]:
    """By which a log of this name signs its notes, all of them each."""
    found = [key.public for key in keys.keys if key.role == "checkpoint" and key.state in states] if keys else []
    return [NoteKey(origin, 1 if public.alg == ED25519 else 6, public) for public in found]


# 5 Tree. RFC 6962 hashing; C2SP tlog-tiles: 256 hashes a tile, and above each full tile one hash in the next level.

WIDTH = 256
Tile = tuple[int, int, list[bytes]]  # level, index, hashes


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data)


class Tree:
    """Grows leaf by leaf, and hands over each tile when it is full."""

    def __init__(self, full: Callable[[Tile], None] = lambda _: None) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # leaves and root of full subtrees, the largest first
        self._rows: dict[int, list[bytes]] = {}  # by level: the tile that is not full yet
        self._full = full

    def append(self, leaf: bytes) -> None:
        leaves, node = 1, leaf
        self._row(0, node)
        while self._peaks and self._peaks[-1][0] == leaves:
            leaves, node = 2 * leaves, sha256(b"\1" + self._peaks.pop()[1] + node)
            level, inside = divmod(leaves.bit_length() - 1, 8)
            if inside == 0:
                self._row(level, node)
        self._peaks.append((leaves, node))
        self.size += 1

    def _row(self, level: int, node: bytes) -> None:
        row = self._rows.setdefault(level, [])
        row.append(node)
        if len(row) == WIDTH:
            self._full((level, self.size // WIDTH ** (level + 1), self._rows.pop(level)))

    def root(self) -> bytes:
        peaks = [node for _, node in self._peaks] or [sha256(b"")]
        root = peaks.pop()
        while peaks:
            root = sha256(b"\1" + peaks.pop() + root)
        return root

    def edge(self) -> list[Tile]:
        """The tiles that are not full."""
        return [(level, self.size // WIDTH ** (level + 1), row) for level, row in self._rows.items()]


def tile_path(level: int | str, index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    name = "/x".join(digits[n : n + 3] for n in range(0, len(digits), 3))
    groups = "x" + "/".join(name.rsplit("/x", 1)) if "/" in name else name
    return f"log/tile/{level}/{groups}" + ("" if width == WIDTH else f".p/{width}")


def tile_paths(size: int) -> Iterator[str]:
    """Every file of entries and of hashes in a log of this size."""
    for level in ("entries", *range(6)):
        hashes = size if level == "entries" else size >> 8 * int(level)
        yield from (tile_path(level, index, WIDTH) for index in range(hashes // WIDTH))
        if hashes % WIDTH:
            yield tile_path(level, hashes // WIDTH, hashes % WIDTH)


def unbundled(data: bytes, number: int) -> list[bytes]:
    """So many entries, each after its length (uint16). Raises: BrokenError."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        require(end <= len(data), "tile-malformed")
        found.append(data[at + 2 : end])
        at = end
    require(len(found) == number, "tile-malformed")
    return found


# 6 Events.

EVENT: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("v", "index", "version", "recorded", "effective"), (int,)),
    **dict.fromkeys(("kind", "capacity"), (str,)),
    "stream": (bytes,),
    "body": (dict,),
    "actor": (bytes, type(None)),
    "authority": (str, type(None)),
}
TYPES = {"bstr": bytes, "id": bytes, "tstr": str, "bool": bool, "uint": int, "day": int}
DAYS = range(-719_162, 2_932_897)  # since 1970-01-01: the years 1 to 9999
LAST_INSTANT = 253_402_214_400_000  # ms UTC
Schemas = dict[str, dict[str, tuple[str, bool]]]  # kind -> field -> type, may be absent
APPROVED = {  # what a second person approves of a body
    "officer.appointed": "person authority roles office begins ends region decree",
    "officer.key-enrolled": "key",
    "officer.key-ended": "reason",
    "officer.changed": "roles office ends region decree",
    "officer.dismissed": "reason decree",
    "delegation.given": "officer region begins ends decree",
    "delegation.ended": "reason",
    "registrant.corrected": "adult correction",
    "registrant.erased": "ground",
    "participation.completed": "present hours",
    "participation.corrected": "marks reason explanation certificate competence",
    "attestation.recorded": "issuer kind checked means content through",
    "attestation.withdrawn": "reason",
    "authority.registered": "authority status_uri",
    "authority.granted": "name scope schemes basis begins ends",
    "authority.ended": "grant ends",
    "scheme.published": "edition standard dimensions basis begins verified equivalents conditions revoked_basis tier"
    " months",
    "certificate.issued": "kind registrant authority decided scheme edition assessment participation",
    "certificate.reissued": "decree reason",
    "certificate.superseded": "by",
    "certificate.suspended": "decree reason until backdated",
    "certificate.reinstated": "decree reason backdated",
    "certificate.revoked": "decree reason backdated",
    "certificate.annulled": "decree reason backdated",
}


# These take effect when they are carried out: their effective day is no part of what is approved.
UNDATED = ("certificate.issued", "certificate.reissued", "certificate.superseded")


def read_event(payload: bytes, schemas: Schemas) -> dict[str, Any]:
    """Raises: BrokenError: not an event of a known kind with exactly its fields."""
    event: dict[str, Any] = decode(payload)
    require(type(event) is dict and event.keys() == EVENT.keys(), "event-malformed")
    require(all(type(event[name]) in types for name, types in EVENT.items()), "event-malformed")
    ids = [event["stream"], event["actor"] or bytes(16)]
    require(event["v"] == 1 and [len(id) for id in ids] == [16, 16] and event["actor"] != b"", "event-malformed")
    require(0 <= event["recorded"] <= LAST_INSTANT, "event-malformed")
    require(event["kind"] in schemas, "event-unknown")
    body, fields = event["body"], schemas[event["kind"]]
    for name, (kind, absent) in fields.items():
        require(absent or name in body, "field-missing")
        require(name not in body or fits(body[name], kind), "field-malformed")
    require(body.keys() <= fields.keys(), "field-unknown")
    require(event["effective"] in DAYS, "day-out-of-range")
    return event


def fits(value: Any, kind: str) -> bool:
    """Whether a value is of a type as the page writes it: tstr, [* day], {* tstr => uint}."""
    if kind.startswith("["):
        return type(value) is list and all(fits(one, kind[3:-1]) for one in value)
    if kind.startswith("{"):
        inner = kind.rsplit(maxsplit=1)[-1][:-1]
        return type(value) is dict and all(type(name) is str and fits(one, inner) for name, one in value.items())
    sized = kind != "id" or (type(value) is bytes and len(value) == 16)
    ranged = kind not in ("uint", "day") or (type(value) is int and (value >= 0 if kind == "uint" else value in DAYS))
    return type(value) is TYPES.get(kind) and sized and ranged


def act_of(event: dict[str, Any]) -> bytes:
    """What a second person approved of an event to come."""
    named = APPROVED.get(event["kind"], "").split()
    act = {"kind": event["kind"], "stream": event["stream"]}
    act["body"] = {name: event["body"][name] for name in named if name in event["body"]}
    if event["kind"] not in UNDATED:
        act["effective"] = event["effective"]
    return encode(act)


# 7 History.

WIB, DAY = 7 * 3_600_000, 86_400_000  # ms: the legal day is Jakarta's
EPOCH = date(1970, 1, 1).toordinal()
FOUNDERS = (1, 2)  # positions of the first two officers
# Whether these need an approval the rule book says; a completion has one only after a correction.
ALONE = ("certificate.suspended", "certificate.reinstated", "participation.completed", "registrant.corrected")
Lifecycles = dict[tuple[str | None, str], str]  # state before, kind -> state after


@dataclass(frozen=True)
class Finding:
    position: int | None
    stream: str
    kind: str
    what: str
    file: str


@dataclass
class Officer:
    person: bytes  # a registrant: two accounts of one person are one
    founder: bool
    key: bytes | None = None
    held: set[bytes] = field(default_factory=set)  # every key there ever was


@dataclass
class Proposal:
    leaf: bytes
    acts: bytes  # the root over them
    count: int
    expires: int  # ms UTC
    proposer: bytes | None
    authority: str | None
    signed: bool | None = None  # None: not approved; False: the service alone says so
    done: Tree = field(default_factory=Tree)  # over the acts that followed


class History:
    """What is known before the next event."""

    def __init__(self, origin: str, anchor: str | None, lifecycles: Lifecycles, schemas: Schemas) -> None:
        self.origin, self.anchor, self.lifecycles, self.schemas = origin, anchor, lifecycles, schemas
        self.chain = KeyChain(origin)
        self.size, self.recorded = 0, 0
        self.streams: dict[bytes, tuple[int, str]] = {}  # version, state
        self.officers: dict[bytes, Officer] = {}
        self.proposals: dict[bytes, Proposal] = {}
        self.batch: bytes | None = None  # the approved proposal whose acts are being done
        self.last: dict[Public, int] = {}  # the last position that each key signed
        self.exports: set[tuple[int, str, str, int]] = set()  # recorded, purpose, retention, since
        self.counts: dict[str, Counter[str]] = {"kinds": Counter(), "asserted": Counter()}
        self.findings: list[Finding] = []

    def read(self, entry: bytes) -> None:
        """After a broken event only key lists are read on: the roots sign what they say, whoever records it."""
        event: dict[str, Any] = {}
        try:
            found = read_statement(entry)
            require(found.payload is not None, "statement-malformed")
            event = read_event(found.payload or b"", self.schemas)
            if not self.findings:
                self._one(event, found, leaf_hash(entry))
                self.size += 1
            elif event["kind"] == "keys.changed":
                self.chain.admit(event["index"], event["body"])
        except BrokenError as broken:
            self._find(str(broken), self.size, event)
        except (LookupError, TypeError, ValueError, AttributeError):  # of a schema that nobody foresaw
            self._find("event-unreadable", self.size, event)

    def _find(self, what: str, position: int, event: dict[str, Any]) -> None:
        if not self.findings:
            stream = str(UUID(bytes=event["stream"])) if event else ""
            self.findings.append(Finding(position, stream, event.get("kind", ""), what, ""))

    def end(self) -> None:
        """What only the end of a history shows."""
        if self.batch:
            self._find("batch-incomplete", self.size, {"stream": self.batch, "kind": "approval.given"})
        for key in self.chain.lists[-1][1].keys if self.chain.lists else ():
            if not key.is_honest_at(self.last.get(key.public, -1)):
                self._find("key-compromised", self.last[key.public], {})

    def _one(self, event: dict[str, Any], found: Statement, leaf: bytes) -> None:
        require(event["index"] == self.size, "index-gap")
        require(event["recorded"] >= self.recorded, "time-reversed")
        self._ask_signature(event, found)
        version, state = self.streams.get(event["stream"], (0, None))
        after = self.lifecycles.get((state, event["kind"]))
        require(after, "state-refuses")
        require(event["version"] == version + 1, "version-gap")
        require(event["effective"] <= (event["recorded"] + WIB) // DAY, "effective-in-future")
        self._ask_actor(event)
        self._ask_approved(event)
        self._fold(event, leaf)
        self.streams[event["stream"]] = version + 1, after or ""
        self.recorded = event["recorded"]
        self.counts["kinds"][event["kind"]] += 1
        if event["kind"] in ("registrant.registered", "registrant.completed", "registrant.corrected"):
            self.counts["asserted"]["identity-checked"] += 1
        if event["kind"].startswith("delivery.") and event["actor"] is None:
            self.counts["asserted"]["delivery-told"] += 1

    def _ask_signature(self, event: dict[str, Any], found: Statement) -> None:
        """By a key that the list in force entitles to sign events at this index and time."""
        keys = self.chain.in_force(self.size)
        if keys is None and event["kind"] == "keys.established":
            keys = read_key_list(event["body"]["list"])
            require(self.anchor in (None, keys.fingerprint), "root-not-anchored")
        if keys is None:
            raise BrokenError("key-unknown")
        _, kid = found.headers("application/vnd.peksos.event+cbor")
        entitled = keys.entitled(kid, self.size, event["recorded"])
        signers = [key for key in entitled if found.signed_by(key, "peksos/event/1", self.origin)]
        require(signers, "signature-wrong")
        if event["kind"] != "keys.changed":
            self.last[signers[0]] = self.size

    def _ask_actor(self, event: dict[str, Any]) -> None:
        """An officer in office; the service itself for key lists, for the first officers and their persons, and for
        what became of a delivery."""
        if event["actor"] is not None:
            _, state = self.streams.get(event["actor"], (0, ""))
            require(event["actor"] in self.officers and state == "appointed", "officer-not-in-office")
            return
        founders = {officer.person for officer in self.officers.values() if officer.founder}
        first = event["kind"] == "officer.appointed" and self.size in FOUNDERS
        person = event["kind"] == "registrant.registered" and event["stream"] in founders
        claimed = event["kind"] == "delivery.received" and event["body"]["means"] == "claim"
        delivered = claimed or event["kind"] == "delivery.bounced"
        require(event["kind"].startswith("keys.") or first or person or delivered, "officer-needed")

    def _ask_approved(self, event: dict[str, Any]) -> None:
        """What was approved follows at once: all of it, nothing else, in its order, in the proposer's name."""
        id, kind = event["body"].get("proposal"), event["kind"]
        if kind == "registrant.corrected":
            require(("proposal" in event["body"]) is ("correction" in event["body"]), "not-what-was-approved")
        if kind == "approval.given" or id is None:
            require(kind not in APPROVED or kind in ALONE or self.size in FOUNDERS, "approval-missing")
            require(self.batch is None, "batch-interrupted")
            return
        require(id in self.proposals, "reference-unknown")
        proposal = self.proposals[id]
        require(proposal.signed is not None, "approval-missing")
        require(self.batch == id and event["actor"] == proposal.proposer, "not-what-was-approved")
        proposal.done.append(leaf_hash(act_of(event)))
        if proposal.done.size == proposal.count:
            require(proposal.done.root() == proposal.acts, "not-what-was-approved")
            self.batch = None
        first_key = kind == "officer.key-enrolled" and self.officers[event["stream"]].key is None
        require(proposal.signed or first_key, "assertion-missing")

    def _fold(self, event: dict[str, Any], leaf: bytes) -> None:
        match event["kind"].partition(".")[0]:
            case "keys":
                self._keys(event["body"])
            case "officer":
                self._officer(event)
            case "proposal" if event["kind"] == "proposal.made":
                self._proposal(event, leaf)
            case "approval":
                self._approval(event)
            case "export":
                body = event["body"]
                until = date.fromordinal(EPOCH + body["retention"]).isoformat()
                self.exports.add((event["recorded"], body["purpose"], until, body["since"]))

    def _keys(self, body: dict[str, Any]) -> None:
        try:
            self.chain.admit(self.size, body)
        except BrokenError as cause:
            raise BrokenError("key-list-refused") from cause

    def _officer(self, event: dict[str, Any]) -> None:
        if event["kind"] == "officer.appointed":
            taken = {one.person for id, one in self.officers.items() if self.streams[id][1] == "appointed"}
            require(event["body"]["person"] not in taken, "person-is-officer")
            self.officers[event["stream"]] = Officer(event["body"]["person"], self.size in FOUNDERS)
            return
        officer = self.officers[event["stream"]]
        if event["kind"] == "officer.key-ended":
            officer.key = None
        if event["kind"] == "officer.key-enrolled":
            key = event["body"]["key"]
            ask_officer_key(key)
            others = {held for one in self.officers.values() if one.person != officer.person for held in one.held}
            require(key not in others and key != officer.key, "key-taken")
            officer.key = key
            officer.held.add(key)

    def _proposal(self, event: dict[str, Any], leaf: bytes) -> None:
        body = event["body"]
        self.counts["asserted"]["proposal-made"] += 1
        offer = Proposal(leaf, body["acts"], body["count"], body["expires"], event["actor"], event["authority"])
        self.proposals[event["stream"]] = offer

    def _approval(self, event: dict[str, Any]) -> None:
        """Another person, with another key, of the same authority, in time, for this proposal."""
        proposal, body = self.proposals[event["stream"]], event["body"]
        require(("assertion" in body) is ("assertion_kind" in body), "bytes-malformed")
        approver, proposer = self.officers[event["actor"]], self.officers[proposal.proposer or b""]
        apart = approver.person != proposer.person and approver.held.isdisjoint(proposer.held)
        require(apart, "own-proposal")
        require(event["authority"] == proposal.authority, "approval-elsewhere")
        require(body["proposal"] == proposal.leaf, "approval-of-another")
        require(event["recorded"] <= proposal.expires, "proposal-expired")
        proposal.signed = not (approver.founder and not approver.held and "assertion" not in body)
        self.counts["asserted"]["approval-without-signature"] += not proposal.signed
        if proposal.signed:
            self._ask_assertion(approver.key, body)
        self.batch = event["stream"]

    def _ask_assertion(self, key: bytes | None, body: dict[str, Any]) -> None:
        signed = body.get("assertion_kind") in ("ed25519", "webauthn") and "assertion" in body
        if key is None or not signed:
            raise BrokenError("assertion-missing")
        said = f"peksos/approve/1\0{self.origin}\0".encode() + body["proposal"] + body["shown"]
        if body["assertion_kind"] == "webauthn":
            require(by_passkey(decode(key), body["assertion"], said), "assertion-wrong")
            return
        public = read_key(decode(key))
        require(public.alg == ED25519 and public.signed(body["assertion"], said), "assertion-wrong")


def ask_officer_key(key: bytes) -> None:
    """Ed25519 or P-256 in its one writing: True equals 1, and of one key there would be two. Raises: BrokenError."""
    told: Any = decode(key)
    require(type(told) is dict, "key-unsound")
    okp, ec2 = {1: 1, -1: 6, -2: told.get(-2)}, {1: 2, -1: 1, -2: told.get(-2), -3: told.get(-3)}
    parts = [told.get(-2), told.get(-3, bytes(32))]
    sized = all(type(part) is bytes and len(part) == 32 for part in parts)
    require(sized and key in (encode(okp), encode(ec2)), "key-unsound")


def by_passkey(key: Any, assertion: bytes, said: bytes) -> bool:
    """Whether a passkey of this key, with somebody present and recognised, was asked to sign this, and did (W3C Web
    Authentication 3, section 7.2). Raises: BrokenError."""
    parts = decode(assertion)
    require(type(parts) is list and [*map(type, parts)] == [bytes] * 3 and len(parts[0]) > 32, "assertion-wrong")
    data, client, signature = parts
    try:
        asked = json.loads(client.decode())
        wanted = base64.urlsafe_b64encode(sha256(said)).rstrip(b"=").decode()
        require((asked["type"], asked["challenge"]) == ("webauthn.get", wanted), "assertion-wrong")
    except (ValueError, RecursionError, LookupError, TypeError) as cause:
        raise BrokenError("assertion-wrong") from cause
    require(data[32] & 0x05 == 0x05, "assertion-wrong")
    signed = data + sha256(client)
    return _signed_on_p256(key, signature, signed) if key.get(1) == 2 else read_key(key).signed(signature, signed)


def _signed_on_p256(key: Any, signature: bytes, signed: bytes) -> bool:
    require(key == {1: 2, -1: 1, -2: key.get(-2), -3: key.get(-3)}, "key-malformed")
    try:
        point = b"\4" + key[-2] + key[-3]
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (ValueError, TypeError) as cause:
        raise BrokenError("key-malformed") from cause
    except InvalidSignature:
        return False
    return True


# 8 Bundle.

MAX_FILE = 17 << 20  # bytes
MAX_PARTS, MAX_PATH = 12, 255  # folders deep, and the file; characters
MANIFEST, SIGNATURE, NEWEST = "MANIFEST.json", "MANIFEST.sig", "log/checkpoint"
MANIFEST_FIELDS = {
    **dict.fromkeys(("bundle", "from", "made", "size"), int),
    **dict.fromkeys(("origin", "purpose", "retention", "root"), str),
    "files": dict,
}
PREVIOUS = "previous"  # stands for the file of --previous
NAMED = re.compile(
    r"README\.txt|audit_min\.py|rules/(rulebook|lifecycles)\.json|schemas/[a-z.-]+\.json|status/.+"
    r"|log/checkpoint|checkpoints/[0-9]{12}|keys/[0-9]{6}\.cbor"
)
KEPT = re.compile(r"checkpoints/[0-9]{12}")
LISTS = "status/"  # Published lists: counted here, asked by the first checker.


@dataclass(frozen=True)
class Anchors:
    """What comes from elsewhere."""

    root: str | None
    log: list[NoteKey]
    witnesses: list[NoteKey]
    quorum: int
    previous: bytes | None


class Bundle:
    """A folder without links, with a manifest in its one form. Raises: UnreadableError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = {path.relative_to(folder).as_posix() for path in _files(folder)}
        self.raw = self.read(MANIFEST) or b""
        said = self.json(MANIFEST)
        try:
            again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            shaped(said, MANIFEST, MANIFEST_FIELDS)
            for about in said["files"].values():
                shaped(about, MANIFEST, {"bytes": int, "sha256": str})
            require(again == self.raw and said["bundle"] == 1, MANIFEST)
            require(0 <= said["size"] <= WIDTH * len(said["files"]), MANIFEST)  # Each tile of entries is a file.
            require(0 <= said["from"] <= said["size"] and said["made"] >= 0, MANIFEST)
            require(said["origin"].isascii() and is_name(said["origin"]), MANIFEST)
            self.schemas = {
                kind: {one["name"]: (one["type"], one["optional"]) for one in self.json(path)["fields"]}
                for path in sorted(self.paths)
                if path.startswith("schemas/") and (kind := path[8:].removesuffix(".json"))
            }
            tables = self.json("rules/lifecycles.json").values()
            self.lifecycles = {(before, kind): after for table in tables for before, kind, after in table}
        except (BrokenError, LookupError, TypeError, ValueError, AttributeError) as cause:
            raise UnreadableError(f"{MANIFEST}, schemas/ or rules/lifecycles.json") from cause
        self.origin, self.size, self.root, self.made = said["origin"], said["size"], said["root"], said["made"]
        self.export = said["made"], said["purpose"], said["retention"], said["from"]
        self.listed: dict[str, Any] = said["files"]

    def read(self, path: str) -> bytes | None:
        """None: there is no such file, which `compare` finds."""
        return (self.folder / path).read_bytes() if path in self.paths else None

    def json(self, path: str) -> Any:
        try:
            return json.loads(self.read(path) or b"")
        except (ValueError, RecursionError) as cause:
            raise UnreadableError(path) from cause

    def compare(self) -> Iterator[tuple[str, str]]:
        """Code and path: what differs from the manifest, and from what such a log must have."""
        tiles = {*tile_paths(self.size)}
        widths = {path.partition(".p/")[0]: int(path.partition(".p/")[2] or WIDTH) for path in tiles}
        for path in {*self.listed, NEWEST, *tiles, *self.paths} - {MANIFEST, SIGNATURE}:
            data, listed = self.read(path), self.listed.get(path)
            name, _, width = path.partition(".p/")
            outgrown = (width.isdigit() and int(width) < widths.get(name, 0)) or path.startswith(LISTS)
            if data is None:
                yield "file-missing", path
            elif listed is None and (outgrown or (KEPT.fullmatch(path) and int(path[-12:]) < self.size)):
                continue  # An older bundle left it in this folder.
            elif listed is None or not (path in tiles or NAMED.fullmatch(path)):
                yield "file-unknown", path
            elif listed != {"bytes": len(data), "sha256": sha256(data).hex()}:
                yield "file-differs", path


def _files(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        for path in waiting.pop().iterdir():
            name = path.relative_to(folder)
            short = len(name.parts) <= MAX_PARTS and len(str(name)) <= MAX_PATH
            if (
                not short
                or path.is_symlink()
                or not (path.is_dir() or path.is_file())
                or path.stat().st_size > MAX_FILE
            ):
                raise UnreadableError(str(name))
            if path.is_dir():
                waiting.append(path)
            else:
                yield path


class Audit:
    """Reads every file and, once and in order, every entry; then asks what was signed over them."""

    def __init__(self, bundle: Bundle, anchors: Anchors) -> None:
        self.bundle, self.anchors = bundle, anchors
        self.history = History(bundle.origin, anchors.root, bundle.lifecycles, bundle.schemas)
        self.tree = Tree(self._compare_tile)
        self.files: list[Finding] = []
        for code, path in bundle.compare():
            self._find(code, path)
        self.points = self._points()
        self.roots = {0: self.tree.root()}  # by size
        self._read_entries({point.size for point in self.points.values()})
        self.whole = self.tree.size == bundle.size
        for path, point in self.points.items():
            with self._asking(path):
                self._ask_point(path, point)
        with self._asking(NEWEST):
            self._ask_newest()
        self._ask_manifest()
        self._ask_export()
        self._ask_key_files()

    @property
    def findings(self) -> list[Finding]:
        return [*sorted(self.files, key=lambda one: one.file), *self.history.findings]

    def _find(self, what: str, path: str, position: int | None = None) -> None:
        self.files.append(Finding(position, "", "", what, path))

    @contextmanager
    def _asking(self, path: str) -> Iterator[None]:
        """What does not hold in here is a finding about this file."""
        try:
            yield
        except BrokenError as broken:
            self._find(str(broken), path)

    def _points(self) -> dict[str, Checkpoint]:
        notes = {path: self.bundle.read(path) for path in self.bundle.paths if path.startswith("checkpoints/")}
        notes |= {NEWEST: self.bundle.read(NEWEST), PREVIOUS: self.anchors.previous}
        found: dict[str, Checkpoint] = {}
        for path, data in notes.items():
            if data is not None:
                with self._asking(path):
                    found[path] = read_checkpoint(data)
        return found

    def _read_entries(self, sizes: set[int]) -> None:
        """Up to the first file that is missing, or holds another number."""
        size = self.bundle.size
        for start in range(0, size, WIDTH):
            width = min(WIDTH, size - start)
            path = tile_path("entries", start // WIDTH, width)
            try:
                entries = unbundled(self.bundle.read(path) or b"", width)
            except BrokenError as broken:
                if path in self.bundle.paths:
                    self._find(str(broken), path, start)
                return
            for entry in entries:
                self.tree.append(leaf_hash(entry))
                self.history.read(entry)
                if self.tree.size in sizes:
                    self.roots[self.tree.size] = self.tree.root()
        self.history.end()
        for tile in self.tree.edge():
            self._compare_tile(tile)

    def _compare_tile(self, tile: Tile) -> None:
        level, index, hashes = tile
        path = tile_path(level, index, len(hashes))
        if self.bundle.read(path) not in (None, b"".join(hashes)):
            self._find("tile-differs", path, index * WIDTH ** (level + 1))

    def _ask_point(self, path: str, point: Checkpoint) -> None:
        """Of this log and place, over these entries, signed by every key that the log had then."""
        code = "previous-differs" if path == PREVIOUS else "checkpoint-differs"
        named = path in (PREVIOUS, NEWEST, f"checkpoints/{point.size:012d}") and point.origin == self.bundle.origin
        read = self.whole or point.size in self.roots
        require(named and (not read or self.roots.get(point.size) == point.root), code)
        keys = log_keys(self.history.chain.in_force(point.size), self.bundle.origin)
        signers = point.signers([*keys, *self.anchors.witnesses])
        unknown = not (read and self.history.chain.lists)  # what the log's keys were then
        require(unknown or (keys and signers.issuperset(keys)), "checkpoint-unsigned")

    def _ask_newest(self) -> None:
        """Among those that were kept, what the manifest says, and signed by keys from elsewhere."""
        newest = self.points.get(NEWEST)
        if newest is None:
            return
        kept = self.points.get(f"checkpoints/{newest.size:012d}")
        require(kept and kept.text == newest.text, "checkpoint-differs")
        require((newest.size, newest.root.hex()) == (self.bundle.size, self.bundle.root), "checkpoint-differs")
        self._ask_log(newest)
        by = {key.name for key in newest.signers(self.anchors.witnesses)}
        require(len(by) >= self.anchors.quorum, "witness-quorum")

    def _ask_log(self, newest: Checkpoint) -> None:
        """By every --log; but where --root proves a list that knows one of them, that says which of them are over."""
        ever = log_keys(self.history.chain.in_force(newest.size), newest.origin, STATES)
        proved = self.anchors.root is not None and not {*ever}.isdisjoint(self.anchors.log)
        signed = newest.signers(self.anchors.log).issuperset(self.anchors.log)
        require(signed or proved, "checkpoint-unsigned")

    def _ask_export(self) -> None:
        """One of the last events recorded that this bundle was made."""
        history, made = self.history, self.bundle.export
        late = history.recorded - self.bundle.made > DAY
        if self.whole and not history.findings and (late or made not in history.exports):
            self._find("export-differs", MANIFEST)

    def _ask_manifest(self) -> None:
        """By an event key that is entitled after the last entry."""
        try:
            found = read_statement(self.bundle.read(SIGNATURE) or b"")
            _, keys = self.history.chain.lists[-1]
            made = max(self.bundle.made, self.history.recorded)
            entitled = keys.entitled(found.headers()[1], self.bundle.size, made)
            asked = (self.bundle.origin, self.bundle.raw)
            true = any(found.signed_by(key, "peksos/bundle/1", *asked) for key in entitled)
            require(found.payload is None and true, "manifest-unsigned")
        except (BrokenError, LookupError):
            if self.whole and self.history.chain.lists:
                self._find("manifest-unsigned", SIGNATURE)

    def _ask_key_files(self) -> None:
        told, given = self.history.chain.bodies, {path for path in self.bundle.paths if path.startswith("keys/")}
        for path, (position, body) in told.items():
            if path not in given and path not in self.bundle.listed:
                self._find("file-missing", path)
            elif path in given and self.bundle.read(path) != body:
                self._find("key-list-differs", path, position)
        for path in given - told.keys() if self.whole and not self.history.findings else ():
            self._find("key-list-differs", path)


# 9 Report.


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.format_usage()}{message}\n")
        sys.exit(USAGE)


def arguments(given: Sequence[str]) -> tuple[Path, Anchors, bool]:
    parser = Arguments(description="A second opinion on a bundle; what it asks stands in the file itself.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", help="fingerprint of the first roots")
    parser.add_argument("--log", action="append", default=[], help="key of the log: name+id+key")
    parser.add_argument("--witness", action="append", default=[], help="key of a witness: name+id+key")
    parser.add_argument("--quorum", type=int, help="how many witnesses must have signed; if not given, all")
    parser.add_argument("--previous", type=Path, help="a checkpoint kept from an earlier audit")
    parser.add_argument("--json", action="store_true")
    read = parser.parse_args(given)
    try:
        log, witnesses = ([read_vkey(text) for text in texts] for texts in (read.log, read.witness))
        previous = read.previous.read_bytes() if read.previous else None
    except (BrokenError, OSError) as wrong:
        parser.error(str(wrong))
    root = None if read.root is None else re.sub("[^0-9a-f]", "", read.root.lower())
    quorum = len({key.name for key in witnesses}) if read.quorum is None else read.quorum
    return read.folder, Anchors(root, log, witnesses, quorum, previous), read.json


def main(given: Sequence[str]) -> int:
    folder, anchors, as_json = arguments(given)
    try:
        audit = Audit(Bundle(folder), anchors)
    except (UnreadableError, OSError) as unreadable:
        sys.stderr.write(f"unreadable: {unreadable}\n")
        return UNREADABLE
    anchored = anchors.root is not None and anchors.quorum > 0
    status = FOUND if audit.findings else SOUND if anchored else UNPROVED
    said = {"exit": status, "origin": audit.bundle.origin, "size": audit.tree.size, "root": audit.tree.root().hex()}
    said |= {name: dict(sorted(counted.items())) for name, counted in audit.history.counts.items()}
    said["lists_not_checked"] = sum(path.startswith(LISTS) for path in audit.bundle.listed)
    found = [asdict(one) for one in audit.findings]
    lines = [f"{name}: {value}" for name, value in said.items()]
    lines += [
        " ".join(["FOUND", *(f"{name}={value}" for name, value in one.items() if value not in ("", None))])
        for one in found
    ]
    plain = (line.encode("unicode_escape").decode() for line in lines)  # A file's name may hold anything.
    sys.stdout.write((json.dumps(said | {"findings": found}) if as_json else "\n".join(plain)) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
