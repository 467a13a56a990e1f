"""What the signed lists have in common: a strict map, and a key of the right role that was entitled then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ledger.domain.values import start_of
from ledger.errors import InputError, VerificationError
from ledger.signing import cbor, cose, public_key
from ledger.signing.key_list import Key, KeyList, entitled

BUCKET_LIMIT = 1 << 20  # bytes of a list or bucket that are looked at
LAST_SECOND = start_of(date(9999, 1, 1))
ISSUED = 6  # The claim of a status list that says when it was signed; the others say `iat`.


def sign(fields: Mapping[int, object] | Mapping[str, object], signer: cose.Signer) -> bytes:
    return signer.sign(cbor.encode(fields))


def claims(statement: cose.Statement, labels: Collection[object]) -> dict[object, object]:
    """The map of exactly these labels. Raises: VerificationError: `list-malformed`."""
    try:
        value = cbor.decode(statement.payload or b"", limit=BUCKET_LIMIT)
    except InputError as cause:
        raise malformed("cbor") from cause
    if not isinstance(value, dict) or value.keys() != set(labels):
        raise malformed("fields")
    return dict(value)


def claimed(data: bytes) -> int | None:
    """The second, UTC, at which a list, bucket or document says it was signed, unverified; None: it says none."""
    try:
        value = cbor.decode(cose.peek(data), limit=BUCKET_LIMIT)
    except (InputError, VerificationError):
        return None
    at = value.get(ISSUED, value.get("iat")) if isinstance(value, dict) else None
    return at if type(at) is int and 0 <= at <= LAST_SECOND else None


def signers_of(statement: cose.Statement, key_list: KeyList, role: str, authority: str | None, at: int) -> list[Key]:
    """Who may have signed it at `at`, s UTC. A compromised key proves no list: a list has no place in the log.

    Raises: VerificationError: as `entitled`.
    """
    return entitled(key_list, statement.kid, role, authority=authority, at=at)


def verify(statement: cose.Statement, keys: Sequence[Key], external: bytes) -> None:
    """Ids of keys can collide: each is tried. Raises: VerificationError."""
    for number, key in enumerate(keys, start=1):
        try:
            cose.verify(statement, public_key.load_public(key.public), external)
        except VerificationError:
            if number == len(keys):
                raise
        else:
            return


def count(value: object) -> int:
    """An unsigned number that a second or a size can be."""
    if type(value) is not int or not 0 <= value <= LAST_SECOND:
        raise malformed("number")
    return value


def raw(value: object, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise malformed("bytes")
    return value


def text(value: object) -> str:
    if not isinstance(value, str):
        raise malformed("text")
    return value


def malformed(why: str) -> VerificationError:
    return VerificationError("list-malformed", why=why)
