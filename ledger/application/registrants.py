"""Registering people: one natural person once, sealed, under a random id."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.application import past
from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import Row, reading, writing
from ledger.domain.people import EARLIEST, BirthDate, FullName, NationalId
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.domain.values import Personal, to_days
from ledger.errors import InputError, NotFoundError, SealedError
from ledger.projections.as_of import Cut
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.officers import OFFICERS, roles
from ledger.projections.registrants import REGISTRANTS
from ledger.store.history import Actor, Turn
from ledger.view import Models

NIK = "nik"
BY_NUMBER = "find by NIK"  # Why a look was noted that told whether somebody is registered.


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to register; all personal fields are sealed."""

    name: FullName
    nik: NationalId
    born: BirthDate
    sex: str  # L or P
    region: str | None = None  # Kemendagri code of a province or regency, such as 32 or 32.75
    alias: FullName | None = None  # Another name by which people know and search for this one.

    def __post_init__(self) -> None:
        if self.sex not in ("L", "P"):
            raise InputError("sex-unknown", expected="L, P")

    def sealed(self) -> dict[str, str | int]:
        known: dict[str, str | int] = {
            "name": self.name.reveal(),
            "nik": self.nik.reveal(),
            "born": self.born.reveal(),
            "sex": self.sex,
        }
        return known | ({"alias": self.alias.reveal()} if self.alias else {})


class Registrants:
    def __init__(self, context: Context) -> None:
        self._context = context

    def register(self, actor: Actor, person: Person) -> Answer:
        """The one registrant with this NIK: a new one, or the one who is there already (`new` says which)."""
        spare = self._context.new_subjects(1)
        with self._context.history.writing(actor) as turn:
            (id,), new = self.admit(turn, [person], spare)
            if not new:
                self._context.vault.note(turn.connection, [id], NIK, reader=reader_of(actor), purpose=BY_NUMBER)
            return turn.reply(registrant=str(id), new=bool(new))

    def admit(self, turn: Turn, people: Sequence[Person], spare: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
        """Inside a turn: the ids of these people, in order, and which of them are new.

        Asked under the lock, so two simultaneous registrations of one NIK yield one person.
        """
        vault = self._context.vault
        known = vault.find_many(turn.connection, NIK, [person.nik for person in people])
        ids: list[UUID] = []
        new: dict[UUID, Person] = {}
        unused = iter(spare)
        for person in people:
            if person.nik not in known:
                id = known[person.nik] = next(unused)
                new[id] = person
            ids.append(known[person.nik])
        commitments = vault.seal_many(turn.connection, [(id, "identity", p.sealed()) for id, p in new.items()])
        vault.claim_many(turn.connection, NIK, {id: person.nik for id, person in new.items()})
        turn.save(*map(_begin, new.items(), commitments, [turn.today] * len(new)))
        return ids, list(new)

    def correct(self, actor: Actor, id: UUID, person: Person) -> Answer:
        """Another identity for the same registrant; papers issued before keep what they say.

        Raises: RuleError: two people are asked (`Corrections`); ConflictError: the NIK is somebody else's; SealedError:
            `data-erased`; NotFoundError.
        """
        vault = self._context.vault
        look_up(self._context, [person.nik], reader=reader_of(actor))
        with self._context.history.writing(actor) as turn:
            registrant = turn.get(Registrant, id)
            if registrant.state == "erased":
                raise SealedError("data-erased", subject=id, field="identity")
            commitment = vault.seal(turn.connection, id, "identity", person.sealed())
            registrant.record(Registrant.Corrected, identity=commitment, adult=adult(person, turn.today))
            turn.save(registrant)
            vault.claim(turn.connection, NIK, person.nik, id)  # Last: what a rule refuses tells nothing of the number.
            return turn.reply(registrant=str(id))

    def show(self, id: UUID) -> Answer:
        """Pseudonymous facts of one person. Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(REGISTRANTS, id.bytes)
        if row is None:
            raise NotFoundError("not-found", of="registrant", got=id)
        return _facts(id, row)

    def show_at(self, id: UUID, cut: Cut) -> Answer:
        """The same as of a day, with what this person was then: offices held, certificates. Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            row = past.require_at(connection, REGISTRANTS, id.bytes, cut, id)
            models = Models(connection, self._context.config.origin)
            held = [past.row_at(connection, OFFICERS, o["id"], cut) for o in models.find(OFFICERS, "person", id.bytes)]
            papers = [
                past.row_at(connection, CERTIFICATES, c["id"], cut)
                for c in models.find(CERTIFICATES, "registrant", id.bytes)
            ]
        return {
            **past.answered(cut),
            **_facts(id, row),
            "officers": [_office(o, cut.day) for o in sorted(filter(None, held), key=_by_position)],
            "certificates": [
                {"number": c["number"], "state": c["state"], "standing": past.standing_on(c, row["state"], cut.day)}
                for c in sorted(filter(None, papers), key=_by_position)
            ],
        }

    def erase(self, id: UUID, ground: str) -> Act:
        """To be proposed: destroys the person's key. `ground`: PDP-42, PDP-43 or PDP-44 (UU 27/2022)."""
        return Act(Registrant.Erased.TOPIC, id, {"ground": ground})

    def names(self, ids: Iterable[UUID], *, reader: str, purpose: str) -> dict[UUID, FullName]:
        """Of those who are not erased; the look is noted."""
        with writing(self._context.history.engine) as connection:
            found = self._context.vault.open_many(connection, ids, "identity", reader=reader, purpose=purpose)
        return {id: FullName(name_in(data)) for id, data in found.items()}


def look_up(context: Context, numbers: Collection[NationalId], *, reader: str) -> dict[Personal, UUID]:
    """Who has which of these NIK. The look is noted in a transaction of its own, before the act that it is for: a
    refusal of the act told something, too."""
    with writing(context.history.engine) as connection:
        known = context.vault.find_many(connection, NIK, numbers)
        context.vault.note(connection, known.values(), NIK, reader=reader, purpose=BY_NUMBER)
    return known


def reader_of(actor: Actor) -> str:
    """Whom a look is noted under."""
    return str(actor.officer or "service")


def name_in(identity: Any) -> str:
    """The name among an opened identity's fields."""
    return str(identity["name"])


def _facts(id: UUID, row: Row) -> Answer:
    return {"registrant": str(id), "state": row["state"], "region": row["region"], "adult": row["adult"] == "yes"}


def _office(row: Row, day: date) -> Answer:
    ended = row["ends"] is not None and to_days(day) > row["ends"]
    return {
        "officer": str(UUID(bytes=row["id"])),
        "authority": row["authority"],
        "office": row["office"],
        "roles": roles(row),
        "begins": past.iso(row["begins"]),
        "ends": past.iso(row["ends"]),
        "in_office": row["state"] == "appointed" and row["begins"] <= to_days(day) and not ended,
    }


def _by_position(row: Row) -> int:
    return int(row["position"])


def _begin(entry: tuple[UUID, Person], commitment: bytes, on: date) -> Registrant:
    id, person = entry
    return Registrant.begin(id, identity=commitment, region=person.region, adult=adult(person, on))


def adult(person: Person, on: date) -> bool:
    """On a day, by the years that the rule book asks. Raises: InputError: `day-out-of-range`: nobody is born then."""
    if person.born.day.year < EARLIEST or person.born.day > on:
        raise InputError("day-out-of-range")
    return person.born.adult_on(on, parameter("registrant.adult-years", on))
