"""Status lists: two bits for each token of an authority, signed anew every few minutes and readable anywhere.

Source: docs/formats/status-list.md, after IETF draft-ietf-oauth-status-list-21, as a CBOR Web Token.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from ledger.credentials import published
from ledger.credentials.published import BUCKET_LIMIT, count, raw, signers_of, text
from ledger.errors import VerificationError
from ledger.signing import cose
from ledger.signing.key_list import KeyList

CONTEXT, TYP = "peksos/status/1", "application/statuslist+cwt"
ENTRIES, BITS, PACKED = 1 << 17, 2, 1 << 15  # entries, bits each, bytes in all
TTL_SECONDS, LIFE_SECONDS = 600, 24 * 3600
SUBJECT, EXPIRES, ISSUED, LIST, TTL, KEYS = 2, 4, 6, 65533, 65534, -70002  # RFC 8392; the draft; the last is ours.


class Status(IntEnum):
    VALID = 0
    INVALID = 1  # Revoked or annulled; and every index that nobody holds.
    SUSPENDED = 2
    WITHDRAWN = 3  # No longer issued under this paper; not misconduct.


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """`keys`: version and SHA-256 of the key list in force then. Times in s UTC."""

    uri: str
    iat: int
    exp: int
    ttl: int
    keys: tuple[int, bytes]
    packed: bytes

    def at(self, index: int) -> Status:
        """What is past the end is held by nobody."""
        if not 0 <= index < ENTRIES:
            return Status.INVALID
        return Status(self.packed[index >> 2] >> (index & 3) * BITS & 3)


def uri(status_uri: str, number: int) -> str:
    """The canonical address of an authority's list `number`: what its signature names."""
    return f"{status_uri}/{number}"


def path(status_uri: str, number: int) -> str:
    """Where any host has that list, without a leading slash."""
    return urlsplit(uri(status_uri, number)).path.lstrip("/")


def pack(held: Iterable[tuple[int, Status]]) -> bytes:
    """The 32 768 bytes in which these indexes read so, and all others 1."""
    packed = bytearray(b"\x55" * PACKED)
    for index, status in held:
        shift = (index & 3) * BITS
        packed[index >> 2] = packed[index >> 2] & ~(3 << shift) | status << shift
    return bytes(packed)


def publish(status_list: StatusList, signer: cose.Signer) -> bytes:
    """`signer`: of the authority's status key, `CONTEXT` and `TYP`."""
    lst = {"bits": BITS, "lst": zlib.compress(status_list.packed, 9)}
    claims: dict[int, object] = {
        SUBJECT: status_list.uri,
        EXPIRES: status_list.exp,
        ISSUED: status_list.iat,
        LIST: lst,
        TTL: status_list.ttl,
        KEYS: list(status_list.keys),
    }
    return published.sign(claims, signer)


def open_signed(data: bytes, *, key_list: KeyList, origin: str, authority: str, uri: str) -> StatusList:
    """Read the list that `uri` asks for; whether it is fresh is not asked.

    Args:
        data: Untrusted.
        key_list: Already verified.
        authority: Whose list it is.

    Raises:
        VerificationError: `list-malformed` with `why`, `list-other` (another address), `key-unknown`,
            `key-not-entitled`, `key-compromised`, or as `cose.parse` and `cose.verify`.
    """
    statement = cose.parse(data, limit=BUCKET_LIMIT, typ=TYP)
    labels = {SUBJECT, EXPIRES, ISSUED, LIST, TTL, KEYS}
    claims = published.claims(statement, labels)
    found = StatusList(
        uri=text(claims[SUBJECT]),
        iat=count(claims[ISSUED]),
        exp=count(claims[EXPIRES]),
        ttl=count(claims[TTL]),
        keys=_keys(claims[KEYS]),
        packed=_unpacked(claims[LIST]),
    )
    keys = signers_of(statement, key_list, "status", authority, found.iat)
    published.verify(statement, keys, cose.aad(CONTEXT, origin))
    if found.uri != uri:
        raise VerificationError("list-other", got=found.uri, expected=uri)
    return found


def _keys(value: object) -> tuple[int, bytes]:
    match value:
        case [version, digest]:
            return count(version), raw(digest, 32)
    raise published.malformed("keys")


def _unpacked(value: object) -> bytes:
    """At most what a list holds is unpacked, whatever the bytes promise."""
    match value:
        case {"bits": 2, "lst": bytes() as lst, **rest} if not rest:
            inflater = zlib.decompressobj()
            try:
                packed = inflater.decompress(lst, PACKED)
                whole = len(packed) == PACKED and not inflater.decompress(inflater.unconsumed_tail, 1)
            except zlib.error as cause:
                raise published.malformed("lst") from cause
            if whole and inflater.eof and not inflater.unused_data:
                return packed
    raise published.malformed("lst")
