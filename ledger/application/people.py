"""One person as the desk sees them: what the register says today, everything that happened, who looked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.application import past, scope
from ledger.application.context import Answer, Context
from ledger.application.registrants import name_in
from ledger.application.scope import ALL, Sight
from ledger.database import Row, reading, writing
from ledger.domain.values import from_days, legal_day
from ledger.errors import InputError, NotFoundError
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.equivalences import EQUIVALENCES
from ledger.projections.officers import OFFICERS, roles
from ledger.projections.papers import PAPERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES
from ledger.projections.trainings import TRAININGS
from ledger.store import recorder
from ledger.vault import reads
from ledger.vault.vault import IDENTITY
from ledger.view import Models, View

LOOKS = 50  # Of the newest looks at a person's data, how many are shown.
REASONS = ("correction", "delivery", "question", "request")  # For which a sealed identity is opened.


class People:
    def __init__(self, context: Context) -> None:
        self._context, self._engine = context, context.history.engine

    def show(self, id: UUID, *, reader: str, sight: Sight = ALL) -> Answer:
        """What the register says of this person today, with the name; the look is noted. `name` None: erased.

        Raises: NotFoundError: also where the person is not seen.
        """
        with writing(self._engine) as connection:
            models = self._models(connection)
            row = self._require(models, id, sight)
            opened = self._context.vault.open_many(connection, [id], IDENTITY, reader=reader, purpose="person")
            certificates = sorted(models.find(CERTIFICATES, "registrant", id.bytes), key=_by_position)
            models.prefetch_by(PAPERS, "certificate", [one["id"] for one in certificates])
            taken = sorted(models.find(PARTICIPATIONS, "registrant", id.bytes), key=_by_position)
            models.prefetch(TRAININGS, [one["training"] for one in taken])
            today = legal_day(self._context.history.clock())
            return {
                "registrant": str(id),
                "version": row["version"],
                "state": row["state"],
                "region": row["region"],
                "adult": row["adult"] == "yes",
                "name": name_in(opened[id]) if id in opened else None,
                "certificates": [
                    _certificate(models, one, row["state"], today) for one in certificates if sight.of(one["authority"])
                ],
                "trainings": [told for one in taken if (told := _training(models, one, sight))],
                "officers": [
                    _office(one) for one in models.find(OFFICERS, "person", id.bytes) if sight.of(one["authority"])
                ],
            }

    def within(self, id: UUID, sight: Sight) -> bool:
        """Whether this registrant is seen."""
        with reading(self._engine) as connection:
            return scope.near(connection, id.bytes, sight)

    def identity(self, id: UUID, *, reader: str, reason: str, sight: Sight = ALL) -> Answer:
        """Who this is, opened for one of REASONS and noted.

        Raises: InputError: `reason-unknown`; NotFoundError; SealedError: `data-erased`.
        """
        if reason not in REASONS:
            raise InputError("reason-unknown", got=reason, expected=", ".join(REASONS))
        with writing(self._engine) as connection:
            self._require(self._models(connection), id, sight)
            purpose = f"identity {reason}"
            data = self._context.vault.open(connection, id, IDENTITY, reader=reader, purpose=purpose)
        return dict(data) if isinstance(data, Mapping) else {}

    def timeline(self, id: UUID, *, effective: bool = False, sight: Sight = ALL) -> list[Answer]:
        """Every event that concerns this person, oldest first: as it was recorded, or as it took effect.

        Raises: NotFoundError.
        """
        with reading(self._engine) as connection:
            models = self._models(connection)
            self._require(models, id, sight)
            streams = {id.bytes: "", **_own(connection, id.bytes, sight)}
            for row in models.find(OFFICERS, "person", id.bytes):
                if sight.of(row["authority"]):
                    streams[row["id"]] = row["office"]
            held = models.find(CERTIFICATES, "registrant", id.bytes)
            numbers = {row["id"]: row["number"] for row in held if sight.of(row["authority"])}
            streams |= numbers
            streams.update(_beside(models, numbers))
            records = [past.read(entry) for entry in recorder.streams(connection, streams)]
            offices = _offices(models, {r.actor.bytes for r in records if r.actor})
        records.sort(key=lambda r: (r.effective, r.position) if effective else (r.day, r.position))
        return [
            {
                "kind": r.event.TOPIC,
                "about": streams[r.stream],
                "recorded": r.recorded,
                "effective": r.effective,
                "backdated": r.effective < r.day,
                "by": offices.get(r.actor.bytes if r.actor else b"", r.capacity),
                "position": r.position,
            }
            for r in records
        ]

    def looks(self, id: UUID, *, sight: Sight = ALL) -> list[Answer]:
        """Who looked at this person's data, the newest first; `office` of an officer. Raises: NotFoundError."""
        with reading(self._engine) as connection:
            models = self._models(connection)
            self._require(models, id, sight)
            found = reads.latest(connection, id, LOOKS)
            offices = _offices(models, {reader for look in found if (reader := _officer(look.reader))})
        return [
            {"at": look.at, "reader": look.reader, "purpose": look.purpose, "field": look.field}
            | {"office": offices.get(_officer(look.reader) or b"")}
            for look in found
        ]

    def _require(self, models: Models, id: UUID, sight: Sight) -> Row:
        row = models.get(REGISTRANTS, id.bytes)
        if row is None or not scope.near(models.connection, id.bytes, sight):
            raise NotFoundError("not-found", of="registrant", got=id)
        return row

    def _models(self, connection: Connection) -> Models:
        return Models(connection, self._context.config.origin)


def _own(connection: Connection, person: bytes, sight: Sight) -> dict[bytes, str]:
    """Trainings taken, assessments and accepted equivalents, each by what it was in."""
    taken, tested, accepted = PARTICIPATIONS.table, ASSESSMENTS.table, EQUIVALENCES.table
    trainings, schemes, decrees = TRAININGS.table, SCHEMES.table, DECREES.table
    wanted = (
        select(taken.c.id, trainings.c.programme, trainings.c.authority)
        .join(trainings, trainings.c.id == taken.c.training)
        .where(taken.c.registrant == person),
        select(tested.c.id, schemes.c.kind, tested.c.authority)
        .join(schemes, schemes.c.id == tested.c.scheme)
        .where(tested.c.registrant == person),
        select(accepted.c.id, accepted.c.tier, decrees.c.authority)
        .join(decrees, decrees.c.id == accepted.c.decree)
        .where(accepted.c.registrant == person),
    )
    found = (row for one in wanted for row in connection.execute(one))
    return {id: about for id, about, authority in found if sight.of(authority)}


def _beside(models: Models, numbers: Mapping[bytes, str]) -> dict[bytes, str]:
    """What was printed of these certificates, under their numbers."""
    found: dict[bytes, str] = {}
    for view in BESIDE:
        models.prefetch_by(view, "certificate", numbers)
        for id, number in numbers.items():
            found.update((row["id"], number) for row in models.find(view, "certificate", id))
    return found


BESIDE: tuple[View, ...] = (PAPERS, DELIVERIES)


def _certificate(models: Models, row: Row, holder: str, today: Any) -> Answer:
    return {
        "number": row["number"],
        "kind": row["kind"],
        "state": row["state"],
        "standing": past.standing_on(row, holder, today),
        "begins": from_days(row["begins"]),
        "through": None if row["through"] is None else from_days(row["through"]),
        "papers": len(models.find(PAPERS, "certificate", row["id"])),
    }


def _training(models: Models, row: Row, sight: Sight) -> Answer | None:
    training = models.get(TRAININGS, row["training"]) or {}
    if not sight.of(training["authority"]):
        return None
    return {
        "training": str(UUID(bytes=row["training"])),
        "programme": training["programme"],
        "on": from_days(read(training, "days")[0]),
        "group": row["group_code"],
        "state": row["state"],
    }


def _office(row: Row) -> Answer:
    return {
        "office": row["office"],
        "authority": row["authority"],
        "roles": roles(row),
        "begins": from_days(row["begins"]),
        "ends": None if row["ends"] is None else from_days(row["ends"]),
        "state": row["state"],
    }


def _offices(models: Models, ids: set[bytes]) -> dict[bytes, str]:
    models.prefetch(OFFICERS, ids)
    rows = {id: models.get(OFFICERS, id) for id in ids}
    return {id: f"{row['office']}, {row['authority']}" for id, row in rows.items() if row}


def _officer(reader: str) -> bytes | None:
    """The stream of a reader that is an officer."""
    try:
        return UUID(reader).bytes
    except ValueError:
        return None


def _by_position(row: Row) -> int:
    return int(row["position"])
