"""Delegations: who acts for which province's board, from when to when."""

from ledger.database import Row
from ledger.domain.delegations import Delegation
from ledger.events import Record
from ledger.projections.columns import days, number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "delegations",
    raw("officer", index=True),
    text("region", index=True),
    number("begins"),
    number("ends"),
    raw("decree"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Delegation.Created() as e:
            row = {
                "officer": e.officer.bytes,
                "region": e.region,
                "begins": days(e.begins),
                "ends": days(e.ends),
                "decree": e.decree.bytes,
            }
    return row


DELEGATIONS = View(TABLE, Delegation, fold, lookups=("officer", "region"))
