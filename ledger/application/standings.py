"""Certificates as the desk sees them: where one stands today, all that happened to it, where an act would leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.application import acts, past, scope
from ledger.application.acts import Act, Complete
from ledger.application.context import Answer, Context
from ledger.application.scope import ALL, Sight
from ledger.application.verifications import by_token
from ledger.credentials import judge
from ledger.credentials.verdict import Verdict
from ledger.database import Row, reading
from ledger.domain.values import from_days, legal_day
from ledger.errors import NotFoundError
from ledger.projections.certificates import CERTIFICATES, REPLACED, TABLE
from ledger.projections.decrees import DECREES
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.officers import OFFICERS
from ledger.projections.papers import PAPERS
from ledger.projections.registrants import REGISTRANTS
from ledger.store import recorder
from ledger.store.history import Actor
from ledger.view import Models

BESIDE = (PAPERS, DELIVERIES)  # Streams of their own that tell of one certificate.
LONGEST = 60  # Characters of a number, or of a part of one, that is searched for.


@dataclass(frozen=True, slots=True)
class Preview:
    """What whoever scans the paper that is out there is told, before the acts and after."""

    before: Verdict
    after: Verdict


class Standings:
    def __init__(self, context: Context, minting: Mapping[str, Complete]) -> None:
        self._context, self._minting, self._engine = context, minting, context.history.engine

    def listed(self, *, sight: Sight = ALL, asked: str = "", after: str = "", limit: int = 50) -> list[Answer]:
        """In the order of their numbers, after a cursor. `asked`: a number or a part of one, as typed."""
        holder = REGISTRANTS.table.alias("holder")
        wanted = select(TABLE, holder.c.state.label("holder")).join(holder, holder.c.id == TABLE.c.registrant)
        if not asked.isprintable():  # No number is so, and a database may refuse to look.
            return []
        numbers = scope.numbers(sight, after, limit, judge.as_printed(asked[:LONGEST]))
        wanted = wanted.where(TABLE.c.number.in_(numbers)).order_by(TABLE.c.number)
        today = legal_day(self._context.history.clock())
        with reading(self._engine) as connection:
            rows = [dict(row) for row in connection.execute(wanted).mappings()]
        return [
            {
                "number": row["number"],
                "kind": row["kind"],
                "standing": past.standing_on(row, row["holder"], today),
                "signed": from_days(row["signed"]),
                "through": _day(row["through"]),
            }
            for row in rows
        ]

    def show(self, number: str, *, sight: Sight = ALL) -> Answer:
        """Pseudonymous. Raises: NotFoundError: also where it is not seen."""
        with reading(self._engine) as connection:
            models = self._models(connection)
            row, holder = self._require(models, number, sight)
            decree = models.get(DECREES, row["decree"]) if row["decree"] else None
            successor = models.get(CERTIFICATES, row["successor"]) if row["successor"] else None
            renewed = select(TABLE.c.number).where(TABLE.c.successor == row["id"])
            return {
                "id": UUID(bytes=row["id"]),
                "version": row["version"],
                "number": number,
                "kind": row["kind"],
                "authority": row["authority"],
                "state": row["state"],
                "registrant": UUID(bytes=row["registrant"]),
                "holder": holder["state"],
                # Only then is there a page of the holder to go to.
                "near": scope.near(connection, row["registrant"], sight),
                "decided": from_days(row["decided"]),
                "signed": from_days(row["signed"]),
                "begins": from_days(row["begins"]),
                "through": _day(row["through"]),
                "since": _day(row["since"]),
                "until": _day(row["until"]),
                "alone": row["state"] == "suspended" and row["by_approval"] == 0,
                "decree": decree and decree["decree_number"],
                "reason": row["reason"],
                "successor": successor and successor["number"],
                "renewed": connection.execute(renewed).scalar(),
                "papers": _papers(models, row["id"]),
                "verdict": self._verdict(connection, row),
            }

    def timeline(self, number: str, *, effective: bool = False, sight: Sight = ALL) -> list[Answer]:
        """Its own events, what was printed and how it was delivered: as recorded, or as it took effect, oldest first.

        Raises: NotFoundError.
        """
        with reading(self._engine) as connection:
            models = self._models(connection)
            row, _ = self._require(models, number, sight)
            streams = [row["id"]]
            for view in BESIDE:
                streams += [one["id"] for one in models.find(view, "certificate", row["id"])]
            records = [past.read(entry) for entry in recorder.streams(connection, streams)]
            decrees = {r.position: _decree(models, r.event) for r in records}
            offices = {r.position: _office(models, r.actor) for r in records}
        records.sort(key=lambda r: (r.effective, r.position) if effective else (r.day, r.position))
        return [
            {
                "kind": r.event.TOPIC,
                "recorded": r.recorded,
                "effective": r.effective,
                "backdated": r.effective < r.day,
                "by": offices[r.position],
                "decree": decrees[r.position],
                "reason": getattr(r.event, "reason", None),
                "blank": getattr(r.event, "blank", None),
                "position": r.position,
            }
            for r in records
        ]

    def preview(self, actor: Actor, number: str, batch: Sequence[Act], *, effective: date | None = None) -> Preview:
        """Tries the acts and undoes them. Raises: RuleError: a rule refuses one; NotFoundError; InputError."""
        history, trying = self._context.history, replace(actor, request=None, seen=None)
        with history.writing(trying) as turn:
            row, _ = self._require(turn.models(), number, ALL)
            before = self._verdict(turn.connection, row)
            with history.rehearsing(turn) as tried:
                day = effective or turn.today
                acts.carry_out(tried, batch, turn.new_id(), effective=day, actor=trying, complete=self._minting)
                after = self._verdict(tried.connection, row)
        return Preview(before, after)

    def _verdict(self, connection: Connection, row: Row) -> Verdict:
        """Of the paper that bears the row's code, as the register has it; a signature is not asked for."""
        now = self._context.history.clock() // 1000
        return judge.judge_entry(row["number"], register=lambda _: by_token(connection, row["token"]), now=now)

    def _require(self, models: Models, number: str, sight: Sight) -> tuple[Row, Row]:
        seen = select(TABLE.c.id).where(TABLE.c.number == number, scope.certificates(sight))
        id = models.connection.execute(seen).scalar()
        row = models.get(CERTIFICATES, id) if id else None
        if row is None:
            raise NotFoundError("not-found", of="certificate", got=number)
        return row, models.get(REGISTRANTS, row["registrant"]) or {}

    def _models(self, connection: Connection) -> Models:
        return Models(connection, self._context.config.origin)


def _papers(models: Models, id: bytes) -> Answer:
    """How many copies were printed, onto which blanks, and how often the paper was replaced."""
    printed = models.find(PAPERS, "certificate", id)
    return {
        "copies": len(printed),
        "blanks": sorted(one["blank"] for one in printed if one["blank"]),
        "replaced": len(models.find(REPLACED, "certificate", id)),
    }


def _decree(models: Models, event: Any) -> str | None:
    id = getattr(event, "decree", None)
    row = models.get(DECREES, id.bytes) if isinstance(id, UUID) else None
    return None if row is None else str(row["decree_number"])


def _office(models: Models, actor: UUID | None) -> str | None:
    row = models.get(OFFICERS, actor.bytes) if actor else None
    return None if row is None else f"{row['office']}, {row['authority']}"


def _day(days: int | None) -> date | None:
    return None if days is None else from_days(days)
