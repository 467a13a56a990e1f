"""Trainings: plan, instructors, the attendance sheet, closing with completions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.application import materials, rosters
from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.application.materials import Subjects, digest
from ledger.application.registrants import Registrants, look_up, reader_of
from ledger.database import reading, writing
from ledger.domain.participations import PRESENT, Participation
from ledger.domain.trainings import Training
from ledger.domain.values import from_days, legal_day
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.intake import attendance
from ledger.intake.roster import Expected, Roster
from ledger.intake.tables import Changes
from ledger.projections.columns import read
from ledger.projections.officers import OFFICERS
from ledger.projections.regulations import REGULATIONS
from ledger.projections.trainings import TRAININGS, page
from ledger.rules.trainings import roster, taking_part, unexplained
from ledger.store.history import Actor, Turn
from ledger.view import Models

EARLIEST, YEARS_AHEAD = 1945, 10  # No training of this republic is older; nobody plans further.


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. `answer` is kept; `roster` is for the eyes of whoever sent the file."""

    answer: Answer
    roster: Roster


class Trainings:
    def __init__(self, context: Context, registrants: Registrants) -> None:
        self._context, self._registrants = context, registrants

    def plan(  # noqa: PLR0913 - a plan has so many parts.
        self,
        actor: Actor,
        *,
        programme: str,
        activity: str,
        days: Sequence[date],
        hours: int,
        announced: int,
        quotas: Mapping[str, int],
        basis: str,
        tier: str | None = None,
        minimum_days: int | None = None,
        pilot: bool = False,
        explanation: str | None = None,
        region: str | None = None,
    ) -> Answer:
        """`hours` in JP; `region` the province that it belongs to, that of a provincial officer if absent.

        A total announced that differs from the quotas' sum wants `explanation` here, once.

        Raises: InputError: `day-out-of-range`; RuleError.
        """
        latest = legal_day(self._context.history.clock()).year + YEARS_AHEAD
        for day in days:
            if not EARLIEST <= day.year <= latest:
                raise InputError("day-out-of-range", got=day)
        (id,) = self._context.new_subjects(1)
        with self._context.history.writing(actor) as turn:
            training = Training.begin(
                id,
                programme=programme,
                activity=activity,
                authority=actor.authority,
                days=tuple(days),
                hours=hours,
                minimum_days=len(days) if minimum_days is None else minimum_days,
                announced=announced,
                quotas=dict(quotas),
                basis=basis,
                pilot=pilot,
                revoked_basis=_revoked(turn, basis),
                tier=tier,
                region=region or _own_region(turn, actor),
            )
            turn.save(training)
            if explanation is not None:
                self._explain(turn, training, "announced", None, announced, sum(quotas.values()), explanation)
            return turn.reply(training=str(id), warnings=["basis-revoked"] if _revoked(turn, basis) else [])

    def assign_instructor(self, actor: Actor, id: UUID, person: UUID, affiliation: str) -> Answer:
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            training.record(Training.InstructorAssigned, person=person, affiliation=affiliation)
            turn.save(training)
            return turn.reply(training=str(id))

    def import_sheet(
        self,
        actor: Actor,
        id: UUID,
        data: bytes,
        filename: str,
        *,
        dry_run: bool = False,
        skip_bad: bool = False,
        changes: Changes | None = None,
        also: Callable[[Turn, Answer], None] | None = None,
        progress: Progress = no_progress,
    ) -> Imported:
        """Reads the sheet outside the turn, then registers people and attendance in one transaction, or nothing.

        Nothing is written with `dry_run`, or while a row is bad unless `skip_bad`: then exactly the good rows are.
        `changes` stand in place of cells; `also` is done in the same transaction.

        Raises: InputError: `rows-bad`: `also` has nothing to stand beside, and nothing is kept as done.
        """
        sheet = self.read_sheet(id, data, filename, changes, progress)
        write = not dry_run and (skip_bad or not sheet.problems)
        spare = self._context.new_subjects(len(sheet.people) if write else 0)
        if not dry_run:  # A trial is refused nothing: its own look stays noted.
            look_up(self._context, [one.nik for one in sheet.people], reader=reader_of(actor))
        with self._context.history.writing(actor) as turn:
            sheet, fresh = rosters.fresh(self._context.vault, turn, id, sheet)
            write = write and (skip_bad or not sheet.problems)
            if write and fresh:
                rosters.record(self._context.vault, self._registrants, turn, id, fresh, spare)
            answer = {
                "training": str(id),
                "ready": len(fresh),
                "bad": len({(p.sheet, p.row) for p in sheet.problems}),
                "warnings": len(sheet.warnings),
                "already": len(sheet.people) - len(fresh),
                "written": len(fresh) if write else 0,
            }
            if also is not None:
                if not write:
                    raise InputError("rows-bad", got=answer["bad"])
                also(turn, answer)
            return Imported(turn.reply(**answer), sheet)

    def expected(self, id: UUID) -> Expected:
        """What a sheet of this training must fit. Raises: NotFoundError."""
        row = self._row(id)
        days = read(row, "days")
        return Expected(tuple(read(row, "quotas")), len(days), from_days(days[0]))

    def read_sheet(
        self,
        id: UUID,
        data: bytes,
        filename: str,
        changes: Changes | None = None,
        progress: Progress = no_progress,
    ) -> Roster:
        """Nothing is written, nobody looked up. Raises: NotFoundError; InputError: the file as a whole is refused."""
        plan = self.expected(id)
        return attendance.read(
            data,
            filename,
            groups=plan.groups,
            days=plan.days,
            first_day=plan.first_day,
            changes=changes,
            progress=progress,
        )

    def explain(self, actor: Actor, id: UUID, gap: str, explanation: str, group: str | None = None) -> Answer:
        """`gap`: "announced", or "roster" with its group. The text is sealed; the event carries its commitment."""
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            row = turn.models().get(TRAININGS, id.bytes) or {}
            quotas = read(row, "quotas")
            if gap == "announced":
                expected, found = row["announced"], sum(quotas.values())
            else:
                expected, found = quotas.get(group, 0), roster(turn.models(), id.bytes).get(group or "", 0)
            self._explain(turn, training, gap, group, expected, found, explanation)
            return turn.reply(training=str(id), open=unexplained(turn.models(), id.bytes))

    def close(self, actor: Actor, id: UUID, *, shown: str | None = None) -> Answer:
        """Closes, and signs a completion for everybody with enough days, in one transaction.

        `shown`: digest of the subjects that were read before. Raises: ConflictError: `form-stale`: others stand there.
        """
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            if shown is not None and shown != digest(
                materials.of(self._context, turn.connection, id, reader=reader_of(actor))
            ):
                raise ConflictError("form-stale")
            row = turn.models().get(TRAININGS, id.bytes) or {}
            people = taking_part(turn.models(), id.bytes)
            done = [p for p in people if p["marks"].count(PRESENT) >= row["minimum_days"]]
            training.record(Training.Closed, roster=roster(turn.models(), id.bytes), completed=len(done))
            turn.save(training)
            completed = []
            for one in sorted(done, key=_by_position):
                participation = turn.get(Participation, UUID(bytes=one["id"]))
                present = one["marks"].count(PRESENT)
                participation.record(Participation.Completed, present=present, hours=row["hours"])
                completed.append(participation)
            turn.save(*completed)
            return turn.reply(training=str(id), completed=len(done), incomplete=len(people) - len(done))

    def teach(self, actor: Actor, id: UUID, subjects: Subjects) -> Answer:
        """What certificates say of the training, before its closing; replaces an earlier list. No event tells of it.

        Raises: NotFoundError; RuleError: `training-not-open`, and as for whoever records attendance; InputError:
            `materials-differ`: not the training's hours; `materials-malformed`.
        """
        with self._context.history.writing(actor) as turn:
            materials.write(self._context, turn, id, subjects)
            return turn.reply(training=str(id), subjects=len(subjects))

    def subjects(self, id: UUID, *, reader: str) -> list[tuple[str, int]]:
        """As written; none yet is an empty list. The look is noted."""
        with writing(self._context.history.engine) as connection:
            return materials.of(self._context, connection, id, reader=reader)

    def cancel(self, actor: Actor, id: UUID) -> Answer:
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            training.record(Training.Cancelled, reason="cancelled")
            turn.save(training)
            return turn.reply(training=str(id))

    def listed(self, authority: str, region: str | None, *, after: UUID | None = None, limit: int = 50) -> list[Answer]:
        """The newest first; with `region` those of that province only."""
        with reading(self._context.history.engine) as connection:
            rows = page(connection, authority, region, after.bytes if after else None, limit)
        return [_facts(row) for row in rows]

    def show(self, id: UUID) -> Answer:
        """State, numbers, and which discrepancies still want a reason."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(TRAININGS, id.bytes)
            if row is None:
                raise NotFoundError("not-found", of="training", got=id)
            return {
                **_facts(row),
                "announced": row["announced"],
                "quotas": read(row, "quotas"),
                "roster": roster(models, id.bytes),
                "open": unexplained(models, id.bytes),
                "completed": row["completed"],
                "hours": row["hours"],
                "minimum_days": row["minimum_days"],
                "instructors": [str(UUID(hex=person)) for person in read(row, "instructors")],
            }

    def _row(self, id: UUID) -> dict[str, Any]:
        with reading(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(TRAININGS, id.bytes)
        if row is None:
            raise NotFoundError("not-found", of="training", got=id)
        return row

    def _explain(
        self, turn: Turn, training: Training, gap: str, group: str | None, expected: int, found: int, text: str
    ) -> None:
        if not 3 <= len(text) <= 2000:
            raise InputError("explanation-length", got=len(text), expected="3..2000")
        field = f"explanation/{training.version}"
        commitment = self._context.vault.seal(turn.connection, training.id, field, text)
        body = {"gap": gap, "expected": expected, "found": found, "explanation": commitment, "group": group}
        training.record(Training.Explained, **body)
        turn.save(training)


def _facts(row: dict[str, Any]) -> Answer:
    return {
        "training": str(UUID(bytes=row["id"])),
        "programme": row["programme"],
        "state": row["state"],
        "days": [from_days(day).isoformat() for day in read(row, "days")],
        "authority": row["authority"],
        "region": row["region"],
        "version": row["version"],
    }


def _own_region(turn: Turn, actor: Actor) -> str | None:
    officer = turn.models().get(OFFICERS, actor.officer.bytes) if actor.officer else None
    return officer["region"] if officer else None


def _revoked(turn: Turn, basis: str) -> bool:
    found = turn.models().find(REGULATIONS, "regulation", basis)
    return bool(found) and found[0]["revoked_on"] is not None and from_days(found[0]["revoked_on"]) <= turn.today


def _by_position(row: dict[str, Any]) -> int:
    return int(row["position"])
