"""Processes that do one thing each and may be killed: a line `MAIN KEYS FOLDER NOW WHAT …` on standard input forks one.

It says "ready" and its number when it begins; how it ended is said here, which saves each the time to start Python.
"""

import os
import sys
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from ledger.application.genesis import begin
from ledger.cli.cast import FOUNDERS, invented
from ledger.cli.story import SHEET
from ledger.config import Config
from ledger.wiring import Ledger, build


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def genesis(ledger: Ledger) -> None:
    begin(ledger.context, FOUNDERS)


def import_sheet(ledger: Ledger, officer: str, training: str) -> None:
    data = (files("ledger.intake") / "samples" / SHEET).read_bytes()
    ledger.trainings.import_sheet(ledger.officers.actor(UUID(officer)), UUID(training), data, SHEET)


def approve(ledger: Ledger, officer: str, proposal: str, assertion: str) -> None:
    ledger.proposals.approve(ledger.officers.actor(UUID(officer)), UUID(proposal), bytes.fromhex(assertion))


def register(ledger: Ledger, officer: str, start: str) -> None:
    """50 people with serials from `start` on."""
    actor = ledger.officers.actor(UUID(officer))
    for serial in range(int(start), int(start) + 50):
        say(ledger.registrants.register(actor, invented("Orang Banyak", serial))["registrant"])


def run(database: str, keys_database: str, folder: str, now: str, what: str, *rest: str) -> None:
    config = Config(database=database, keys_database=keys_database, keys=str(Path(folder)))
    ledger = build(config, clock=lambda: int(now))
    say("ready", os.getpid())
    {"genesis": genesis, "import": import_sheet, "approve": approve, "register": register}[what](ledger, *rest)


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run(*line.split())
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        say("ended", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
