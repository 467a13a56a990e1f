"""Schemes with their published editions."""

from datetime import date
from typing import Any

from ledger.database import Row
from ledger.domain.schemes import Scheme
from ledger.domain.values import to_days
from ledger.events import Record
from ledger.projections.columns import days, listed, read, text, view_table
from ledger.view import View

TABLE = view_table("schemes", text("kind", index=True), text("category"), text("authority"), text("editions"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Scheme.Created() as e:
            row = {"kind": e.kind, "category": e.category, "authority": r.authority, "editions": "[]"}
        case Scheme.Published() as e:
            edition = {
                "edition": e.edition,
                "standard": e.standard,
                "dimensions": list(e.dimensions),
                "basis": e.basis,
                "begins": days(e.begins),
                "verified": e.verified,
                "equivalents": e.equivalents,
                "conditions": list(e.conditions),
                "tier": e.tier,
                "months": e.months,
            }
            row = row | {"editions": listed([*editions(row), edition])}
    return row


def editions(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(row, "editions")
    return found


def edition_on(row: Row, day: date) -> dict[str, Any] | None:
    """The edition in force on a day: the latest that has begun (R9)."""
    begun = [e for e in editions(row) if e["begins"] <= to_days(day)]
    return begun[-1] if begun else None


SCHEMES = View(TABLE, Scheme, fold, lookups=("kind",), named="scheme")
