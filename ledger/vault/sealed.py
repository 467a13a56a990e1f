"""Sealed fields: a commitment for the event, and the data itself under the key of the person whom it is about.

Source: docs/vault.md. Beside the event, in the same transaction of the main database.
"""

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select

from ledger.database import SEALED, Row, chunks, put
from ledger.errors import InputError, SealedError
from ledger.signing import cbor
from ledger.vault.ciphers import KEY, decrypt, encrypt

Data: TypeAlias = str | bytes | Mapping[str, str | int]
Item: TypeAlias = tuple[UUID, str, Data]  # subject, field, data

LIMIT = 65_535  # bytes of the encoded data with its salt.

FIELDS = Table(
    "sealed",
    SEALED,
    Column("subject", LargeBinary(16), primary_key=True),
    Column("field", String, primary_key=True),
    Column("commitment", LargeBinary(32), nullable=False),
    Column("blob", LargeBinary, nullable=False),
)
PENDING = Table("pending_shred", SEALED, Column("subject", LargeBinary(16), primary_key=True))


def seal(connection: Connection, deks: Mapping[UUID, bytes], origin: str, items: Sequence[Item]) -> list[bytes]:
    """The commitments, 32 bytes each; what a field held before is overwritten.

    Raises: SealedError: `keys-missing`. InputError: `cbor-malformed`, `input-too-large`.
    """
    refuse_missing([subject for subject, _, _ in items if subject not in deks])
    rows = [_sealed(deks[subject], origin, subject.bytes, field, data) for subject, field, data in items]
    put(connection, FIELDS, rows, replace=True)
    return [row["commitment"] for row in rows]


def rows_of(connection: Connection, subjects: Iterable[UUID], field: str) -> dict[UUID, tuple[bytes, bytes]]:
    """Commitment and blob of those who have the field: not of the erased, whatever the key database says."""
    found: dict[UUID, tuple[bytes, bytes]] = {}
    for some in chunks({subject.bytes for subject in subjects}):
        wanted = select(FIELDS.c.subject, FIELDS.c.commitment, FIELDS.c.blob)
        for subject, commitment, blob in connection.execute(
            wanted.where(FIELDS.c.field == field, FIELDS.c.subject.in_(some))
        ):
            found[UUID(bytes=subject)] = commitment, blob
    return found


def rows_under(
    connection: Connection, subjects: Iterable[UUID], prefix: str
) -> dict[tuple[UUID, str], tuple[bytes, bytes]]:
    """The same of every field whose name begins so, by subject and field."""
    found: dict[tuple[UUID, str], tuple[bytes, bytes]] = {}
    for some in chunks({subject.bytes for subject in subjects}):
        under = FIELDS.c.field.startswith(prefix, autoescape=True)
        for subject, field, *row in connection.execute(select(FIELDS).where(FIELDS.c.subject.in_(some), under)):
            found[UUID(bytes=subject), field] = row[0], row[1]
    return found


def opened(dek: bytes, origin: str, subject: UUID, field: str, commitment: bytes, blob: bytes) -> Data:
    """Raises: SealedError: `data-tampered`: not what was committed to. Safe on untrusted input."""
    tampered = SealedError("data-tampered", subject=str(subject), field=field)
    try:
        plain = decrypt(dek, blob, _aad(subject.bytes, field, commitment), code="data-tampered")
        value = cbor.decode(plain, limit=LIMIT)
    except (SealedError, InputError) as cause:
        raise tampered from cause
    match value:
        case {"salt": bytes() as salt, "data": (str() | bytes() | dict()) as data}:
            if hmac.compare_digest(_commitment(salt, origin, subject.bytes, field, data), commitment):
                return data
    raise tampered


def forget(connection: Connection, subjects: Iterable[UUID]) -> None:
    """Delete the sealed rows and mark the keys for destruction."""
    for some in chunks(subject.bytes for subject in subjects):
        connection.execute(delete(FIELDS).where(FIELDS.c.subject.in_(some)))
        connection.execute(delete(PENDING).where(PENDING.c.subject.in_(some)))
        put(connection, PENDING, [{"subject": subject} for subject in some])


def remove(connection: Connection, subject: UUID, field: str) -> None:
    """One field; the others and the key stay."""
    connection.execute(delete(FIELDS).where(FIELDS.c.subject == subject.bytes, FIELDS.c.field == field))


def field_of(connection: Connection, subject: UUID, commitment: bytes) -> str | None:
    """The field that an event commits to; None: it has been erased, removed or overwritten."""
    wanted = select(FIELDS.c.field).where(FIELDS.c.subject == subject.bytes, FIELDS.c.commitment == commitment)
    field: str | None = connection.scalar(wanted)
    return field


def holding(connection: Connection, subjects: Iterable[UUID], field: str) -> set[UUID]:
    """Those who have the field; nothing is opened."""
    found: set[UUID] = set()
    for some in chunks({subject.bytes for subject in subjects}):
        wanted = select(FIELDS.c.subject).where(FIELDS.c.field == field, FIELDS.c.subject.in_(some))
        found.update(UUID(bytes=subject) for subject in connection.scalars(wanted))
    return found


def refuse_missing(subjects: Sequence[UUID]) -> None:
    """Raises: SealedError: `keys-missing`: these should have a key."""
    if subjects:
        raise SealedError("keys-missing", subjects=len(subjects), first=[str(subject) for subject in subjects[:3]])


def _sealed(dek: bytes, origin: str, subject: bytes, field: str, data: Data) -> Row:
    salt = os.urandom(KEY)
    commitment = _commitment(salt, origin, subject, field, data)
    plain = cbor.encode({"salt": salt, "data": data})
    if len(plain) > LIMIT:
        raise InputError("input-too-large", got=len(plain), limit=LIMIT)
    blob = encrypt(dek, plain, _aad(subject, field, commitment))
    return {"subject": subject, "field": field, "commitment": commitment, "blob": blob}


def _commitment(salt: bytes, origin: str, subject: bytes, field: str, data: object) -> bytes:
    return hmac.digest(salt, cbor.encode(["peksos/commit/1", origin, subject, field, data]), "sha256")


def _aad(subject: bytes, field: str, commitment: bytes) -> bytes:
    return cbor.encode(["peksos/pii/1", subject, field, commitment])
