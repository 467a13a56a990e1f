"""A sheet sent at the desk: looked through, put right, recorded once, destroyed in time."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.cli.story import BIMTEK
from ledger.database import reading
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.messages import say
from ledger.store import imports
from ledger.store.requests import Request
from ledger.vault.sealed import FIELDS
from tests.rules.breaches.registry import NOW

World = Any  # tests/rules/conftest.py
HEAD = "No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Kecamatan;Utusan;Hari 1;Hari 2\n"
GOOD = "1;Sari Melati;3275015203900004;P;12/03/1990;Bekasi Timur;Kota Bekasi;H;H\n"
BAD = "2;Tono Wijaya;3275011708850009;L;17/08/1985;Bekasi Timur;Kota Bekasi;H;?\n"


@pytest.fixture
def training(world: World) -> UUID:
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": BIMTEK, "hours": 16, "basis": "Permensos 10/2019"}
    answer = world.ledger.trainings.plan(world.actor("petugas"), **plan, announced=2, quotas={"32.75": 2})
    return UUID(answer["training"])


@pytest.fixture
def draft(world: World, training: UUID) -> UUID:
    return sent(world, training, HEAD + GOOD + BAD)


def sent(world: World, training: UUID, text: str) -> UUID:
    answer = world.ledger.imports.upload(world.actor("petugas"), training, text.encode(), "hadir.csv")
    return UUID(answer["import"])


def enrolled(world: World, training: UUID) -> int:
    return len(world.ledger.participations.listed(training))


def test_a_cell_put_right_makes_its_row_good_and_leaves_the_file_as_it_was(
    world: World, training: UUID, draft: UUID
) -> None:
    petugas, book = world.actor("petugas"), world.ledger.imports
    (problem,) = book.preview(petugas, draft).roster.problems

    book.correct(petugas, draft, {(problem.sheet, problem.row, problem.column): "S"})
    answer = book.commit(petugas, draft)

    assert (problem.row, problem.column, problem.code) == (3, "Hari 2", "mark-unknown")
    assert (answer["written"], enrolled(world, training)) == (2, 2)


def test_with_a_bad_row_nothing_is_recorded_unless_only_the_good_rows_are_wanted(
    world: World, training: UUID, draft: UUID
) -> None:
    petugas, book = world.actor("petugas"), world.ledger.imports

    with pytest.raises(InputError) as refused:
        book.commit(petugas, draft)
    before = enrolled(world, training)
    answer = book.commit(petugas, draft, skip_bad=True)

    assert (refused.value.code, before) == ("rows-bad", 0)
    assert (answer["written"], answer["bad"], enrolled(world, training)) == (1, 1, 1)


def test_a_refused_commit_is_not_kept_as_done(world: World, training: UUID, draft: UUID) -> None:
    pressed = replace(world.actor("petugas"), request=Request(b"a" * 16, "/impor", "key", b"b" * 32))
    book = world.ledger.imports

    for _ in range(2):
        with pytest.raises(InputError) as refused:
            book.commit(pressed, draft)
        assert refused.value.code == "rows-bad"
    (problem,) = book.preview(world.actor("petugas"), draft).roster.problems
    book.correct(world.actor("petugas"), draft, {(problem.sheet, problem.row, problem.column): "S"})
    answer = book.commit(pressed, draft)

    assert (answer["written"], enrolled(world, training)) == (2, 2)


def test_pressing_again_records_nothing_twice(world: World, training: UUID, draft: UUID) -> None:
    petugas, book = world.actor("petugas"), world.ledger.imports

    first = book.commit(petugas, draft, skip_bad=True)
    again = book.commit(petugas, draft, skip_bad=True)

    assert first["written"] == again["written"] == 1
    assert (enrolled(world, training), book.show(petugas, draft)["state"]) == (1, "done")


def test_a_process_that_was_killed_leaves_a_draft_to_be_recorded(world: World, training: UUID, draft: UUID) -> None:
    petugas, book = world.actor("petugas"), world.ledger.imports
    with world.ledger.engine.begin() as connection:
        row = imports.get(connection, draft.bytes) or {}
        imports.put_import(connection, row | {"state": "running", "read": 1, "rows": 2})

    with pytest.raises(ConflictError) as refused:
        book.commit(petugas, draft, skip_bad=True)
    world.clock.ms += 60_000
    lost = book.show(petugas, draft)
    answer = book.commit(petugas, draft, skip_bad=True)

    assert refused.value.code == "import-running"
    assert (lost["lost"], lost["read"]) == (True, 1)
    assert (answer["written"], enrolled(world, training)) == (1, 1)


def test_another_officer_is_not_shown_the_file(world: World, draft: UUID) -> None:
    with pytest.raises(NotFoundError):
        world.ledger.imports.preview(world.actor("kepala"), draft)


def test_the_bad_rows_come_back_as_a_sheet_that_can_be_sent_again(world: World, training: UUID, draft: UUID) -> None:
    petugas, book = world.actor("petugas"), world.ledger.imports

    data = book.bad_rows(petugas, draft, partial(say, lang="id"))
    again = book.upload(petugas, training, data, "bad.xlsx")
    found = book.preview(petugas, UUID(again["import"])).roster

    assert [problem.code for problem in found.problems] == ["mark-unknown"]
    assert (found.people, found.dropped_columns) == ((), ("No", "Masalah"))


def test_an_old_draft_is_destroyed_with_its_key(world: World, draft: UUID) -> None:
    early = world.ledger.imports.sweep()
    world.clock.at(NOW + timedelta(days=8))
    swept = world.ledger.imports.sweep()

    with reading(world.ledger.engine) as connection:
        left = connection.execute(select(FIELDS.c.field).where(FIELDS.c.subject == draft.bytes)).all()
    assert (early, swept, left) == (0, 1, [])
    with pytest.raises(NotFoundError):
        world.ledger.imports.show(world.actor("petugas"), draft)


def test_a_file_that_cannot_be_read_is_not_kept(world: World, training: UUID) -> None:
    with pytest.raises(InputError) as refused:
        world.ledger.imports.upload(world.actor("petugas"), training, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls")

    assert refused.value.code == "format-unsupported"
    assert world.ledger.imports.of_training(world.actor("petugas"), training) == []
