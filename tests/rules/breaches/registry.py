"""Where breaches register, and how a rule is left out while one is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from ledger.cli.story import DECIDED
from ledger.rules.asking import BY_KIND

NOW = DECIDED + timedelta(days=2)
KEMENSOS = ("kepala", "wakil")
World = Any  # tests/rules/conftest.py
Breach = Callable[[World], None]
BREACHES: dict[tuple[str, str], tuple[str, Breach]] = {}


def breaks(rule: str, code: str) -> Callable[[Breach], Breach]:
    """This breach is refused by this rule, with this code."""

    def register(breach: Breach) -> Breach:
        BREACHES[rule, breach.__name__] = (code, breach)
        return breach

    return register


@contextmanager
def without(name: str) -> Iterator[None]:
    """The rule is not asked."""
    kept = {kind: list(asked) for kind, asked in BY_KIND.items()}
    for asked in BY_KIND.values():
        asked[:] = [rule for rule in asked if rule.name != name]
    try:
        yield
    finally:
        for kind, asked in BY_KIND.items():
            asked[:] = kept[kind]
