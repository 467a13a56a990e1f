"""One stream as it stood at a cut through the history, and where its certificate stood then."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger.credentials.standing import Standing, State, end_of, status, validity
from ledger.credentials.verdict import Reason
from ledger.database import Row
from ledger.domain.values import from_days, start_of
from ledger.errors import NotFoundError
from ledger.events import Record, decode, payload_of
from ledger.projections.as_of import Cut, folded
from ledger.store import recorder
from ledger.view import View


def records(connection: Connection, stream: bytes) -> list[Record]:
    """Every event of a stream, oldest first."""
    return [read(entry) for entry in recorder.stream(connection, UUID(bytes=stream))]


def read(entry: bytes) -> Record:
    """A signed entry of the history as an event."""
    return decode(payload_of(entry), entry)


def row_at(connection: Connection, view: View, stream: bytes, cut: Cut) -> Row | None:
    """None: it was not there then."""
    return folded(view, filter(cut.counts, records(connection, stream)))


def require_at(connection: Connection, view: View, stream: bytes, cut: Cut, named: object) -> Row:
    """Raises: NotFoundError: `not-there-then`."""
    row = row_at(connection, view, stream, cut)
    if row is None:
        raise NotFoundError("not-there-then", of=view.noun.TOPIC, got=named, on=cut.day)
    return row


def standing_on(row: Row, holder: str, day: date) -> Reason:
    """What a verdict would have said of this certificate that day, as far as the register decides it."""
    state = State(row["state"])
    if holder == "erased" and state not in (State.REVOKED, State.ANNULLED):
        state = State.ERASED
    known = Standing(state=state, since=_day(row["since"]), until=_day(row["until"]))
    now = start_of(day)
    checks = status(known, now), validity(start_of(from_days(row["begins"])), end_of(_day(row["through"])), now)
    return next((check.reason for check in checks if check.reason is not None), Reason.VALID)


def answered(cut: Cut) -> dict[str, Any]:
    """The question, as it stands in its answer."""
    return {"as_of": cut.day.isoformat(), "by": "recorded" if cut.recorded else "effective"}


def iso(days: int | None) -> str | None:
    day = _day(days)
    return None if day is None else day.isoformat()


def _day(days: int | None) -> date | None:
    return None if days is None else from_days(days)
