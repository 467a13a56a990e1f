"""A process that does one thing and may be killed: `child.py MAIN KEYS FOLDER NOW WHAT …`; it says "ready" first."""

import sys
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from ledger.application.genesis import begin
from ledger.cli.story import FOUNDERS, SHEET, invented
from ledger.config import Config
from ledger.wiring import Ledger, build


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
        print(ledger.registrants.register(actor, invented("Orang Banyak", serial))["registrant"])


def main(database: str, keys_database: str, folder: str, now: str, what: str, *rest: str) -> None:
    config = Config(database=database, keys_database=keys_database, keys=str(Path(folder)))
    ledger = build(config, clock=lambda: int(now))
    print("ready", flush=True)
    {"genesis": genesis, "import": import_sheet, "approve": approve, "register": register}[what](ledger, *rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
