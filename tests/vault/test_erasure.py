"""Erasure survives kill -9 at every durable step, and leaves no byte behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.database import reading, writing
from ledger.domain.values import Personal, new_id
from ledger.errors import SealedError
from ledger.vault.identities import INDEX
from ledger.vault.keys import DEKS
from ledger.vault.sealed import FIELDS, PENDING
from ledger.vault.settle import Settled

DYING = Path(__file__).with_name("dying.py")
WHO = {"reader": "officer 7", "purpose": "print"}
NOTHING, REST = Settled(shredded=0, swept=0), Settled(shredded=1, swept=0)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("after the main commit", REST),
        ("before the keys' commit", REST),
        ("after the keys' commit", REST),
        ("after the keys are scrubbed", REST),
        ("after both are scrubbed", REST),
        ("before the mark is cleared", REST),
        ("after the mark is cleared", NOTHING),
    ],
)
def test_an_erasure_that_was_killed_is_finished_at_the_next_start(
    place: Any, database: tuple[str, str], step: str, expected: Settled
) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")

    killed(database, ali, step)
    with pytest.raises(SealedError) as unreadable, writing(place.main) as connection:
        place.vault().open(connection, ali, "identity", **WHO)  # Even before the next start.
    settled = place.vault().settle(place.main, known=[ali, ani], erased=[ali])

    assert unreadable.value.code == "data-erased"
    assert settled == expected
    assert left(place) == {ani}
    with writing(place.main) as connection:
        assert place.vault().open(connection, ani, "identity", **WHO) == {"name": "Ani", "nik": "2"}
        assert connection.scalars(select(PENDING.c.subject)).all() == []


def test_an_erasure_that_was_killed_before_its_commit_has_not_happened(place: Any, database: tuple[str, str]) -> None:
    ali = place.register("Ali", "1")

    killed(database, ali, "before the main commit")
    settled = place.vault().settle(place.main, known=[ali], erased=[])

    assert settled == NOTHING
    with writing(place.main) as connection:
        assert place.vault().open(connection, ali, "identity", **WHO) == {"name": "Ali", "nik": "1"}
        assert place.vault().find(connection, "nik", Personal("1")) == ali


@pytest.mark.parametrize("db", ["sqlite"])
@pytest.mark.parametrize("size", [20, 300, 9_000], ids="{} bytes".format)
def test_no_byte_of_an_erased_person_is_left_in_any_file(place: Any, tmp_path: Path, size: int) -> None:
    vault, people = place.vault(), [new_id(1) for _ in range(300)]
    texts = [os.urandom(size) for _ in people]
    vault.prepare(people)
    with writing(place.main) as connection:
        vault.seal_many(connection, [(who, "content", text) for who, text in zip(people, texts, strict=True)])
        vault.claim_many(connection, "nik", {who: Personal(str(who)) for who in people})
    traces = traces_of(place, people[150])
    assert all(trace in files(tmp_path) for trace in traces)  # The search can find something.

    with writing(place.main) as connection:
        vault.forget(connection, people[150])
    vault.shred(place.main)

    everything = files(tmp_path)
    assert not any(trace in everything for trace in [*traces, texts[150]])
    assert all(trace in everything for trace in traces_of(place, people[151]))


@pytest.mark.parametrize("db", ["sqlite"])
def test_no_byte_of_what_the_old_kek_wrapped_is_left_after_a_rekey(place: Any, tmp_path: Path) -> None:
    ali = place.register("Ali", "1")
    (*_, wrapped) = traces_of(place, ali)
    assert wrapped in files(tmp_path)

    place.vault().rekey(bytes(32))

    assert wrapped not in files(tmp_path)


def killed(database: tuple[str, str], subject: UUID, step: str) -> None:
    done = subprocess.run([sys.executable, DYING, *database, str(subject), step], check=False)
    assert done.returncode == -signal.SIGKILL


def left(place: Any) -> set[UUID]:
    """Everybody of whom anything is left in either database."""
    with reading(place.main) as connection:
        found = {one for table in (FIELDS, INDEX) for one in connection.scalars(select(table.c.subject))}
    with reading(place.keys) as connection:
        found.update(connection.scalars(select(DEKS.c.subject)))
    return {UUID(bytes=one) for one in found}


def traces_of(place: Any, subject: UUID) -> list[bytes]:
    """The ends of the blob (a long one is spread over pages), the tag and the wrapped key."""
    with reading(place.main) as connection:
        blob = connection.execute(select(FIELDS.c.blob).where(FIELDS.c.subject == subject.bytes)).scalar_one()
        tag = connection.execute(select(INDEX.c.tag).where(INDEX.c.subject == subject.bytes)).scalar_one()
    with reading(place.keys) as connection:
        wrapped = connection.execute(select(DEKS.c.wrapped).where(DEKS.c.subject == subject.bytes)).scalar_one()
    return [blob[:32], blob[-32:], tag, wrapped]


def files(folder: Path) -> bytes:
    """Both databases with their write-ahead logs."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
