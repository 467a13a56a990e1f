"""Exports: which copies of the history are about, and until when."""

from ledger.database import Row
from ledger.domain.exports import Export
from ledger.events import Record
from ledger.projections.columns import days, number, text, view_table
from ledger.view import View

TABLE = view_table("exports", text("purpose"), text("recipient"), number("retention"), number("size"), number("since"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Export.Created() as e:
            row = {
                "purpose": e.purpose,
                "recipient": e.recipient,
                "retention": days(e.retention),
                "size": e.size,
                "since": e.since,
            }
    return row


EXPORTS = View(TABLE, Export, fold)
