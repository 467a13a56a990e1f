"""The catalogue of legal bases."""

from ledger.database import Row
from ledger.domain.regulations import Regulation
from ledger.events import Record
from ledger.projections.columns import days, number, text, view_table
from ledger.view import View

TABLE = view_table(
    "regulations",
    text("regulation", index=True),
    text("rank"),
    number("begins"),
    text("revoked_by"),
    number("revoked_on"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Regulation.Created() as e:
            row = {
                "regulation": e.regulation,
                "rank": e.rank,
                "begins": days(e.begins),
                "revoked_by": None,
                "revoked_on": None,
            }
        case Regulation.Revoked() as e:
            row = row | {"revoked_by": e.by, "revoked_on": days(e.on)}
    return row


REGULATIONS = View(TABLE, Regulation, fold, lookups=("regulation",))
