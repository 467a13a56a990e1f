"""What a refusal names by the ledger's own words, said in words that people read."""

from collections.abc import Mapping
from typing import Any

from ledger.messages import catalogue, say

PREFIXES = ("s.kind.", "s.officers.role.", "s.state.")


def spoken(facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The facts of a refusal; kinds of events, roles and gaps by their names in the catalogue."""
    return {name: _said(value, lang) for name, value in facts.items()}


def gap(named: str, lang: str) -> str:
    """What does not fit in a training: `announced`, or `roster/32.75`."""
    kind, _, group = named.partition("/")
    return say(f"s.trainings.gap.{kind}", lang, group=group or None)


def _said(value: Any, lang: str) -> Any:
    if isinstance(value, list | tuple):
        return [_said(one, lang) for one in value]
    if not isinstance(value, str):
        return value
    known = catalogue("id")
    if f"s.trainings.gap.{value.partition('/')[0]}" in known:
        return gap(value, lang)
    return next((say(prefix + value, lang) for prefix in PREFIXES if prefix + value in known), value)
