"""Decrees: number, day, matter, who decided."""

import json

from ledger.database import Row
from ledger.domain.decrees import Decree
from ledger.events import Record
from ledger.projections.columns import days, listed, number, text, view_table
from ledger.view import View

TABLE = view_table(
    "decrees",
    text("decree_number", index=True),
    text("authority"),
    text("matter"),
    number("decreed_on"),
    text("deciders"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Decree.Created() as e:
            row = {
                "decree_number": e.decree_number,
                "authority": e.authority,
                "matter": e.matter,
                "decreed_on": days(e.on),
                "deciders": listed([d.hex for d in e.deciders]),
            }
    return row


def deciders(row: Row) -> list[str]:
    """Registrant ids, hex."""
    found: list[str] = json.loads(row["deciders"])
    return found


DECREES = View(TABLE, Decree, fold, lookups=("decree_number",), named="decree")
