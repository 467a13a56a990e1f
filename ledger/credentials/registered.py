"""Registered buckets: which tokens were ever issued, by the first byte of their hash: no host learns whom one asks for.

Source: docs/formats/registered.md.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ledger.credentials import published
from ledger.credentials.published import BUCKET_LIMIT, count, signers_of
from ledger.errors import VerificationError
from ledger.signing import cose
from ledger.signing.key_list import KeyList

CONTEXT = "peksos/registered/1"
SHORT = 8  # bytes of each hash
LIFE_SECONDS = 24 * 3600
FIELDS = {"v", "bucket", "iat", "exp", "size", "hashes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """`size`: events in the log then; `hashes`: first 8 bytes of each token's SHA-256, ascending. Times in s UTC."""

    number: int
    iat: int
    exp: int
    size: int
    hashes: tuple[bytes, ...]

    def holds(self, token: bytes) -> bool:
        """`token`: SHA-256 of its bytes."""
        at = bisect_left(self.hashes, token[:SHORT])
        return at < len(self.hashes) and self.hashes[at] == token[:SHORT]


def number_of(token: bytes) -> int:
    """The bucket of the token with this SHA-256."""
    return token[0]


def path(number: int) -> str:
    return f"registered/{number:02x}"


def shorten(tokens: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted({token[:SHORT] for token in tokens}))


def publish(bucket: Bucket, signer: cose.Signer) -> bytes:
    """`signer`: of the receipt key, `CONTEXT`, no typ."""
    fields: dict[str, object] = {
        "v": 1,
        "bucket": bucket.number,
        "iat": bucket.iat,
        "exp": bucket.exp,
        "size": bucket.size,
        "hashes": b"".join(bucket.hashes),
    }
    return published.sign(fields, signer)


def open_signed(data: bytes, *, key_list: KeyList, origin: str, number: int) -> Bucket:
    """Read the bucket that was asked for; whether it is fresh is not asked.

    Raises:
        VerificationError: `list-malformed`, `list-other` (another bucket), `key-unknown`, `key-not-entitled`,
            `key-compromised`, or as `cose.parse` and `cose.verify`.
    """
    statement = cose.parse(data, limit=BUCKET_LIMIT, typ=None)
    fields = published.claims(statement, FIELDS)
    found = Bucket(
        number=count(fields["bucket"]),
        iat=count(fields["iat"]),
        exp=count(fields["exp"]),
        size=count(fields["size"]),
        hashes=_hashes(fields["hashes"]),
    )
    if fields["v"] != 1 or type(fields["v"]) is not int:
        raise published.malformed("v")
    keys = signers_of(statement, key_list, "receipt", None, found.iat)
    published.verify(statement, keys, cose.aad(CONTEXT, origin))
    if found.number != number:
        raise VerificationError("list-other", got=found.number, expected=number)
    return found


def _hashes(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, bytes) or len(value) % SHORT:
        raise published.malformed("hashes")
    hashes = tuple(value[at : at + SHORT] for at in range(0, len(value), SHORT))
    if any(one >= other for one, other in pairwise(hashes)):
        raise published.malformed("order")
    return hashes
