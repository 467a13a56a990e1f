"""A key list on its way to the root keys and back: the server has no root key, the roots have no network.

A request is one file of deterministic CBOR: `{"v": 1, "origin": tstr, "list": bstr, "signed": [* bstr],
? "previous": {"list", "signed"}}`. `list` and `signed` are those of docs/formats/key-list.md; `previous` is the list in
force as it is published, so that whoever signs is shown what changes.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ledger.errors import ConfigError, InputError, VerificationError
from ledger.signing import cbor, cose, key_list
from ledger.signing.key_list import MAX_SIGNATURES, SignedKeyList
from ledger.signing.key_records import Key, KeyList, RootKey, RootSet
from ledger.signing.schema import fields, present

LIMIT = 8 * cose.LIMIT  # bytes of a request: two lists, the signatures of two root sets
NO_ROOTS = RootSet((), 0)  # Of a first list before the ceremony, which no reader accepts.

_LIST: dict[str, type] = {"list": bytes, "signed": list}


@dataclass(frozen=True, slots=True)
class Request:
    origin: str
    data: bytes  # of `list`
    signed: tuple[bytes, ...] = ()
    previous: SignedKeyList | None = None  # The list in force; None: this is the first.

    def encode(self) -> bytes:
        made = {"v": 1, "origin": self.origin, **self.published()}
        return cbor.encode(present(made | {"previous": self.previous}))

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Raises: VerificationError: `key-request-malformed`. Safe on untrusted input; no signature is checked yet."""
        try:
            got = fields(cbor.decode(data, limit=LIMIT), "request", {"origin": str} | _LIST, {"previous": dict})
            old = got["previous"]
            previous = None if old is None else _signed_list(fields(old, "previous", _LIST))
            new = _signed_list(got)
        except InputError as cause:
            raise _malformed(cause.facts["why"]) from cause
        request = cls(got["origin"], new["list"], tuple(new["signed"]), previous)
        if request.encode() != data:  # A field too many, or another version of the format.
            raise _malformed("fields")
        return request

    def published(self) -> SignedKeyList:
        """What is recorded once enough roots have signed."""
        return {"list": self.data, "signed": list(self.signed)}

    def lists(self) -> tuple[KeyList | None, KeyList]:
        """The list in force, and the one to be signed.

        The list in force is believed as far as its own roots signed it: while these stay the roots, no server can
        show another one; where they change, people compare both fingerprints with the minutes.

        Raises: VerificationError: as `key_list.open_signed` and `key_list.succeed`.
        """
        new = KeyList.decode(self.data)
        old = None
        if self.previous is not None:
            data, signed = self.previous["list"], self.previous["signed"]
            old = key_list.open_signed(data, signed, origin=self.origin, roots=KeyList.decode(data).roots)
        key_list.succeed(old, new)
        return old, new

    def root_sets(self) -> list[RootSet]:
        """Who must sign: the roots in force, and the new ones where they are others. Raises: as `lists`."""
        old, new = self.lists()
        return [new.roots] if old is None or old.roots == new.roots else [old.roots, new.roots]

    def signers(self) -> set[RootKey]:
        """The roots that have signed. Raises: VerificationError: `signature-wrong`, and as `lists`."""
        found = (self._signers(roots) for roots in self.root_sets())
        return set().union(*found)

    def lacking(self) -> int:
        """Signatures that are still missing, counted for each root set."""
        missing = 0
        for roots in self.root_sets():
            got = [root.alg for root in self._signers(roots)]
            missing += sum(max(0, needed - got.count(alg)) for alg, needed in key_list.quorum(roots).items())
        return missing

    def signed_by(self, key: cose.PrivateKey) -> Self:
        """With this root's signature; a root that has signed already signs no second time.

        Raises: VerificationError: `root-unknown`: a key of none of the root sets; and as `signers`.
        """
        signer = cose.Signer(key, context=key_list.CONTEXT, origin=self.origin)
        if not any(root.public == signer.public for roots in self.root_sets() for root in roots.keys):
            raise VerificationError("root-unknown", kid=signer.kid.hex())
        if any(root.public == signer.public for root in self.signers()):
            return self
        return replace(self, signed=(*self.signed, signer.sign_detached(self.data)))

    def with_roots(self, roots: RootSet) -> Self:
        """A first list that waited for its roots.

        Raises: VerificationError: `key-request-malformed`: it has roots, or signatures; and as `KeyList.decode`.
        """
        value = _decoded(self.data)
        if not isinstance(value, dict) or value.get("roots") != NO_ROOTS.to_map() or self.signed or self.previous:
            raise _malformed("roots")
        data = cbor.encode(value | {"roots": roots.to_map()})
        KeyList.decode(data)
        return replace(self, data=data)

    def _signers(self, roots: RootSet) -> set[RootKey]:
        return key_list.signers(self.data, self.signed, origin=self.origin, roots=roots)


def first(origin: str, keys: Sequence[Key], *, iat: int, exp: int) -> Request:
    """The first list, without its roots: the ceremony makes them. Times in s UTC."""
    return Request(origin, KeyList(1, iat, exp, NO_ROOTS, {}, tuple(keys)).encode())


def read_roots(data: bytes) -> RootSet:
    """The root set that a ceremony wrote, whose SHA-256 is its fingerprint.

    Raises: VerificationError: `key-request-malformed`, or as `KeyList.decode`. Safe on untrusted input.
    """
    lone = {"v": 1, "version": 1, "iat": 0, "exp": 1, "roots": _decoded(data), "authorities": {}, "keys": []}
    return KeyList.decode(cbor.encode(lone)).roots


def _signed_list(got: dict[str, Any]) -> SignedKeyList:
    if len(got["signed"]) > MAX_SIGNATURES or not all(type(one) is bytes for one in got["signed"]):
        raise InputError("field-malformed", why="signed")
    return {"list": got["list"], "signed": got["signed"]}


def _decoded(data: bytes) -> object:
    try:
        return cbor.decode(data, limit=cose.LIMIT)
    except InputError as cause:
        raise _malformed(cause.facts["why"]) from cause


def _malformed(why: object) -> VerificationError:
    return VerificationError("key-request-malformed", why=why)


def load(path: Path) -> Request:
    """Raises: ConfigError: `key-file-unreadable`; VerificationError: `key-request-malformed`."""
    return Request.decode(read(path))


def read(path: Path) -> bytes:
    """A file that is no secret. Raises: ConfigError: `key-file-unreadable`."""
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as cause:
        raise ConfigError("key-file-unreadable", path=str(path)) from cause


def save(path: Path, data: bytes) -> None:
    """All of it, or what was there before. Raises: ConfigError: `key-file-unwritable`."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A crash here leaves a draft that nobody reads.
        draft.replace(path)
    except OSError as cause:
        raise ConfigError("key-file-unwritable", path=str(path)) from cause
