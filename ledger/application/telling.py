"""A verdict in words, the same for programs and for pages."""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.credentials.verdict import Verdict
from ledger.messages import say


class Told(NamedTuple):
    """`colour` is its name, for the colour itself may not be seen; `further` are lines that limit what was said."""

    colour: str
    action: str
    title: str
    text: str
    further: tuple[str, ...]


def told(verdict: Verdict, lang: str, *, contact: str) -> Told:
    """`contact`: whom a reader may ask."""
    facts: Mapping[str, object] = {"contact": contact} | dict(verdict.facts)
    return Told(
        colour=say(f"colour.{verdict.colour}", lang),
        action=say(verdict.action, lang),
        title=say(f"{verdict.reason.key}.title", lang, **facts),
        text=say(f"{verdict.reason.key}.text", lang, **facts),
        further=tuple(say(line, lang, **facts) for line in verdict.lines),
    )
