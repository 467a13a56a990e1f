"""Reading pages: the rules in words, the configured values with their history, schemes, mandates."""

from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from ledger.domain.rulebook import BOOK, Parameter
from ledger.domain.values import legal_day, to_days
from ledger.messages import day, say
from ledger.web.desk.base import Me, Pages, language, ledger, page

pages = Pages("rules", __name__)
RULES = tuple(f"R{n}" for n in range(1, 45))


@pages.get("/aturan")
def rules(me: Me) -> Any:
    """Each rule has an anchor: a refusal leads to what it rests on."""
    return page("desk/rules.html", me, rules=RULES)


@pages.get("/aturan/nilai")
def values(me: Me) -> Any:
    """What the rules leave to be set, with its history."""
    return page("desk/rules-values.html", me, values=_values(), written=written)


@pages.get("/skema")
def schemes(me: Me) -> Any:
    return page("desk/schemes.html", me, schemes=ledger().schemes.listed(), today=to_days(_today()))


@pages.get("/mandat")
def mandates(me: Me) -> Any:
    officers = sorted(ledger().officers.listed(), key=lambda one: (one["authority"], one["begins"]))
    told = [one | {"now": _now(one, to_days(_today()))} for one in officers]
    return page("desk/mandates.html", me, authorities=ledger().authorities.listed(), officers=told)


def written(value: Any) -> str:
    """A configured value as people read it: lists with commas, tables line by line."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {written(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(written(one) for one in value) or "-"
    return day(value, language()) if isinstance(value, date) else str(value)


def _values() -> list[tuple[str, str, list[Parameter]]]:
    """Name, words, and every value that it ever had, the newest first."""
    named = groupby(BOOK, key=attrgetter("name"))
    return [(name, say(f"s.parameter.{name}", language()), list(entries)[::-1]) for name, entries in named]


def _now(officer: dict[str, Any], today: int) -> str:
    """Whether the mandate holds today: a comparison, not an event."""
    if officer["state"] != "appointed":
        return "dismissed"
    if today < officer["begins"]:
        return "before"
    return "over" if officer["ends"] is not None and today > officer["ends"] else "appointed"


def _today() -> date:
    return legal_day(ledger().context.history.clock())
