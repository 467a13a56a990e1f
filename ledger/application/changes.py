"""What changed between two places in the history, by person and by certificate; ids and numbers, no names."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from uuid import UUID

from sqlalchemy import Connection

from ledger.application import past
from ledger.application.context import Answer
from ledger.database import Row
from ledger.events import KINDS, decode, payload_of
from ledger.projections.all import VIEWS
from ledger.projections.as_of import folded
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.registrants import REGISTRANTS
from ledger.store import recorder
from ledger.view import View

Kinds = Counter[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One stream before and after; `kinds` are the events between."""

    before: Row | None
    after: Row
    kinds: Kinds


@dataclass
class Changes:
    """Everything between two sizes of the history."""

    kinds: Kinds = field(default_factory=Counter)
    certificates: list[Change] = field(default_factory=list)
    persons: dict[bytes, Change] = field(default_factory=dict)

    def answer(self) -> Answer:
        return {
            "kinds": dict(sorted(self.kinds.items())),
            "persons": [{"registrant": str(UUID(bytes=id)), **_states(c)} for id, c in sorted(self.persons.items())],
            "certificates": [
                {"number": c.after["number"], "registrant": str(UUID(bytes=c.after["registrant"])), **_states(c)}
                for c in sorted(self.certificates, key=lambda c: str(c.after["number"]))
            ],
        }


def between(connection: Connection, start: int, stop: int) -> Changes:
    """From the events at `start` to those before `stop`; a person is changed by any event on a stream of theirs."""
    found, touched = Changes(), dict[bytes, Kinds]()
    for _, entry, (_, stream, _, _) in recorder.entries(connection, start, stop):
        touched.setdefault(stream, Counter())[decode(payload_of(entry)).event.TOPIC] += 1
    of_person = defaultdict[bytes, Kinds](Counter)
    for stream, kinds in touched.items():
        found.kinds += kinds
        view = VIEWS[KINDS[next(iter(kinds))][1]]
        change = _change(connection, view, stream, start, stop, kinds)
        if view is CERTIFICATES:
            found.certificates.append(change)
        if (person := _person(view, change.after)) is not None:
            of_person[person] += kinds
    for person, kinds in of_person.items():
        found.persons[person] = _change(connection, REGISTRANTS, person, start, stop, kinds)
    return found


def _change(connection: Connection, view: View, stream: bytes, start: int, stop: int, kinds: Kinds) -> Change:
    records = past.records(connection, stream)
    before = folded(view, takewhile(lambda r: r.position < start, records))
    return Change(before, folded(view, takewhile(lambda r: r.position < stop, records)) or {}, kinds)


def _person(view: View, row: Row) -> bytes | None:
    """Whom a stream is about: the registrant, the holder, the candidate, the officer as a natural person."""
    found: bytes | None = row["id"] if view is REGISTRANTS else row.get("registrant", row.get("person"))
    return found


def _states(change: Change) -> Answer:
    before = change.before["state"] if change.before else None
    return {"before": before, "after": change.after.get("state"), "kinds": dict(sorted(change.kinds.items()))}
