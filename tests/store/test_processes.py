"""Services that start together, and processes that write together, over one pair of databases."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from subprocess import PIPE
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.application.genesis import begin
from ledger.audit.report import Report
from ledger.cli.cast import FOUNDERS
from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.database import reading
from ledger.errors import LedgerError
from ledger.projections.registrants import REGISTRANTS
from ledger.wiring import Ledger, build

CHILD = Path(__file__).with_name("child.py")


def together(call: Callable[[], Any], *others: Callable[[], Any]) -> list[Any]:
    """What each answered, or the error that it was refused with."""
    barrier = Barrier(1 + len(others))

    def run(one: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return one()
        except LedgerError as refused:
            return refused

    with ThreadPoolExecutor(1 + len(others)) as pool:
        return list(pool.map(run, (call, *others)))


def test_two_beginnings_at_once_make_one_ledger(ledger: Ledger, config: Config, clock: StoryClock) -> None:
    clock.at(date(2020, 2, 17))
    second = build(config, clock=clock)

    outcomes = together(lambda: begin(ledger.context, FOUNDERS), lambda: begin(second.context, FOUNDERS))

    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, LedgerError))
    assert refused.code in ("history-exists", "genesis-malformed")
    assert ledger.histories.size() == 5
    second.engine.dispose()


def test_services_that_start_together_over_empty_databases_all_start(config: Config, clock: StoryClock) -> None:
    built = together(*[lambda: build(config, clock=clock)] * 4)

    assert [one.histories.size() for one in built] == [0, 0, 0, 0]
    for one in built:
        one.engine.dispose()


@pytest.mark.parametrize("db", ["sqlite"])
def test_two_processes_that_register_overlapping_people_register_each_once(
    story: Story, config: Config, audit_of: Callable[[Ledger], Report]
) -> None:
    for step in (story.begins, story.authorities, story.staff):
        step()
    before = people(story.ledger)
    officer, now = str(story.officers["petugas"]), str(story.clock())

    where = [config.database, config.keys_database, config.keys, now, "register", officer]
    started = [subprocess.Popen([sys.executable, CHILD], stdin=PIPE, stdout=PIPE, text=True) for _ in range(2)]
    for one, start in zip(started, ("100", "125"), strict=True):
        assert one.stdin is not None
        one.stdin.write(" ".join([*where, start]) + "\n")
        one.stdin.flush()
    (first, second) = [one.communicate(timeout=60)[0].split() for one in started]

    assert first[0] == second[0] == "ready"
    assert first[52:] == second[52:] == ["ended", "0"]
    assert first[2 + 25 : 52] == second[2 : 2 + 25]  # Between "ready", its number, and "ended".
    assert people(story.ledger) == before + 75
    assert audit_of(story.ledger).sound


def people(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(REGISTRANTS.table)) or 0)
