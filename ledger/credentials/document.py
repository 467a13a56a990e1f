"""Documents: the hashes of the sheets that were printed of one token, to compare a PDF without sending it anywhere.

Source: docs/formats/document.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ledger.credentials import published
from ledger.credentials.published import BUCKET_LIMIT, count, raw, signers_of
from ledger.errors import VerificationError
from ledger.signing import cose
from ledger.signing.key_list import KeyList

CONTEXT = "peksos/document/1"
FIELDS = {"v", "token", "iat", "sheets"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`token`: SHA-256 of the token; `sheets`: SHA-256 of each file printed of it, ascending; `iat` in s UTC."""

    token: bytes
    iat: int
    sheets: tuple[bytes, ...]


def path(token: bytes) -> str:
    return f"document/{token.hex()}"


def in_order(sheets: Iterable[bytes]) -> tuple[bytes, ...]:
    """Each once, in order."""
    return tuple(sorted(set(sheets)))


def publish(document: Document, signer: cose.Signer) -> bytes:
    """`signer`: of the receipt key, `CONTEXT`, no typ."""
    fields: dict[str, object] = {
        "v": 1,
        "token": document.token,
        "iat": document.iat,
        "sheets": list(document.sheets),
    }
    return published.sign(fields, signer)


def open_signed(data: bytes, *, key_list: KeyList, origin: str, token: bytes) -> Document:
    """Read the document of the token with this SHA-256.

    Raises:
        VerificationError: `list-malformed`, `list-other` (of another token), `key-unknown`, `key-not-entitled`,
            `key-compromised`, or as `cose.parse` and `cose.verify`.
    """
    statement = cose.parse(data, limit=BUCKET_LIMIT, typ=None)
    fields = published.claims(statement, FIELDS)
    found = Document(token=raw(fields["token"], 32), iat=count(fields["iat"]), sheets=_sheets(fields["sheets"]))
    if fields["v"] != 1 or type(fields["v"]) is not int:
        raise published.malformed("v")
    keys = signers_of(statement, key_list, "receipt", None, found.iat)
    published.verify(statement, keys, cose.aad(CONTEXT, origin))
    if found.token != token:
        raise VerificationError("list-other", got=found.token.hex(), expected=token.hex())
    return found


def _sheets(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise published.malformed("sheets")
    sheets = tuple(raw(one, 32) for one in value)
    if any(one >= other for one, other in pairwise(sheets)):
        raise published.malformed("order")
    return sheets
