"""The identity index: one registrant per number, without the number.

Source: docs/vault.md. A tag is HMAC-SHA-256(pepper, kind || 00 || number): without the pepper nobody can try all
numbers. The number itself is sealed, under its kind's name, in the field `identity` of its person.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, UniqueConstraint, delete, select

from ledger.database import BIG, SEALED, chunks, put
from ledger.domain.values import Personal
from ledger.errors import ConflictError, SealedError
from ledger.vault.sealed import Data

INDEX = Table(
    "identity_index",
    SEALED,
    Column("kind", String, primary_key=True),  # Such as "nik".
    Column("tag", LargeBinary(32), primary_key=True),
    Column("subject", LargeBinary(16), nullable=False),
    Column("pepper", BIG, nullable=False),  # The id of the pepper that made the tag.
    UniqueConstraint("kind", "subject"),
)
Peppers = Mapping[int, bytes]  # oldest first


def find(connection: Connection, peppers: Peppers, kind: str, numbers: Iterable[Personal]) -> dict[Personal, UUID]:
    """Who has which number; a number that nobody has is absent."""
    by_tag = {tag_of(pepper, kind, number): number for number in numbers for pepper in peppers.values()}
    found: dict[Personal, UUID] = {}
    for some in chunks(by_tag):
        wanted = select(INDEX.c.tag, INDEX.c.subject).where(INDEX.c.kind == kind, INDEX.c.tag.in_(some))
        for tag, subject in connection.execute(wanted):
            found[by_tag[tag]] = UUID(bytes=subject)
    return found


def claim(connection: Connection, peppers: Peppers, kind: str, numbers: Mapping[UUID, Personal]) -> None:
    """Give each subject this number and no other of its kind. Under the writer's lock.

    Raises: ConflictError: `identity-taken`, by one of before or twice in `numbers`.
    """
    holders = find(connection, peppers, kind, numbers.values())
    if any(holders.setdefault(number, subject) != subject for subject, number in numbers.items()):
        raise ConflictError("identity-taken", kind=kind)
    for some in chunks(subject.bytes for subject in numbers):
        connection.execute(delete(INDEX).where(INDEX.c.kind == kind, INDEX.c.subject.in_(some)))
    newest = max(peppers)
    put(connection, INDEX, [_row(newest, peppers[newest], kind, number, who.bytes) for who, number in numbers.items()])


def release(connection: Connection, subjects: Iterable[UUID]) -> None:
    for some in chunks(subject.bytes for subject in subjects):
        connection.execute(delete(INDEX).where(INDEX.c.subject.in_(some)))


def subjects(connection: Connection) -> list[UUID]:
    """Everybody who has a number here, in the order of their ids."""
    return [UUID(bytes=one) for one in connection.scalars(select(INDEX.c.subject).distinct().order_by(INDEX.c.subject))]


def retag(connection: Connection, peppers: Peppers, identities: Mapping[UUID, Data], subjects: Sequence[UUID]) -> None:
    """Make the tags of these people anew, with the newest pepper.

    Args:
        identities: Their opened `identity`.
        subjects: At most 500.

    Raises: SealedError: `index-broken`: a tag is not that of the sealed number; `pepper-missing`.
    """
    newest = max(peppers)
    of_these = INDEX.c.subject.in_([subject.bytes for subject in subjects])
    anew = []
    for kind, tag, subject, pepper in connection.execute(
        select(INDEX.c.kind, INDEX.c.tag, INDEX.c.subject, INDEX.c.pepper).where(of_these)
    ):
        refuse_unknown(peppers, [pepper])
        number = _number(identities.get(UUID(bytes=subject)), kind)
        if not hmac.compare_digest(tag_of(peppers[pepper], kind, number), tag):
            raise SealedError("index-broken", kind=kind, subject=str(UUID(bytes=subject)))
        anew.append(_row(newest, peppers[newest], kind, number, subject))
    connection.execute(delete(INDEX).where(of_these))
    put(connection, INDEX, anew)


def in_use(connection: Connection) -> set[int]:
    """The peppers that made the tags."""
    return set(connection.scalars(select(INDEX.c.pepper).distinct()))


def refuse_unknown(peppers: Peppers, used: Iterable[int]) -> None:
    """Raises: SealedError: `pepper-missing`: this is another key database, or an older copy."""
    for id in used:
        if id not in peppers:
            raise SealedError("pepper-missing", got=id)


def tag_of(pepper: bytes, kind: str, number: Personal) -> bytes:
    return hmac.digest(pepper, f"{kind}\0{number.reveal()}".encode(), "sha256")


def _number(identity: Data | None, kind: str) -> Personal:
    return Personal(str(identity.get(kind, "")) if isinstance(identity, Mapping) else "")


def _row(id: int, pepper: bytes, kind: str, number: Personal, subject: bytes) -> dict[str, Any]:
    return {"kind": kind, "tag": tag_of(pepper, kind, number), "subject": subject, "pepper": id}
