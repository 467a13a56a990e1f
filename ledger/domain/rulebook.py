"""The rule book: every configured parameter with its basis, its first day, who set it, and whether it was verified."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ledger.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value as of `begins` (R41). `verified`: somebody compared it with `basis`."""

    name: str
    value: Any
    basis: str
    begins: date
    set_by: str
    verified: bool


def parse(text: str) -> tuple[Parameter, ...]:
    """Raises: ConfigError: an entry lacks its basis, day, author or mark of verification (R41)."""
    wanted = {field.name for field in fields(Parameter)}
    found = tomllib.loads(text).get("parameter", [])
    for entry in found:
        if entry.keys() != wanted or type(entry["begins"]) is not date or not entry["basis"] or not entry["set_by"]:
            raise ConfigError("rulebook-incomplete", rule="R41", name=entry.get("name"), expected=sorted(wanted))
    return tuple(sorted((Parameter(**entry) for entry in found), key=lambda p: (p.name, p.begins)))


BOOK = parse((files("ledger.domain") / "rulebook.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def parameter(name: str, on: date) -> Any:
    """The value in force on a day. Raises: ConfigError: there is none."""
    begun = [p.value for p in BOOK if p.name == name and p.begins <= on]
    if not begun:
        raise ConfigError("rulebook-silent", name=name, on=on)
    return begun[-1]


@lru_cache(maxsize=4096)
def roles_for(kind: str, on: date) -> frozenset[str]:
    """The roles that may write this kind of event."""
    named = {kind, kind.partition(".")[0]}
    return frozenset(role for role, kinds in parameter("roles", on).items() if named & set(kinds))


def caretakes(kind: str, on: date) -> bool:
    """Whether an officer of a caretaker board may write this kind of event."""
    return not {kind, kind.partition(".")[0]}.isdisjoint(parameter("caretaker.acts", on))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of acts: `kinds` of events, `by` which organ, `approved` by which, resting on a decree of the
    matter `decree`; empty: nobody asks. Source: docs/who-may-do-what.md."""

    act: str
    kinds: tuple[str, ...]
    by: str
    approved: str = ""
    decree: str = ""


@lru_cache(maxsize=64)
def acts(on: date) -> tuple[Row, ...]:
    """Who may do what on a day; nothing before the table's second edition."""
    return tuple(Row(**{**row, "kinds": tuple(row["kinds"])}) for row in parameter("acts", on))


@lru_cache(maxsize=4096)
def act_of(kind: str, on: date) -> Row | None:
    """The row of this kind of event, such as "certificate.issued/HADIR"."""
    return next((row for row in acts(on) if kind in row.kinds), None)


def lower_tiers(tier: str, on: date) -> list[str]:
    """What must be completed before this tier (R15). Raises: ConfigError: no such tier."""
    for tiers in parameter("training.tiers", on).values():
        if tier in tiers:
            return list(tiers[: tiers.index(tier)])
    raise ConfigError("tier-unknown", got=tier)
