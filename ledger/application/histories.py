"""Reading the history: a certificate's events, its size, rebuilding the read models."""

from typing import Any

from ledger.advance import advance
from ledger.application.context import Context, Progress, no_progress
from ledger.database import VIEWS, chunks, reading, writing
from ledger.errors import NotFoundError
from ledger.events import PLANS, Record, decode, payload_of
from ledger.projections.certificates import CERTIFICATES
from ledger.store import recorder
from ledger.view import Models


class Histories:
    def __init__(self, context: Context) -> None:
        self._context = context

    def size(self) -> int:
        """Events in the history."""
        with reading(self._context.history.engine) as connection:
            return recorder.head(connection)[0]

    def of_certificate(self, number: str) -> list[dict[str, Any]]:
        """Every event that this certificate rests on, oldest first: person, training, assessment, decree, approval.

        Raises: NotFoundError.
        """
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            found = models.find(CERTIFICATES, "number", number)
            if not found:
                raise NotFoundError("not-found", of="certificate", got=number)
            row = found[0]
            named = ("id", "registrant", "assessment", "participation", "proposal", "decree", "scheme")
            streams = [row[column] for column in named if row[column] is not None]
            where = recorder.positions(connection, streams)
            entries = [entry for p in where for _, entry, _ in recorder.entries(connection, p, p + 1)]
        return [described(decode(payload_of(entry))) for entry in entries]

    def rebuild(self, progress: Progress = no_progress) -> int:
        """Deletes every read model and folds the history anew, in one transaction. Returns the number of events."""
        with writing(self._context.history.engine) as connection:
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
