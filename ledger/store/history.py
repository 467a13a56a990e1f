"""The writer's turn: load, decide, sign and append in one transaction, alone from the first read to the commit."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import project_aggregate
from sqlalchemy import Connection, Engine

from ledger.database import Row, reading, writing
from ledger.domain.lifecycle import Noun
from ledger.domain.values import legal_day, new_id
from ledger.errors import ConflictError, NotFoundError, RuleError, StoreError
from ledger.events import KINDS, Fact, Record, decode, encode, payload_of
from ledger.signing.cose import Signer
from ledger.store import published, recorder, requests, sessions
from ledger.transparency.merkle import leaf_hash
from ledger.view import Models

Clock = Callable[[], int]  # ms UTC
Advance = Callable[[Models, Sequence[Record]], None]
N = TypeVar("N", bound=Noun)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: an officer's stream in a capacity, for an authority; all empty for the service itself."""

    officer: UUID | None = None
    authority: str | None = None
    capacity: str = ""
    request: requests.Request | None = None  # With which idempotency key, if any
    session: bytes | None = None  # Hash of the session at the desk, which may have ended meanwhile
    seen: tuple[UUID, int] | None = None  # The record that a form was filled in for, and its version then


SERVICE = Actor()


class AnsweredBefore(Exception):  # noqa: N818 - no error: the request was done before, and this is its answer.
    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer = answer


@dataclass(eq=False)
class Turn:
    """One writer's transaction. `now` was read under the lock; it is never less than the last event's, and
    never a little less than the second of the last published lists, which cover all that was recorded before it."""

    connection: Connection
    signer: Signer
    advance: Advance
    origin: str
    actor: Actor
    now: int
    position: int
    rehearsing: bool = False
    open_batch: bytes | None = None
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return legal_day(self.now)

    def new_id(self) -> UUID:
        return new_id(self.now)

    def reply(self, **answer: Any) -> dict[str, Any]:
        """The command's answer, kept for a repetition of the same request; never personal data."""
        self.answer = answer | {"size": self.position}
        return self.answer

    def models(self) -> Models:
        models = Models(self.connection, self.origin, rehearsing=self.rehearsing)
        models.open_batch = self.open_batch
        return models

    def get(self, noun: type[N], id: UUID) -> N:
        """The aggregate, folded from its events. Raises: NotFoundError."""
        entries = recorder.stream(self.connection, id)
        events = [decode(payload_of(entry)).event for entry in entries]
        if not events or KINDS[events[0].TOPIC][1] is not noun:
            raise NotFoundError("not-found", of=noun.TOPIC, got=id)
        return cast("N", project_aggregate(None, iter(events)))

    def save(self, *aggregates: Noun, effective: date | None = None, actor: Actor | None = None) -> list[Record]:
        """Rules, read models, signatures and rows for all pending events, in the order given.

        Raises: RuleError: nothing of the transaction is kept then.
        """
        events = [cast("Fact", event) for aggregate in aggregates for event in aggregate.collect_events()]
        return self.append(events, effective=effective, actor=actor)

    def append(self, events: Sequence[Fact], *, effective: date | None, actor: Actor | None = None) -> list[Record]:
        who, day, start = actor or self.actor, effective or self.today, self.position
        records = [
            Record(start + n, self.now, day, who.authority, who.officer, who.capacity, event)
            for n, event in enumerate(events)
        ]
        payloads = list(map(encode, records))
        entries = payloads if self.rehearsing else self.signer.sign_all(payloads)  # What is only tried is not signed.
        for record, entry in zip(records, entries, strict=True):
            record.entry = entry
        models = self.models()
        self.advance(models, records)
        self.open_batch = models.open_batch
        recorder.append(self.connection, [row_of(record) for record in records])
        self.position += len(records)
        return records


def row_of(record: Record) -> Row:
    """The row of a signed event in the events table."""
    return {
        "position": record.position,
        "stream": record.stream,
        "version": record.event.originator_version,
        "recorded": record.recorded,
        "entry": record.entry,
        "leaf": leaf_hash(record.entry),
    }


def _require_unchanged(connection: Connection, actor: Actor) -> None:
    """Raises: ConflictError: `form-stale`, with the kinds of what was written since and the version now."""
    if actor.seen is None:
        return
    stream, version = actor.seen
    later = recorder.stream(connection, stream)[version:]
    if later:
        kinds = [decode(payload_of(entry)).event.TOPIC for entry in later]
        raise ConflictError("form-stale", what=kinds, version=version + len(later))


@dataclass(eq=False)
class History:
    """Opens writer's turns on the one event store. It is handed `advance` and `signer`: it imports no read model."""

    engine: Engine
    signer: Callable[[Connection], Signer]  # By the key list in force, which another process may have changed.
    advance: Advance
    origin: str
    clock: Clock

    @contextmanager
    def writing(self, actor: Actor = SERVICE, *, signer: Signer | None = None) -> Iterator[Turn]:
        """A crash before the commit leaves nothing of the turn; after it, all of it.

        Raises: AuthenticationError: the actor's session has ended; ConflictError: `form-stale`.
        """
        with writing(self.engine) as connection:
            position, last = recorder.head(connection)
            now = published.not_covered(connection, max(self.clock(), last))
            if actor.session is not None:
                sessions.require(connection, actor.session, self.clock())
            if actor.request is not None and (before := requests.done(connection, actor.request)) is not None:
                raise AnsweredBefore(before)
            _require_unchanged(connection, actor)
            turn = Turn(connection, signer or self.signer(connection), self.advance, self.origin, actor, now, position)
            yield turn
            if turn.open_batch is not None:
                raise RuleError("batch-incomplete", rule="R25")
            if actor.request is not None:
                written = range(position, turn.position)
                requests.keep(connection, actor.request, json.dumps(turn.answer), now, written)

    def require_new(self, actor: Actor) -> None:
        """Before long work of which a repetition needs nothing. Raises: AnsweredBefore."""
        if actor.request is not None:
            with reading(self.engine) as connection:
                before = requests.done(connection, actor.request)
            if before is not None:
                raise AnsweredBefore(before)

    @contextmanager
    def rehearsing(self, turn: Turn) -> Iterator[Turn]:
        """The same transaction, everything undone at the end: acts are tried before they are proposed."""
        nested = turn.connection.begin_nested()
        try:
            yield Turn(
                turn.connection,
                turn.signer,
                self.advance,
                self.origin,
                turn.actor,
                turn.now,
                turn.position,
                rehearsing=True,
            )
        finally:
            nested.rollback()

    def require_empty(self) -> None:
        """Raises: StoreError: there is a history already."""
        with self.engine.connect() as connection:
            if recorder.head(connection)[0]:
                raise StoreError("history-exists")
