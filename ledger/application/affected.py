"""What a key signed, and what of it no longer counts once the key is compromised."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.application.context import Answer, Context
from ledger.application.key_changes import known
from ledger.application.key_lists import in_force
from ledger.credentials import token
from ledger.database import Row, chunks, reading, writing
from ledger.domain.values import from_days, legal_day, to_days
from ledger.errors import VerificationError
from ledger.events import TYPE
from ledger.projections.certificates import TABLE
from ledger.signing import cose, public_key
from ledger.signing.key_records import Key, KeyList
from ledger.store import recorder
from ledger.store.checkpoints import CHECKPOINTS
from ledger.view import Models

# What becomes of a certificate: nothing, for a checkpoint believed honest covers it; nothing yet, for none does; it is
# issued anew; or its holder is erased, and nobody can tell which key signed.
STANDS, UNPROVED, REISSUE, UNREADABLE = "stands", "unproved", "reissue", "unreadable"
BATCH = 100  # tokens that are opened in one turn: each look is noted, and others want to write too


def affected(context: Context, kid: bytes, index: int | None = None, *, reader: str) -> Answer:
    """What a board must know before it declares a key compromised, or after.

    Of an event key: its events before the index and from it on, and the certificates that the latter issued. Of a
    certificate key: every certificate that it signed. Certificates stand under what becomes of them.

    Args:
        index: Size of the last checkpoint believed honest; None: what the list says of the key, else the whole history.
        reader: Who stands in the log of reads, for the certificates lie sealed under their holders.

    Raises: NotFoundError: no list has this key.
    """
    with reading(context.history.engine) as connection:
        keys = KeyList.decode(in_force(Models(connection, context.config.origin))["list"])
        key = next(key for key in known(keys, kid).keys if key.kid == kid)
        asked = (index, key.compromised_index, recorder.head(connection)[0])
        since = next(one for one in asked if one is not None)
        largest = select(func.max(CHECKPOINTS.c.size)).where(CHECKPOINTS.c.size <= since)
        checkpoint = connection.execute(largest).scalar_one() or 0
        told: Answer = {"key": kid.hex(), "role": key.role, "authority": key.authority, "state": key.state}
        told |= {"index": since, "checkpoint": checkpoint}
        if key.role == "event":
            return told | _of_event_key(connection, key, since)
        rows = _candidates(connection, key) if key.role == "certificate" else []
    found = _of_certificate_key(context, key, rows, reader)
    return told | _grouped((_becomes(row, by_it, since, checkpoint), row) for row, by_it in found)


def _of_event_key(connection: Connection, key: Key, since: int) -> Answer:
    before: list[int] = []
    after: list[int] = []
    for position, entry, _ in recorder.entries(connection):
        if cose.parse(entry, typ=TYPE).kid == key.kid:
            (before if position < since else after).append(position)
    suspect = set(after)
    rows = _rows(connection, TABLE.c.issued_at >= since)
    issued = _grouped((REISSUE, row) for row in rows if row["issued_at"] in suspect)
    return {"events_before": _span(before), "events_since": _span(after), REISSUE: issued[REISSUE]}


def _candidates(connection: Connection, key: Key) -> list[Row]:
    """Certificates of this authority from the days in which the key was in use."""
    in_use = [TABLE.c.authority == key.authority, TABLE.c.signed >= _day(key.begins)]
    return _rows(connection, *in_use, *([] if key.ends is None else [TABLE.c.signed <= _day(key.ends)]))


def _of_certificate_key(context: Context, key: Key, rows: Sequence[Row], reader: str) -> Iterator[tuple[Row, bool]]:
    """Those that the key signed, and those of whom nobody can tell (False)."""
    external = cose.aad(token.CONTEXT, context.config.origin)
    purpose = f"find what key {key.kid.hex()} signed"
    for some in chunks(rows, BATCH):
        with writing(context.history.engine) as connection:
            for row in some:
                holder, field = UUID(bytes=row["registrant"]), f"token/{UUID(bytes=row['paper'])}"
                opened = context.vault.open_many(connection, [holder], field, reader=reader, purpose=purpose)
                data = opened.get(holder)
                if not isinstance(data, bytes):
                    yield row, False
                elif _signed_by(key, data, external):
                    yield row, True


def _signed_by(key: Key, data: bytes, external: bytes) -> bool:
    try:
        cose.verify(token.parse(data), public_key.load_public(key.public), external)
    except VerificationError:
        return False
    return True


def _becomes(row: Row, by_it: bool, since: int, checkpoint: int) -> str:
    if not by_it:
        return UNREADABLE
    if row["issued_at"] >= since:
        return REISSUE
    return STANDS if row["issued_at"] < checkpoint else UNPROVED


def _rows(connection: Connection, *where: ColumnElement[bool]) -> list[Row]:
    columns = (TABLE.c.paper, TABLE.c.registrant, TABLE.c.number, TABLE.c.signed, TABLE.c.issued_at)
    found = connection.execute(select(*columns).where(*where).order_by(TABLE.c.issued_at))
    return [dict(row._mapping) for row in found]


def _grouped(found: Iterable[tuple[str, Row]]) -> Answer:
    groups: Answer = {STANDS: [], UNPROVED: [], REISSUE: [], UNREADABLE: []}
    for what, row in found:
        signed = from_days(row["signed"]).isoformat()
        groups[what].append({"number": row["number"], "position": row["issued_at"], "signed": signed})
    return groups


def _span(positions: Sequence[int]) -> Answer:
    return {"count": len(positions), "first": min(positions, default=None), "last": max(positions, default=None)}


def _day(second: int) -> int:
    return to_days(legal_day(second * 1000))
