"""Registered people, pseudonymous."""

from ledger.database import Row
from ledger.domain.registrants import Registrant
from ledger.events import Record
from ledger.projections.columns import listed, number, raw, read, text, view_table
from ledger.view import View

TABLE = view_table(
    "registrants",
    raw("identity"),
    text("region", index=True),
    text("adult"),
    raw("enrolled_by"),
    text("told_by"),
    number("provisional"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Registrant.Created() as e:
            row = {
                "identity": e.identity,
                "region": e.region,
                "adult": "yes" if e.adult else "no",
                "enrolled_by": r.actor.bytes if r.actor else None,
                "told_by": "[]",
                "provisional": int(bool(e.provisional)),
            }
        case Registrant.Completed() | Registrant.Corrected() as e:
            told_by = [*read(row, "told_by"), *([r.actor.hex] if r.actor else [])]
            row = row | {"identity": e.identity, "adult": "yes" if e.adult else "no", "told_by": listed(told_by)}
            row["provisional"] = 0  # Whoever still is so cannot be corrected.
    return row


REGISTRANTS = View(TABLE, Registrant, fold, named="registrant")
