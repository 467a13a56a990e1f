"""People of a sheet who do not take part in a training yet, and their record; inside a turn."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from ledger.application.registrants import Person, Registrants, reader_of
from ledger.domain.participations import Participation, attended
from ledger.domain.people import FoldedName, FullName
from ledger.domain.spelling import alike
from ledger.intake.roster import Problem, Roster, Row
from ledger.projections.trainings import TRAININGS
from ledger.rules.trainings import taking_part
from ledger.store.history import Turn
from ledger.vault.vault import IDENTITY, Vault
from ledger.view import Models


def fresh(vault: Vault, turn: Turn, training: UUID, sheet: Roster) -> tuple[Roster, list[Row]]:
    """Who does not take part yet. Who does, with other marks or group, is a problem: nothing is replaced.

    And so is a number that is registered under another name: its roster would tell whose it is.
    """
    holders = vault.find_many(turn.connection, "nik", [person.nik for person in sheet.people])
    there = {row["registrant"]: row for row in taking_part(turn.models(), training.bytes)}
    known = {holders[one.nik]: one.name for one in sheet.people if one.nik in holders}
    others = called_otherwise(vault, turn, {id: name for id, name in known.items() if id.bytes not in there})
    new, same, problems = list[Row](), list[Row](), list(sheet.problems)
    for person in sheet.people:
        holder = holders.get(person.nik)
        row = there.get(holder.bytes) if holder else None
        if holder in others:
            problems.append(Problem(person.row, person.sheet, "", "name-differs", person.name))
        elif row is None:
            new.append(person)
        elif (row["group_code"], row["marks"]) == (person.group, attended(person.marks)):
            same.append(person)
        else:
            problems.append(Problem(person.row, person.sheet, "", "participation-differs", person.name))
    return replace(sheet, people=tuple(new + same), problems=tuple(problems)), new


def record(
    vault: Vault, registrants: Registrants, turn: Turn, training: UUID, people: Sequence[Row], spare: Sequence[UUID]
) -> None:
    """Registers who is new, and records that all of these take part."""
    models = turn.models()
    persons = [Person(p.name, p.nik, p.born, p.sex, region_of(models, training, p.group)) for p in people]
    ids, _ = registrants.admit(turn, persons, spare)
    both = list(zip(people, ids, strict=True))
    vault.seal_many(turn.connection, [(who, f"marks/{training}", p.marks) for p, who in both])
    turn.save(
        *(
            Participation.begin(
                turn.new_id(), training=training, registrant=who, group=p.group, marks=attended(p.marks)
            )
            for p, who in both
        )
    )


def called_otherwise(vault: Vault, turn: Turn, people: Mapping[UUID, FullName]) -> set[UUID]:
    """Whom of these registered people the register knows by other names; spellings that sound alike are one."""
    look = {"reader": reader_of(turn.actor), "purpose": "compare names"}
    opened = vault.open_many(turn.connection, people, IDENTITY, **look)
    return {id for id, data in opened.items() if not any(alike(people[id].folded(), one) for one in _names(data))}


def _names(identity: Any) -> list[FoldedName]:
    return [FullName(str(identity[field])).folded() for field in ("name", "alias") if identity.get(field)]


def region_of(models: Models, training: UUID, group: str) -> str | None:
    """The group's; of a unit such as PUSAT, which is no region, the province of the training if it has one."""
    if group[:1].isdigit():
        return group
    region: str | None = (models.get(TRAININGS, training.bytes) or {}).get("region")
    return region
