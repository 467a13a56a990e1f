"""The index of check codes: which paper of a certificate a `kode cek` stands for, without the code.

Source: docs/vault.md. A tag is HMAC-SHA-256(pepper, "check" || 00 || code). The code itself is sealed in the field
`content/<paper>` of the holder, under the name `check`, and goes with it.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, delete, select

from ledger.database import BIG, SEALED, Row, chunks, put
from ledger.domain.values import Personal
from ledger.errors import SealedError
from ledger.vault.identities import Peppers, refuse_unknown, tag_of
from ledger.vault.sealed import Data

KIND = "check"  # And the name of the code in the sealed content.
CONTENT = "content/"
CHECKS = Table(
    "check_index",
    SEALED,
    Column("tag", LargeBinary(32), primary_key=True),
    Column("subject", LargeBinary(16), nullable=False, index=True),  # the holder
    Column("certificate", LargeBinary(16), nullable=False, unique=True),  # or the id of a paper that replaced another
    Column("pepper", BIG, nullable=False),  # The id of the pepper that made the tag.
)
Papers = Mapping[tuple[UUID, str], Data]  # (holder, field) -> what was sealed there


def find(connection: Connection, peppers: Peppers, codes: Iterable[Personal]) -> dict[Personal, tuple[UUID, UUID]]:
    """Holder and certificate of each code; a code that nothing has is absent."""
    by_tag = {tag_of(pepper, KIND, code): code for code in codes for pepper in peppers.values()}
    found: dict[Personal, tuple[UUID, UUID]] = {}
    for some in chunks(by_tag):
        wanted = select(CHECKS.c.tag, CHECKS.c.subject, CHECKS.c.certificate).where(CHECKS.c.tag.in_(some))
        for tag, subject, certificate in connection.execute(wanted):
            found[by_tag[tag]] = UUID(bytes=subject), UUID(bytes=certificate)
    return found


def claim(connection: Connection, peppers: Peppers, codes: Mapping[Personal, tuple[UUID, UUID]]) -> None:
    """Give each code, which nothing has, to the certificate of its holder. Under the writer's lock."""
    newest = max(peppers)
    rows = [_row(newest, peppers[newest], code, *(one.bytes for one in paper)) for code, paper in codes.items()]
    put(connection, CHECKS, rows)


def release(connection: Connection, subjects: Iterable[UUID]) -> None:
    for some in chunks(subject.bytes for subject in subjects):
        connection.execute(delete(CHECKS).where(CHECKS.c.subject.in_(some)))


def holders(connection: Connection) -> list[UUID]:
    """Everybody who holds a certificate with a check code, in the order of their ids."""
    known = connection.scalars(select(CHECKS.c.subject).distinct().order_by(CHECKS.c.subject))
    return [UUID(bytes=one) for one in known]


def retag(connection: Connection, peppers: Peppers, papers: Papers, subjects: Sequence[UUID]) -> None:
    """Make the tags of these holders' certificates anew, with the newest pepper.

    Args:
        papers: Their opened contents.
        subjects: At most 500.

    Raises: SealedError: `index-broken`: a tag is not that of the sealed code; `pepper-missing`.
    """
    newest = max(peppers)
    of_these = CHECKS.c.subject.in_([subject.bytes for subject in subjects])
    anew = []
    for tag, subject, certificate, pepper in connection.execute(select(CHECKS).where(of_these)):
        refuse_unknown(peppers, [pepper])
        holder = UUID(bytes=subject)
        code = _code(papers.get((holder, f"{CONTENT}{UUID(bytes=certificate)}")))
        if not hmac.compare_digest(tag_of(peppers[pepper], KIND, code), tag):
            raise SealedError("index-broken", kind=KIND, subject=str(holder))
        anew.append(_row(newest, peppers[newest], code, subject, certificate))
    connection.execute(delete(CHECKS).where(of_these))
    put(connection, CHECKS, anew)


def in_use(connection: Connection) -> set[int]:
    """The peppers that made the tags."""
    return set(connection.scalars(select(CHECKS.c.pepper).distinct()))


def _code(content: Data | None) -> Personal:
    return Personal(str(content.get(KIND, "")) if isinstance(content, Mapping) else "")


def _row(id: int, pepper: bytes, code: Personal, subject: bytes, certificate: bytes) -> Row:
    return {"tag": tag_of(pepper, KIND, code), "subject": subject, "certificate": certificate, "pepper": id}
