"""When real lists change: substitutes, walk-ins without a NIK, their completion, marks corrected after the closing."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.application import rosters
from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.application.registrants import NIK, Person, Registrants, look_up, reader_of
from ledger.database import Row, reading, writing
from ledger.domain.participations import PRESENT, Participation, attended
from ledger.domain.people import FullName
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.domain.values import new_id
from ledger.errors import ConflictError, InputError, NotFoundError, RuleError
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.rules.participations import competence_on, resting_on
from ledger.rules.record import person_of
from ledger.store.history import Actor, Turn
from ledger.view import Models

MARKS = re.compile("[HAIS]{1,31}")
EXPLANATION = range(3, 2001)  # characters
TABLE = PARTICIPATIONS.table


class Participations:
    def __init__(self, context: Context, registrants: Registrants) -> None:
        self._context, self._registrants = context, registrants

    # Before the closing ----------------------------------------------------------------------------------------

    def withdraw(self, actor: Actor, id: UUID, reason: str) -> Answer:
        """The roster leaves it out. `reason`: substituted, error or duplicate. Raises: RuleError; NotFoundError."""
        with self._context.history.writing(actor) as turn:
            self._withdraw(turn, id, reason)
            return turn.reply(participation=str(id))

    def substitute(self, actor: Actor, id: UUID, person: Person, marks: str) -> Answer:
        """Another person took the place: the one is withdrawn and the other recorded for the same group, or neither.

        Raises: InputError: `marks-malformed`; ConflictError: `name-differs`; RuleError; NotFoundError.
        """
        _require_marks(marks)
        spare = self._context.new_subjects(1)
        look_up(self._context, [person.nik], reader=reader_of(actor))
        with self._context.history.writing(actor) as turn:
            row = self._withdraw(turn, id, "substituted")
            self._require_named(turn, person)  # After the rules: what they refuse is the same for every name.
            (who,), new = self._registrants.admit(turn, [person], spare)
            made = self._record(turn, UUID(bytes=row["training"]), who, row["group_code"], marks)
            return turn.reply(participation=str(made), registrant=str(who), new=bool(new))

    def walk_in(
        self, actor: Actor, training: UUID, *, name: FullName, sex: str, group: str, marks: str, adult: bool
    ) -> Answer:
        """Somebody without a NIK at hand, provisionally: no certificate before `complete`.

        Args:
            adult: What the officer asserts who saw the person; nobody younger takes part (R16).

        Raises: InputError: `marks-malformed`, `sex-unknown`; RuleError.
        """
        _require_marks(marks)
        if sex not in ("L", "P"):
            raise InputError("sex-unknown", expected="L, P")
        (id,) = self._context.new_subjects(1)
        with self._context.history.writing(actor) as turn:
            identity = self._context.vault.seal(turn.connection, id, "identity", {"name": name.reveal(), "sex": sex})
            region = rosters.region_of(turn.models(), training, group)
            turn.save(Registrant.begin(id, identity=identity, adult=adult, region=region, provisional=True))
            made = self._record(turn, training, id, group, marks)
            return turn.reply(participation=str(made), registrant=str(id))

    def complete(self, actor: Actor, registrant: UUID, person: Person) -> Answer:
        """The NIK of a walk-in is known. If it is somebody's already, that person takes the place.

        Raises: ConflictError: `walk-in-closed`: it is somebody's, and a training of this walk-in is closed;
            `name-differs`: of another name; RuleError: `person-complete`, and as the rules; NotFoundError.
        """
        look_up(self._context, [person.nik], reader=reader_of(actor))
        with self._context.history.writing(actor) as turn:
            walk_in, vault = turn.get(Registrant, registrant), self._context.vault
            if not (turn.models().get(REGISTRANTS, registrant.bytes) or {})["provisional"]:
                raise RuleError("person-complete", rule="R26")  # As the rule, and the same for every number.
            holder = vault.find(turn.connection, NIK, person.nik)
            if holder is not None:
                answer = self._merge(turn, registrant, holder)
                self._require_named(turn, person)  # After the rules: what they refuse is the same for every name.
                return answer
            identity = vault.seal(turn.connection, registrant, "identity", person.sealed())
            vault.claim(turn.connection, NIK, person.nik, registrant)
            adult = person.born.adult_on(turn.today, parameter("registrant.adult-years", turn.today))
            walk_in.record(Registrant.Completed, identity=identity, adult=adult)
            turn.save(walk_in)
            return turn.reply(registrant=str(registrant), duplicate=False)

    # After the closing -----------------------------------------------------------------------------------------

    def correct(self, id: UUID, *, marks: str, reason: str, explanation: str) -> list[Act]:
        """To be proposed: other marks (H, A, I, S), and the completion if they suffice; the certificate that rests on
        the participation is named. The explanation and the marks are sealed under the person.

        Raises: InputError: `marks-malformed`, `explanation-length`; NotFoundError.
        """
        _require_marks(marks)
        if len(explanation) not in EXPLANATION:
            raise InputError("explanation-length", got=len(explanation), expected="3..2000")
        with writing(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = self._row(models, id)
            training = models.get(TRAININGS, row["training"]) or {}
            person, field = UUID(bytes=row["registrant"]), f"correction/{new_id(self._context.history.clock())}"
            told = self._context.vault.seal(connection, person, field, {"marks": marks, "why": explanation})
            resting, competence = resting_on(models, id.bytes), competence_on(models, id.bytes)
        certificate = UUID(bytes=resting["id"]) if resting else None
        corrected = attended(marks)
        values: dict[str, Any] = {"marks": corrected, "reason": reason, "explanation": told, "certificate": certificate}
        if competence:
            values["competence"] = tuple(UUID(bytes=row["id"]) for row in competence)
        acts = [Act(Participation.Corrected.TOPIC, id, values)]
        present = corrected.count(PRESENT)
        if present >= training["minimum_days"]:
            acts.append(Act(Participation.Completed.TOPIC, id, {"present": present, "hours": training["hours"]}))
        return acts

    # Asked -----------------------------------------------------------------------------------------------------

    def recorded_by(self, training: UUID, officer: UUID) -> bool:
        """Whether this officer recorded some of its attendance: then somebody else closes it (R25)."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            recorders = {row["recorded_by"] for row in models.find(PARTICIPATIONS, "training", training.bytes)}
            return person_of(models, officer) in {person_of(models, one) for one in recorders if one}

    def show(self, id: UUID) -> Answer:
        """One participation, without a name, and the live certificate that rests on it. Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = self._row(models, id)
            person, resting = models.get(REGISTRANTS, row["registrant"]) or {}, resting_on(models, id.bytes)
        number = resting["number"] if resting else None
        return _facts(row) | {"provisional": bool(person.get("provisional")), "certificate": number}

    def listed(self, training: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Answer]:
        """The roster without names, withdrawn ones too: `limit` of them after `after`, in the order of their ids."""
        people = REGISTRANTS.table
        wanted = select(TABLE, people.c.provisional).join(people, people.c.id == TABLE.c.registrant)
        wanted = wanted.where(TABLE.c.training == training.bytes).order_by(TABLE.c.id).limit(limit)
        if after is not None:
            wanted = wanted.where(TABLE.c.id > after.bytes)
        with reading(self._context.history.engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(wanted)]
        return [_facts(row) | {"provisional": bool(row["provisional"])} for row in rows]

    # ------------------------------------------------------------------------------------------------------------

    def _row(self, models: Models, id: UUID) -> Row:
        row = models.get(PARTICIPATIONS, id.bytes)
        if row is None:
            raise NotFoundError("not-found", of="participation", got=id)
        return row

    def _require_named(self, turn: Turn, person: Person) -> None:
        """Raises: ConflictError: `name-differs`: the register knows this NIK by another name."""
        holder = self._context.vault.find(turn.connection, NIK, person.nik)
        if holder is not None and rosters.called_otherwise(self._context.vault, turn, {holder: person.name}):
            raise ConflictError("name-differs")

    def _withdraw(self, turn: Turn, id: UUID, reason: str) -> Row:
        participation = turn.get(Participation, id)
        participation.record(Participation.Withdrawn, reason=reason)
        turn.save(participation)
        return self._row(turn.models(), id)

    def _record(self, turn: Turn, training: UUID, who: UUID, group: str, marks: str) -> UUID:
        made = Participation.begin(turn.new_id(), training=training, registrant=who, group=group, marks=attended(marks))
        turn.save(made)
        self._context.vault.seal(turn.connection, who, f"marks/{training}", marks)
        return UUID(str(made.id))

    def _merge(self, turn: Turn, walk_in: UUID, holder: UUID) -> Answer:
        """Withdrawn as duplicates, and recorded for the person whose NIK it is, unless that one was there already."""
        vault, moved = self._context.vault, 0
        for row in _taking_part(turn.models(), walk_in):
            training = turn.models().get(TRAININGS, row["training"]) or {}
            if training["state"] == "cancelled":
                continue
            if training["state"] == "closed":
                raise ConflictError("walk-in-closed")
            there = {other["training"] for other in _taking_part(turn.models(), holder)}
            id = UUID(bytes=row["training"])
            self._withdraw(turn, UUID(bytes=row["id"]), "duplicate")
            if row["training"] not in there:
                marks = vault.open(turn.connection, walk_in, f"marks/{id}", reader="service", purpose="merge")
                self._record(turn, id, holder, row["group_code"], str(marks))
            moved += 1
        return turn.reply(registrant=str(holder), duplicate=True, withdrawn=moved)


def _taking_part(models: Models, registrant: UUID) -> list[Row]:
    rows = models.find(PARTICIPATIONS, "registrant", registrant.bytes)
    return sorted((row for row in rows if row["state"] != "withdrawn"), key=_by_position)


def _require_marks(marks: str) -> None:
    if MARKS.fullmatch(marks) is None:
        raise InputError("marks-malformed", expected="H, A, I, S")


def _facts(row: Row) -> dict[str, Any]:
    return {
        "participation": str(UUID(bytes=row["id"])),
        "training": str(UUID(bytes=row["training"])),
        "registrant": str(UUID(bytes=row["registrant"])),
        "group": row["group_code"],
        "marks": row["marks"],
        "state": row["state"],
        "version": row["version"],
    }


def _by_position(row: Row) -> int:
    return int(row["position"])
