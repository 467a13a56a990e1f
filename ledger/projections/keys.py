"""The key list in force."""

from ledger.database import Row
from ledger.domain.keys import Keys
from ledger.events import Record
from ledger.projections.columns import listed, raw, text, view_table
from ledger.view import View

TABLE = view_table("key_lists", raw("list"), text("signed"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Keys.Created() | Keys.Changed() as e:
            row = {"list": e.list, "signed": listed([s.hex() for s in e.signed])}
    return row


KEYS = View(TABLE, Keys, fold, named="keys")
