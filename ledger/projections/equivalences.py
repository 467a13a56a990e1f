"""Accepted equivalents of a required training tier."""

from ledger.database import Row
from ledger.domain.equivalences import Equivalence
from ledger.events import Record
from ledger.projections.columns import raw, text, view_table
from ledger.view import View

TABLE = view_table("equivalences", raw("registrant", index=True), text("tier"), raw("decree"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Equivalence.Created() as e:
            row = {"registrant": e.registrant.bytes, "tier": e.tier, "decree": e.decree.bytes}
    return row


EQUIVALENCES = View(TABLE, Equivalence, fold, lookups=("registrant",), named="evidence")
