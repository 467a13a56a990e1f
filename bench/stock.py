"""The same registration in the library's own application and recorder: neither signed nor projected, no rule asked."""

import os
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Registrant(Aggregate):
    @event("Created")
    def __init__(self, identity: str, region: str, adult: bool) -> None:
        self.identity, self.region, self.adult = identity, region, adult


class Stock:
    """On SQLite: WAL, and `synchronous` as the library leaves it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._application: Application = Application(environment)

    @classmethod
    def on_sqlite(cls, file: Path) -> "Stock":
        return cls({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)})

    def setting(self, pragma: str) -> Any:
        with self._application.recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            return cursor.fetchone()[0]

    def close(self) -> None:
        self._application.close()

    def singly(self, count: int) -> int:
        for _ in range(count):
            self.at_once(1)
        return count

    def at_once(self, count: int) -> int:
        self._application.save(*[_somebody() for _ in range(count)])
        return count


def _somebody() -> Registrant:
    return Registrant(os.urandom(32).hex(), "32.75", True)


def durability(file: Path) -> str:
    """As the library's own connection to this file has it."""
    stock = Stock.on_sqlite(file)
    journal, synchronous = stock.setting("journal_mode"), stock.setting("synchronous")
    stock.close()
    return f"journal_mode={journal}, synchronous={('OFF', 'NORMAL', 'FULL', 'EXTRA')[synchronous]}"
