"""Trainings: plan, instructors, the attendance sheet, closing with completions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from ledger.application.contents import MATERIALS
from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.application.registrants import Person, Registrants
from ledger.database import reading
from ledger.domain.participations import ABSENT, PRESENT, Participation
from ledger.domain.trainings import Training
from ledger.domain.values import from_days
from ledger.errors import ForbiddenError, InputError, NotFoundError
from ledger.intake import attendance
from ledger.intake.roster import Problem, Roster, Row
from ledger.projections.columns import listed, read
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.regulations import REGULATIONS
from ledger.projections.trainings import TRAININGS
from ledger.rules.trainings import roster, unexplained
from ledger.store.history import Actor, Turn
from ledger.view import Models

LONGEST_SUBJECT = 120  # characters
MOST_SUBJECTS = 30  # More could not be read on the back of a certificate.


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. `answer` is kept; `roster` is for the eyes of whoever sent the file."""

    answer: Answer
    roster: Roster


class Trainings:
    def __init__(self, context: Context, registrants: Registrants) -> None:
        self._context, self._registrants = context, registrants

    def plan(
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
    ) -> Answer:
        """`hours` in JP. A total announced that differs from the quotas' sum wants `explanation` here, once."""
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
        progress: Progress = no_progress,
    ) -> Imported:
        """Reads the sheet outside the turn, then registers people and attendance in one transaction, or nothing.

        Nothing is written with `dry_run`, or while a row is bad unless `skip_bad`: then exactly the good rows are.
        """
        training = self._row(id)
        first = from_days(read(training, "days")[0])
        sheet = attendance.read(
            data,
            filename,
            groups=list(read(training, "quotas")),
            days=len(read(training, "days")),
            first_day=first,
            progress=progress,
        )
        write = not dry_run and (skip_bad or not sheet.problems)
        spare = self._context.new_subjects(len(sheet.people) if write else 0)
        with self._context.history.writing(actor) as turn:
            sheet, fresh = self._fresh(turn, id, sheet)
            write = write and (skip_bad or not sheet.problems)
            if write and fresh:
                self._record(turn, id, fresh, spare)
            answer = {
                "training": str(id),
                "ready": len(fresh),
                "bad": len({(p.sheet, p.row) for p in sheet.problems}),
                "warnings": len(sheet.warnings),
                "already": len(sheet.people) - len(fresh),
                "written": len(fresh) if write else 0,
            }
            return Imported(turn.reply(**answer), sheet)

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

    def close(self, actor: Actor, id: UUID) -> Answer:
        """Closes, and signs a completion for everybody with enough days, in one transaction."""
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            row = turn.models().get(TRAININGS, id.bytes) or {}
            people = turn.models().find(PARTICIPATIONS, "training", id.bytes)
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

    def teach(self, actor: Actor, id: UUID, materials: Sequence[tuple[str, int]]) -> Answer:
        """Subjects with their hours (JP), for the certificates that are issued from now on; replaces an earlier list.

        Raises: ForbiddenError: another's training. InputError: `materials-differ`: not the training's hours;
            `materials-malformed`.
        """
        for n, (subject, hours) in enumerate(materials, start=1):
            fits = n <= MOST_SUBJECTS and 1 <= len(subject) <= LONGEST_SUBJECT
            if not fits or hours < 1 or not subject.isprintable():
                raise InputError("materials-malformed", row=n)
        with self._context.history.writing(actor) as turn:
            row = turn.models().get(TRAININGS, id.bytes)
            if row is None:
                raise NotFoundError("not-found", of="training", got=id)
            if row["authority"] != actor.authority:
                raise ForbiddenError("authority-elsewhere", got=actor.authority, expected=row["authority"])
            if (total := sum(hours for _, hours in materials)) != row["hours"]:
                raise InputError("materials-differ", got=total, expected=row["hours"])
            self._context.vault.seal(turn.connection, id, MATERIALS, listed(materials))
            return turn.reply(training=str(id), subjects=len(materials))

    def cancel(self, actor: Actor, id: UUID) -> Answer:
        with self._context.history.writing(actor) as turn:
            training = turn.get(Training, id)
            training.record(Training.Cancelled, reason="cancelled")
            turn.save(training)
            return turn.reply(training=str(id))

    def show(self, id: UUID) -> Answer:
        """State, numbers, and which discrepancies still want a reason."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(TRAININGS, id.bytes)
            if row is None:
                raise NotFoundError("not-found", of="training", got=id)
            return {
                "training": str(id),
                "programme": row["programme"],
                "state": row["state"],
                "announced": row["announced"],
                "quotas": read(row, "quotas"),
                "roster": roster(models, id.bytes),
                "open": unexplained(models, id.bytes),
                "completed": row["completed"],
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

    def _fresh(self, turn: Turn, id: UUID, sheet: Roster) -> tuple[Roster, list[Row]]:
        """Who does not take part yet. Who does, with other marks or group, is a problem: nothing is replaced."""
        holders = self._context.vault.find_many(turn.connection, "nik", [person.nik for person in sheet.people])
        there = {row["registrant"]: row for row in turn.models().find(PARTICIPATIONS, "training", id.bytes)}
        fresh, same, problems = list[Row](), list[Row](), list(sheet.problems)
        for person in sheet.people:
            holder = holders.get(person.nik)
            row = there.get(holder.bytes) if holder else None
            if row is None:
                fresh.append(person)
            elif (row["group_code"], row["marks"]) == (person.group, _attended(person.marks)):
                same.append(person)
            else:
                problems.append(Problem(person.row, person.sheet, "", "participation-differs", person.name))
        return replace(sheet, people=tuple(fresh + same), problems=tuple(problems)), fresh

    def _record(self, turn: Turn, id: UUID, people: Sequence[Row], spare: Sequence[UUID]) -> None:
        persons = [Person(p.name, p.nik, p.born, p.sex, _region(p.group)) for p in people]
        ids, _ = self._registrants.admit(turn, persons, spare)
        both = list(zip(people, ids, strict=True))
        self._context.vault.seal_many(turn.connection, [(who, f"marks/{id}", p.marks) for p, who in both])
        turn.save(
            *(
                Participation.begin(turn.new_id(), training=id, registrant=who, group=p.group, marks=_attended(p.marks))
                for p, who in both
            )
        )


def _revoked(turn: Turn, basis: str) -> bool:
    found = turn.models().find(REGULATIONS, "regulation", basis)
    return bool(found) and found[0]["revoked_on"] is not None and from_days(found[0]["revoked_on"]) <= turn.today


def _region(group: str) -> str | None:
    """A unit such as PUSAT is no region."""
    return group if group[:1].isdigit() else None


def _attended(marks: str) -> str:
    return "".join(PRESENT if mark == PRESENT else ABSENT for mark in marks)


def _by_position(row: dict[str, Any]) -> int:
    return int(row["position"])
