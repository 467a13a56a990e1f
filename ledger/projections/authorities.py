"""Issuing bodies with their grants; what the published key list must say of them."""

from datetime import date
from typing import Any

from ledger.database import Row
from ledger.domain.authorities import Authority
from ledger.domain.values import to_days
from ledger.events import Record
from ledger.projections.columns import days, listed, read, text, view_table
from ledger.view import View

TABLE = view_table("authorities", text("authority", index=True), text("status_uri"), text("grants"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Authority.Created() as e:
            row = {"authority": e.authority, "status_uri": e.status_uri, "grants": "[]"}
        case Authority.Granted() as e:
            grant = {
                "name": e.name,
                "scope": e.scope,
                "schemes": list(e.schemes),
                "basis": e.basis,
                "begins": days(e.begins),
                "ends": days(e.ends),
            }
            row = row | {"grants": listed([*grants(row), grant])}
        case Authority.Ended() as e:
            given = [g | {"ends": days(e.ends)} if n == e.grant else g for n, g in enumerate(grants(row))]
            row = row | {"grants": listed(given)}
    return row


def grants(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(row, "grants")
    return found


def grant_on(row: Row, day: date, kind: str) -> dict[str, Any] | None:
    """The grant that covers this kind on this day; both ends are inclusive."""
    for grant in grants(row):
        begun = grant["begins"] <= to_days(day)
        ended = grant["ends"] is not None and to_days(day) > grant["ends"]
        if kind in grant["schemes"] and begun and not ended:
            return grant
    return None


AUTHORITIES = View(TABLE, Authority, fold, lookups=("authority",))
