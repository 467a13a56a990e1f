"""The register of rules, and the one place that asks them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.errors import RuleError
from ledger.events import KINDS, Record
from ledger.view import Models, View

Predicate = Callable[[Models, Record, Any], None]


@dataclass(frozen=True)
class Rule:
    """`number` as in docs/rules.md; `ask(models, record, event)` raises RuleError."""

    number: str
    ask: Predicate
    kinds: frozenset[str]

    @property
    def name(self) -> str:
        return self.ask.__name__


RULES: list[Rule] = []
BY_KIND: dict[str, list[Rule]] = defaultdict(list)


def rule(number: str, *events: type) -> Callable[[Predicate], Predicate]:
    """Ask the decorated predicate of these events; of every event if none is named."""

    def register(ask: Predicate) -> Predicate:
        kinds = frozenset(e.TOPIC for e in events) if events else frozenset(KINDS)  # type: ignore[attr-defined]
        asked = Rule(number, ask, kinds)
        RULES.append(asked)
        for kind in kinds:
            BY_KIND[kind].append(asked)
        return ask

    return register


def admit(models: Models, record: Record) -> None:
    """Raises: RuleError: the first rule that refuses this event at this place in the history."""
    for asked in BY_KIND[record.event.TOPIC]:
        asked.ask(models, record, record.event)


def require(models: Models, view: View, id: bytes, *, rule: str) -> dict[str, Any]:
    """The row that an event refers to. Raises: RuleError: there is none."""
    row = models.get(view, id)
    if row is None:
        raise RuleError("reference-unknown", rule=rule, of=view.table.name, got=id.hex())
    return row
