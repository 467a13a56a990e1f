"""Real lists change: substitutes, walk-ins, completions, corrections; nothing is half done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from ledger.application.registrants import Person
from ledger.audit.report import Report
from ledger.cli.story import BIMTEK
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.errors import ConflictError, InputError, RuleError
from ledger.wiring import Ledger

World = Any  # tests/rules/conftest.py
BUDI = Person(
    FullName.parse("Budi Santoso"), NationalId.parse("3275011708850001"), BirthDate.parse("1985-08-17"), "L", "32.75"
)
NOBODYS = Person(
    FullName.parse("Sari Melati"), NationalId.parse("3275015203900004"), BirthDate.parse("1990-03-12"), "P", "32.75"
)


@pytest.fixture
def training(world: World) -> UUID:
    """Open, of the lowest tier."""
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": BIMTEK, "hours": 16, "basis": "Permensos 10/2019"}
    answer = world.ledger.trainings.plan(world.actor("petugas"), **plan, announced=1, quotas={"32.75": 1})
    return UUID(answer["training"])


@pytest.fixture
def walk_in(world: World, training: UUID) -> dict[str, UUID]:
    person = {"name": FullName.parse("Sari Melati"), "sex": "P", "group": "32.75", "marks": "HH", "adult": True}
    answer = world.ledger.participations.walk_in(world.actor("petugas"), training, **person)
    return {name: UUID(answer[name]) for name in ("participation", "registrant")}


def states(world: World, training: UUID) -> dict[str, str]:
    return {row["registrant"]: row["state"] for row in world.ledger.participations.listed(training)}


def test_a_substitute_takes_the_place_and_the_roster_counts_one(
    world: World, training: UUID, walk_in: dict[str, UUID], audit_of: Callable[[Ledger], Report]
) -> None:
    book = world.ledger.participations

    answer = book.substitute(world.actor("petugas"), walk_in["participation"], BUDI, "HA")

    assert states(world, training) == {str(walk_in["registrant"]): "withdrawn", answer["registrant"]: "recorded"}
    assert world.ledger.trainings.show(training)["roster"] == {"32.75": 1}
    assert not audit_of(world.ledger).replayed.findings


def test_a_substitute_with_impossible_marks_changes_nothing(
    world: World, training: UUID, walk_in: dict[str, UUID]
) -> None:
    with pytest.raises(RuleError) as refused:
        world.ledger.participations.substitute(world.actor("petugas"), walk_in["participation"], BUDI, "HHH")

    assert refused.value.code == "marks-differ"
    assert states(world, training) == {str(walk_in["registrant"]): "recorded"}


def test_a_walk_in_gets_a_certificate_only_once_the_nik_is_known(
    world: World, training: UUID, walk_in: dict[str, UUID], audit_of: Callable[[Ledger], Report]
) -> None:
    world.ledger.trainings.close(world.actor("petugas"), training)
    before = world.ledger.certificates.attendance(training)

    answer = world.ledger.participations.complete(world.actor("petugas"), walk_in["registrant"], NOBODYS)

    after = [act.values["registrant"] for act in world.ledger.certificates.attendance(training)]
    assert (before, after, answer["duplicate"]) == ([], [walk_in["registrant"]], False)
    assert not audit_of(world.ledger).replayed.findings


def test_a_walk_in_whose_nik_is_somebodys_becomes_that_person(
    world: World, training: UUID, walk_in: dict[str, UUID], audit_of: Callable[[Ledger], Report]
) -> None:
    answer = world.ledger.participations.complete(world.actor("petugas"), walk_in["registrant"], BUDI)

    assert answer["duplicate"]
    assert states(world, training) == {str(walk_in["registrant"]): "withdrawn", answer["registrant"]: "recorded"}
    assert not audit_of(world.ledger).replayed.findings


def test_after_the_closing_a_walk_in_is_not_merged(world: World, training: UUID, walk_in: dict[str, UUID]) -> None:
    world.ledger.trainings.close(world.actor("petugas"), training)

    with pytest.raises(ConflictError) as refused:
        world.ledger.participations.complete(world.actor("petugas"), walk_in["registrant"], BUDI)

    assert refused.value.code == "walk-in-closed"
    assert states(world, training) == {str(walk_in["registrant"]): "completed"}


def test_after_the_closing_a_number_answers_alike_for_every_name(
    world: World, training: UUID, walk_in: dict[str, UUID]
) -> None:
    world.ledger.trainings.close(world.actor("petugas"), training)
    book, clerk, liar = world.ledger.participations, world.actor("petugas"), replace(BUDI, name=FullName("Nama Palsu"))
    told = []

    for person in (BUDI, liar):
        for act in (
            lambda who: book.complete(clerk, walk_in["registrant"], who),
            lambda who: book.substitute(clerk, walk_in["participation"], who, "HH"),
        ):
            with pytest.raises((ConflictError, RuleError)) as refused:
                act(person)
            told.append(refused.value.code)

    assert told == ["walk-in-closed", "state-refuses"] * 2


def test_who_is_known_already_is_not_completed_with_any_number(
    world: World, training: UUID, walk_in: dict[str, UUID]
) -> None:
    book, clerk = world.ledger.participations, world.actor("petugas")
    book.complete(clerk, walk_in["registrant"], NOBODYS)
    free = replace(NOBODYS, nik=NationalId.parse("3275015203900012"))
    told = []

    for person in (BUDI, replace(BUDI, name=FullName("Nama Palsu")), free):
        with pytest.raises(RuleError) as refused:
            book.complete(clerk, walk_in["registrant"], person)
        told.append(refused.value.code)

    assert told == ["person-complete"] * 3


def test_a_correction_names_the_certificate_and_takes_the_completion_back(
    world: World, audit_of: Callable[[Ledger], Report]
) -> None:
    (first, *_) = acts = world.ledger.certificates.attendance(world.training)
    world.approved(acts[:1], by=("petugas", "kepala"))
    participation = first.values["participation"]

    corrected = world.ledger.participations.correct(
        participation, marks="HA", reason="error", explanation="Tanda tangan hari kedua milik orang lain."
    )
    world.approved(corrected, by=("petugas", "kepala"))

    shown = world.ledger.participations.show(participation)
    assert corrected[0].values["certificate"] == first.stream
    assert (shown["state"], shown["marks"]) == ("recorded", "H-")
    assert shown["certificate"] is not None
    assert not audit_of(world.ledger).replayed.findings


def test_corrected_marks_that_suffice_complete_in_the_same_act(
    world: World, audit_of: Callable[[Ledger], Report]
) -> None:
    rows = world.ledger.participations.listed(world.training)
    (absent,) = [UUID(row["participation"]) for row in rows if row["marks"] == "H-"]

    acts = world.ledger.participations.correct(absent, marks="HH", reason="error", explanation="Daftar kedua.")
    world.approved(acts, by=("petugas", "kepala"))

    assert world.ledger.participations.show(absent)["state"] == "completed"
    assert not audit_of(world.ledger).replayed.findings


def test_a_correction_says_why(world: World) -> None:
    (first, *_) = world.ledger.participations.listed(world.training)

    with pytest.raises(InputError) as refused:
        world.ledger.participations.correct(UUID(first["participation"]), marks="HA", reason="error", explanation="")

    assert refused.value.code == "explanation-length"


def test_the_roster_is_read_page_by_page(world: World) -> None:
    whole = world.ledger.participations.listed(world.training)

    first = world.ledger.participations.listed(world.training, limit=2)
    rest = world.ledger.participations.listed(world.training, after=UUID(first[-1]["participation"]))

    assert len(whole) == 5
    assert first + rest == whole
