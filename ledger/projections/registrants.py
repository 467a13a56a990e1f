"""Registered people, pseudonymous."""

from ledger.database import Row
from ledger.domain.registrants import Registrant
from ledger.events import Record
from ledger.projections.columns import number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "registrants",
    raw("identity"),
    text("region", index=True),
    text("adult"),
    raw("enrolled_by"),
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
                "provisional": int(bool(e.provisional)),
            }
        case Registrant.Completed() as e:
            row = row | {"identity": e.identity, "adult": "yes" if e.adult else "no", "provisional": 0}
        case Registrant.Corrected() as e:
            row = row | {"identity": e.identity, "adult": "yes" if e.adult else "no"}
    return row


REGISTRANTS = View(TABLE, Registrant, fold, named="registrant")
