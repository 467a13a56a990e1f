"""Officers: mandate, roles, key."""

from ledger.database import Row
from ledger.domain.officers import Officer
from ledger.events import Record
from ledger.projections.columns import days, instant, listed, number, raw, read, text, view_table
from ledger.view import View

TABLE = view_table(
    "officers",
    raw("person", index=True),
    text("authority"),
    text("roles"),
    text("office"),
    number("begins"),
    number("ends"),
    raw("key", index=True),
    number("keys_held"),
    instant("appointed_at"),
    text("region", index=True),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Officer.Created() as e:
            row = {
                "person": e.person.bytes,
                "authority": e.authority,
                "roles": listed(e.roles),
                "office": e.office,
                "begins": days(e.begins),
                "ends": days(e.ends),
                "key": None,
                "keys_held": 0,
                "appointed_at": r.position,
                "region": e.region,
            }
        case Officer.KeyEnrolled() as e:
            row = row | {"key": e.key, "keys_held": row["keys_held"] + 1}
        case Officer.KeyEnded():
            row = row | {"key": None}
        case Officer.Changed() as e:
            row = row | {"roles": listed(e.roles), "office": e.office, "ends": days(e.ends), "region": e.region}
    return row


def roles(row: Row) -> list[str]:
    found: list[str] = read(row, "roles")
    return found


OFFICERS = View(TABLE, Officer, fold, lookups=("person", "key", "appointed_at", "region"), named="officer")
