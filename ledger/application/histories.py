"""Reading the history: a certificate's events, its size, rebuilding the read models."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger.advance import advance
from ledger.application import changes, past
from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.database import VIEWS, chunks, reading, writing
from ledger.errors import InputError, NotFoundError
from ledger.events import PLANS, Record, decode, payload_of
from ledger.projections.as_of import Cut, Moment
from ledger.projections.certificates import CERTIFICATES
from ledger.store import recorder, schema
from ledger.view import Models

EVERYTHING = Cut(date.max)
BESIDE = ("registrant", "assessment", "participation", "scheme")
GROUNDS = ("decree", "proposal")


class Histories:
    def __init__(self, context: Context) -> None:
        self._context = context

    def size(self) -> int:
        """Events in the history."""
        with reading(self._context.history.engine) as connection:
            return recorder.head(connection)[0]

    def of_certificate(self, number: str, cut: Cut = EVERYTHING) -> list[dict[str, Any]]:
        """Every event that this certificate rests on, oldest first: person, training, assessment, decrees, approvals.

        As of a day: its own events that count then, each with its whole decree and proposal, whenever those were
        recorded; of the streams beside it what counts then.

        Raises: NotFoundError.
        """
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(CERTIFICATES, "number", number)
            if not found:
                raise NotFoundError("not-found", of="certificate", got=number)
            own = [r for r in past.records(connection, found[0]["id"]) if cut.counts(r)]
            if not own:
                raise NotFoundError("not-there-then", of="certificate", got=number, on=cut.day)
            beside = _of(connection, _named(own, BESIDE), cut)
            grounds = _of(connection, _named([*own, *beside], GROUNDS), EVERYTHING)
        return [described(r) for r in sorted([*own, *beside, *grounds], key=lambda r: r.position)]

    def changes(self, since: Moment, until: Moment) -> Answer:
        """What changed between. Raises: InputError: `position-unknown`, `moments-reversed`."""
        with reading(self._context.history.engine) as connection:
            start, stop = _reached(connection, since), _reached(connection, until)
            if stop < start:
                raise InputError("moments-reversed")
            return {"from": start, "to": stop} | changes.between(connection, start, stop).answer()

    def rebuild(self, progress: Progress = no_progress) -> int:
        """Deletes every read model and folds the history anew, in one transaction. Returns the number of events.

        A database that an older version made is brought up first; on PostgreSQL its owner alone may do that.
        """
        with writing(self._context.history.engine) as connection:
            schema.bring_up(connection)
            size = recorder.head(connection)[0]
            for table in VIEWS.sorted_tables:
                connection.execute(table.delete())
            open_batch = None
            for some in chunks(recorder.entries(connection)):
                models = Models(connection, self._context.config.origin)
                models.open_batch = open_batch
                advance(models, [decode(payload_of(entry), entry) for _, entry, _ in some])
                open_batch = models.open_batch
                progress(some[-1][0] + 1, size)
        return size


def _reached(connection: Connection, moment: Moment) -> int:
    moment.require_within(recorder.head(connection)[0])
    return recorder.reached(connection, moment.covers)


def _named(records: Iterable[Record], fields: Sequence[str]) -> list[bytes]:
    """The streams that these events name in these fields, each once."""
    values = (getattr(r.event, field, None) for r in records for field in fields)
    return list(dict.fromkeys(value.bytes for value in values if isinstance(value, UUID)))


def _of(connection: Connection, streams: Sequence[bytes], cut: Cut) -> list[Record]:
    return [r for stream in streams for r in past.records(connection, stream) if cut.counts(r)]


def described(record: Record) -> dict[str, Any]:
    """An event as JSON, for people and scripts; bytes as hex."""
    values = vars(record.event)
    return {
        "position": record.position,
        "recorded": record.recorded,
        "effective": record.effective.isoformat(),
        "kind": record.event.TOPIC,
        "stream": str(record.event.originator_id),
        "authority": record.authority,
        "actor": None if record.actor is None else str(record.actor),
        "capacity": record.capacity,
        "body": {n: _json(values[n]) for n, *_ in PLANS[record.event.TOPIC] if values[n] is not None},
    }


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, int | str | dict) else str(value)
