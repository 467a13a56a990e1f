"""Who is tested together: one scheme, one day. What has been scored, and what follows from it, for the desk."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, true

from ledger.application import scope
from ledger.application.context import Answer, Context
from ledger.application.registrants import name_in
from ledger.application.scope import ALL, Sight
from ledger.database import Row, reading, writing
from ledger.domain.assessments import COMPETENT, NOT_YET_COMPETENT
from ledger.domain.values import from_days, to_days
from ledger.errors import NotFoundError
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.columns import read
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES, editions
from ledger.projections.trainings import TRAININGS
from ledger.view import Models

TABLE, TAKEN = ASSESSMENTS.table, PARTICIPATIONS.table
PURPOSE = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`dimensions` as its edition asks; `candidates` in the order in which they were scheduled; `assessors` by name,
    in the order in which they were typed; None: not seen, or erased."""

    kind: str
    on: date
    dimensions: tuple[str, ...]
    candidates: list[Answer]
    assessors: dict[UUID, str | None]

    def of_state(self, state: str) -> list[Answer]:
        return [one for one in self.candidates if one["state"] == state]


class Candidates:
    """Of the authority in whose name an officer acts."""

    def __init__(self, context: Context) -> None:
        self._context, self._engine = context, context.history.engine

    def batches(
        self, authority: str, *, sight: Sight = ALL, after: tuple[date, UUID] | None = None, limit: int = 50
    ) -> list[Answer]:
        """The newest day first, after one of them; with how many candidates who are seen are in which state."""
        own = (TABLE.c.authority == authority, _seen(sight))
        days = select(TABLE.c.scheme, TABLE.c.tested).where(*own).distinct()
        if after is not None:
            day, last = to_days(after[0]), after[1].bytes
            days = days.where((TABLE.c.tested < day) | ((TABLE.c.tested == day) & (TABLE.c.scheme > last)))
        days = days.order_by(TABLE.c.tested.desc(), TABLE.c.scheme).limit(limit)
        counts: dict[tuple[bytes, int], Counter[str]] = {}
        with reading(self._engine) as connection:
            for scheme, tested in connection.execute(days):
                counts[scheme, tested] = Counter()
            held = select(TABLE.c.scheme, TABLE.c.tested, TABLE.c.state, func.count())
            held = held.where(*own, TABLE.c.tested.in_({tested for _, tested in counts}))
            held = held.group_by(TABLE.c.scheme, TABLE.c.tested, TABLE.c.state)
            for scheme, tested, state, n in connection.execute(held):
                if (scheme, tested) in counts:
                    counts[scheme, tested][state] += n
            models = self._models(connection)
            kinds = {scheme: (models.get(SCHEMES, scheme) or {})["kind"] for scheme, _ in counts}
        return [
            {"scheme": UUID(bytes=scheme), "kind": kinds[scheme], "on": from_days(tested), "states": dict(states)}
            for (scheme, tested), states in counts.items()
        ]

    def batch(self, authority: str, scheme: UUID, on: date, *, reader: str, sight: Sight = ALL) -> Batch:
        """With the names of those candidates who are seen, and of those assessors who are seen, as persons or as
        officers, for anybody's number can be typed as an assessor's; the look is noted.

        Raises: NotFoundError: nobody was tested so.
        """
        wanted = select(TABLE).where(TABLE.c.authority == authority, TABLE.c.scheme == scheme.bytes)
        wanted = wanted.where(TABLE.c.tested == to_days(on)).order_by(TABLE.c.id)
        wanted = wanted.where(_seen(sight))
        with writing(self._engine) as connection:
            rows = [dict(row) for row in connection.execute(wanted).mappings()]
            found = self._models(connection).get(SCHEMES, scheme.bytes)
            if not rows or found is None:
                raise NotFoundError("not-found", of="assessment", got=scheme)
            assessors = [UUID(hex=one) for one in dict.fromkeys(id for row in rows for id in read(row, "assessors"))]
            known = {id for id in assessors if self._knows(connection, id, sight)}
            named = {*known, *(UUID(bytes=row["registrant"]) for row in rows)}
            opened = self._context.vault.open_many(connection, named, "identity", reader=reader, purpose=PURPOSE)
        names = {id: name_in(identity) for id, identity in opened.items()}
        edition = next(one for one in editions(found) if one["edition"] == rows[0]["edition"])
        return Batch(
            kind=found["kind"],
            on=on,
            dimensions=tuple(edition["dimensions"]),
            candidates=[_candidate(row, names) for row in rows],
            assessors={id: names.get(id) for id in assessors},
        )

    def _knows(self, connection: Connection, person: UUID, sight: Sight) -> bool:
        offices = self._models(connection).find(OFFICERS, "person", person.bytes)
        held = any(row["state"] == "appointed" and sight.covers(row) for row in offices)
        return held or scope.near(connection, person.bytes, sight)

    def require_training(self, training: UUID, sight: Sight) -> None:
        """Raises: NotFoundError: there is none, or it is not seen."""
        with reading(self._engine) as connection:
            row = self._models(connection).get(TRAININGS, training.bytes)
        if row is None or not sight.covers(row):
            raise NotFoundError("not-found", of="training", got=training)

    def decided_by(self, assessment: UUID) -> UUID:
        """The decree of a result that is final."""
        with reading(self._engine) as connection:
            return UUID(
                bytes=connection.execute(select(TABLE.c.decree).where(TABLE.c.id == assessment.bytes)).scalar_one()
            )

    def completed(self, training: UUID) -> list[UUID]:
        """Who completed this training."""
        with reading(self._engine) as connection:
            wanted = select(TAKEN.c.registrant).where(TAKEN.c.training == training.bytes, TAKEN.c.state == "completed")
            return [UUID(bytes=id) for id in connection.scalars(wanted.order_by(TAKEN.c.position))]

    def schemes(self, authority: str) -> list[tuple[UUID, str]]:
        """Id and kind of those that have an edition."""
        with reading(self._engine) as connection:
            rows = self._models(connection).every(SCHEMES)
        own = [row for row in rows if row["authority"] == authority and editions(row)]
        return [(UUID(bytes=row["id"]), str(row["kind"])) for row in sorted(own, key=lambda row: str(row["kind"]))]

    def trainings(self, authority: str, *, sight: Sight = ALL) -> list[tuple[UUID, str, date]]:
        """Id, programme and last day of those that are closed and seen, the newest first."""
        table = TRAININGS.table
        wanted = select(table).where(table.c.authority == authority, table.c.state == "closed")
        wanted = wanted.where(scope.trainings(sight))
        with reading(self._engine) as connection:
            rows = [
                dict(row) for row in connection.execute(wanted.order_by(table.c.position.desc()).limit(200)).mappings()
            ]
        return [(UUID(bytes=row["id"]), row["programme"], from_days(read(row, "days")[-1])) for row in rows]

    def _models(self, connection: Any) -> Models:
        return Models(connection, self._context.config.origin)


def _seen(sight: Sight) -> scope.Condition:
    people = REGISTRANTS.table
    return true() if sight == ALL else TABLE.c.registrant.in_(select(people.c.id).where(scope.registrants(sight)))


def _candidate(row: Row, names: dict[UUID, str]) -> Answer:
    results = read(row, "results")
    scored = bool(results)
    competent = scored and set(results.values()) == {COMPETENT}
    return {
        "assessment": UUID(bytes=row["id"]),
        "registrant": UUID(bytes=row["registrant"]),
        "name": names.get(UUID(bytes=row["registrant"])),
        "state": row["state"],
        "results": results,
        "outcome": (COMPETENT if competent else NOT_YET_COMPETENT) if scored else None,
    }
