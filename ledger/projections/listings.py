"""Which certificates stand in which status list and bucket, asked of the folded certificates."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from ledger.database import MARK, run
from ledger.projections.keys import TABLE as KEY_LISTS

ERASED = "SELECT id FROM registrants WHERE state = 'erased'"
REPLACED = (  # Their certificates may have been revoked since.
    "SELECT replaced.authority, replaced.status,"
    " CASE WHEN certificates.state IN ('revoked', 'annulled') THEN certificates.state ELSE 'paper-replaced' END,"
    " CASE WHEN certificates.state IN ('revoked', 'annulled') THEN certificates.since ELSE replaced.since END,"
    " replaced.registrant FROM replaced JOIN certificates ON certificates.id = replaced.certificate"
)
EVERY = (  # Every paper's code, with the positions of the event that issued it and of the one that replaced it, if any.
    "SELECT token, issued_at, id AS certificate, NULL AS ended FROM certificates"
    " UNION ALL SELECT token, issued_at, certificate, position FROM replaced"
)


class Entry(NamedTuple):
    """One certificate: its place in which of its authority's lists; days since 1970-01-01."""

    authority: str
    number: int
    place: int
    state: str
    since: int | None
    until: int | None
    erased: bool


class Touched(NamedTuple):
    """Whose entry an event concerned; `token` of a paper that was issued then, else None."""

    authority: str
    number: int
    token: bytes | None


def places(connection: Connection, authority: str, number: int) -> list[int]:
    """Every place in this list that a certificate holds, in no order."""
    mark, head = MARK[connection.dialect.name], f"[{number},"
    which = f"WHERE authority = {mark} AND status LIKE {mark}"
    wanted = f"SELECT status FROM certificates {which} UNION ALL SELECT status FROM replaced {which}"  # noqa: S608
    values = (authority, f"{head}%")
    return [int(status[len(head) : -1]) for (status,) in run(connection, wanted, (*values, *values))]


def exceptions(connection: Connection) -> Iterator[Entry]:
    """Of the certificates that are not simply active, in no order: few, and so the only ones looked at closely."""
    erased = {bytes(id) for (id,) in run(connection, ERASED)}
    wanted = (
        "SELECT authority, status, state, since, until, registrant FROM certificates"  # noqa: S608 - our own names
        f" WHERE state <> 'active' OR registrant IN ({ERASED})"
    )
    for authority, status, state, since, until, holder in run(connection, wanted):
        yield Entry(authority, *placed(status), state, since, until, bytes(holder) in erased)
    for authority, status, state, since, holder in run(connection, REPLACED):
        yield Entry(authority, *placed(status), state, since, None, bytes(holder) in erased)


def touched(connection: Connection, since: int) -> Iterator[Touched]:
    """Whose entries the events from position `since` on may have changed."""
    mark = MARK[connection.dialect.name]
    wanted = (
        "SELECT authority, status, token, issued_at FROM certificates"  # noqa: S608 - our own names
        f" WHERE position >= {mark} OR registrant IN ({ERASED} AND position >= {mark})"
    )
    for authority, status, token, issued_at in run(connection, wanted, (since, since)):
        yield Touched(authority, placed(status)[0], bytes(token) if issued_at >= since else None)
    changed = f"{REPLACED} WHERE certificates.position >= {mark}"
    for authority, status, *_ in run(connection, changed, (since,)):
        yield Touched(authority, placed(status)[0], None)


def tokens(connection: Connection) -> Iterator[bytes]:
    """SHA-256 of every token that was issued, in no order."""
    return (bytes(token) for (token,) in run(connection, f"SELECT token FROM ({EVERY}) AS codes"))  # noqa: S608


def printed(connection: Connection, since: int) -> dict[bytes, list[bytes]]:
    """By the SHA-256 of each token of which something was printed from position `since` on: that of every file ever."""
    mark = MARK[connection.dialect.name]
    wanted = (
        f"SELECT codes.token, papers.sha256 FROM papers JOIN ({EVERY}) AS codes"  # noqa: S608 - our own names
        " ON codes.certificate = papers.certificate AND papers.position > codes.issued_at"
        " AND (codes.ended IS NULL OR papers.position < codes.ended)"
        f" WHERE papers.certificate IN (SELECT certificate FROM papers WHERE position >= {mark})"
    )
    found: dict[bytes, list[bytes]] = {}
    for token, sheet in run(connection, wanted, (since,)):
        found.setdefault(bytes(token), []).append(bytes(sheet))
    return found


def issued(connection: Connection, size: int) -> list[tuple[bytes, int]]:
    """SHA-256 of each token that was issued in a log of this size, with the position of the event; oldest first."""
    mark = MARK[connection.dialect.name]
    wanted = f"SELECT token, issued_at FROM ({EVERY}) AS codes WHERE issued_at < {mark} ORDER BY issued_at"  # noqa: S608
    return [(bytes(token), at) for token, at in run(connection, wanted, (size,))]


def keys_since(connection: Connection) -> int:
    """Position of the event that recorded the key list in force."""
    found: int = connection.execute(select(KEY_LISTS.c.position)).scalar_one()
    return found


def placed(status: str) -> tuple[int, int]:
    """List and index, as the column holds them."""
    number, index = status[1:-1].split(",")
    return int(number), int(index)
