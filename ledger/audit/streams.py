"""One stream is one thing: an id that begins two aggregates would pass both their lifecycles.

At the write the events table refuses it, for both events would be the first of the stream; a bundle has no such table.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from ledger.advance import VIEW_OF
from ledger.database import chunks, pick
from ledger.domain.lifecycle import First
from ledger.events import Record
from ledger.projections.all import VIEWS
from ledger.view import View


def begun_twice(connection: Connection, records: Sequence[Record]) -> Record | None:
    """The first event of these that begins a stream which another kind of aggregate has, before or among them.

    `connection`: the read models as of the event before.
    """
    of: dict[bytes, View] = {}
    for record in records:
        view = VIEW_OF[record.event.TOPIC]
        if of.setdefault(record.stream, view) is not view:
            return record
    firsts = {record.stream: record for record in records if isinstance(record.event, First)}
    taken = [firsts[id] for view in VIEWS.values() for id in _others(connection, view, firsts)]
    return min(taken, key=lambda record: record.position, default=None)


def _others(connection: Connection, view: View, firsts: dict[bytes, Record]) -> list[bytes]:
    ids = [id for id, record in firsts.items() if VIEW_OF[record.event.TOPIC] is not view]
    return [row["id"] for some in chunks(ids) for row in pick(connection, view.table, "id", some)]
