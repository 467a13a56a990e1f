"""The small world is sound before anything is broken in it."""

from collections.abc import Callable
from typing import Any

from ledger.audit.report import Report
from ledger.wiring import Ledger


def test_the_world_is_sound(world: Any, audit_of: Callable[[Ledger], Report]) -> None:
    report = audit_of(world.ledger)

    assert report.sound, report.as_json()
    assert report.replayed.events > 80
