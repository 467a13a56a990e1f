"""The pseudonymous read models as of a moment, in an SQLite file that any tool opens.

It needs entries only: those of a store, or of a bundle that was carried away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table

from ledger.advance import advance
from ledger.audit.files import new_file
from ledger.audit.replay import Entry, Progress
from ledger.database import BIG, VIEWS, chunks, open_database, put, writing
from ledger.events import Record, decode, payload_of
from ledger.projections.as_of import Moment
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.view import Models

ABOUT = MetaData()
# What the file is: one row, beside the read models.
REPLAYED = Table(
    "replayed",
    ABOUT,
    Column("origin", String, nullable=False),
    Column("events", BIG, nullable=False),  # Those at the positions before this.
    Column("recorded", BIG, nullable=False),  # ms UTC, of the last of them
    Column("root_hash", String, nullable=False),  # RFC 6962, over their entries; hex
)
RUN = 500  # Events that are folded together; the answer does not depend on it.


@dataclass
class Replayed:
    """What was folded: `events` of them, the last recorded at `recorded`, ms UTC; their tree."""

    events: int = 0
    recorded: int = 0
    open_batch: bytes | None = None

    def __post_init__(self) -> None:
        self.frontier = Frontier()

    def row(self, origin: str) -> dict[str, Any]:
        root = self.frontier.root().hex()
        return {"origin": origin, "events": self.events, "recorded": self.recorded, "root_hash": root}


def upto(entries: Iterable[Entry], until: Moment) -> Iterator[Record]:
    """The events before a moment; what is recorded never goes back, so the first that lies beyond ends it."""
    for position, entry, _ in entries:
        record = decode(payload_of(entry), entry)
        if not until.covers(position, record.recorded):
            return
        yield record


def materialise(
    entries: Iterable[Entry], file: Path, *, origin: str, until: Moment, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """Folds the history up to `until` into a new file, every rule asked again; returns its row of `replayed`.

    Signatures and the chain are for the audit to verify. A crash leaves no file of this name.

    Raises:
        InputError: `file-exists`, `file-not-writable`, `position-unknown`; `event-malformed` and the like.
        RuleError: a rule refuses an event.
    """
    with new_file(file) as work:
        engine = open_database(f"sqlite:///{work}")
        try:
            with writing(engine) as connection:
                VIEWS.create_all(connection)
                ABOUT.create_all(connection)
                done = _fold(connection, upto(entries, until), origin, progress)
                until.require_within(done.events)
                put(connection, REPLAYED, [done.row(origin)])
            with engine.connect() as connection:  # One file, which opens also where nothing may be written.
                connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        finally:
            engine.dispose()
    return done.row(origin)


def _fold(connection: Connection, records: Iterable[Record], origin: str, progress: Progress) -> Replayed:
    done = Replayed()
    for run in chunks(records, RUN):
        models = Models(connection, origin)
        models.open_batch = done.open_batch
        advance(models, run)
        done.open_batch = models.open_batch
        for record in run:
            done.frontier.append(leaf_hash(record.entry))
        done.events, done.recorded = run[-1].position + 1, run[-1].recorded
        progress(done.events)
    return done
