"""Start: what a crash or a backup left is put in order, and a wrong key database is refused."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from ledger.database import reading, writing
from ledger.domain.values import Personal, new_id
from ledger.errors import SealedError
from ledger.vault.identities import INDEX
from ledger.vault.keys import DEKS, PEPPERS
from ledger.vault.sealed import FIELDS, PENDING
from ledger.vault.settle import ORPHAN, Settled

WHO = {"reader": "officer 7", "purpose": "print"}


def test_a_ledger_in_order_is_left_as_it_is(place: Any) -> None:
    ali = place.register("Ali", "1")

    assert place.vault().settle(place.main, known=[ali], erased=[]) == Settled(0, 0)

    with writing(place.main) as connection:
        assert place.vault().open(connection, ali, "identity", **WHO) == {"name": "Ali", "nik": "1"}


def test_a_pending_erasure_is_finished(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    with writing(place.main) as connection:
        place.vault().forget(connection, ali)

    settled = place.vault().settle(place.main, known=[ali, ani], erased=[ali])

    assert settled == Settled(shredded=1, swept=0)
    assert keyed(place) == {ani}
    assert place.vault().shred(place.main) == 0


def test_a_backup_of_either_database_resurrects_nobody(place: Any) -> None:
    ali, ani, eka = (place.register(name, name) for name in ("Ali", "Ani", "Eka"))
    with writing(place.main) as connection:  # Ani's rows came back but not her key; Eka's key but not his rows.
        connection.execute(delete(FIELDS).where(FIELDS.c.subject == eka.bytes))
        connection.execute(delete(INDEX).where(INDEX.c.subject == eka.bytes))
    with writing(place.keys) as connection:
        connection.execute(delete(DEKS).where(DEKS.c.subject == ani.bytes))

    settled = place.vault().settle(place.main, known=[ali, ani, eka], erased=[ani, eka])

    assert settled == Settled(shredded=2, swept=0)
    assert keyed(place) == {ali}
    with reading(place.main) as connection:
        for table in (FIELDS, INDEX):
            assert connection.scalars(select(table.c.subject)).all() == [ali.bytes]
        assert connection.scalars(select(PENDING.c.subject)).all() == []


def test_a_key_that_no_history_knows_is_swept_after_an_hour(place: Any) -> None:
    ali, orphan = place.register("Ali", "1"), new_id(2)
    place.vault().prepare([orphan])
    vault = place.vault()

    place.clock.now += ORPHAN
    early = vault.settle(place.main, known=[ali], erased=[])
    place.clock.now += 1
    late = vault.settle(place.main, known=[ali], erased=[])

    assert (early.swept, late.swept) == (0, 1)
    assert keyed(place) == {ali}


def test_a_key_is_kept_while_the_main_database_holds_what_it_sealed(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    place.clock.now += ORPHAN + 1

    settled = place.vault().settle(place.main, known=[ali], erased=[])  # The caller forgot Ani.

    assert settled.swept == 0
    assert keyed(place) == {ali, ani}


def test_an_empty_history_beside_old_keys_sweeps_nothing(place: Any) -> None:
    orphan = new_id(2)
    place.vault().prepare([orphan])
    place.clock.now += ORPHAN + 1

    assert place.vault().settle(place.main, known=[], erased=[]).swept == 0

    assert keyed(place) == {orphan}


def test_subjects_without_key_and_without_erasure_stop_the_start_and_no_key_is_swept(
    place: Any, other_keys: Any
) -> None:
    people = sorted(place.register(str(n), str(n)) for n in range(5))
    place.keys, orphan = other_keys(), new_id(2)
    place.vault().prepare([orphan])
    place.clock.now += ORPHAN + 1

    with pytest.raises(SealedError) as refused:
        place.vault().settle(place.main, known=people, erased=people[:1])

    assert refused.value.code == "keys-missing"
    assert refused.value.facts == {"subjects": 4, "first": [str(one) for one in people[1:4]]}
    assert keyed(place) == {orphan}


def test_a_key_database_without_the_index_pepper_stops_the_start(place: Any) -> None:
    ali = place.register("Ali", "1")
    with writing(place.keys) as connection:
        connection.execute(delete(PEPPERS))
    place.clock.now += 1

    with pytest.raises(SealedError) as refused:
        place.vault().settle(place.main, known=[ali], erased=[])

    assert refused.value.code == "pepper-missing"


def test_marks_stay_while_the_bytes_are_not_gone(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ali = place.register("Ali", "1")
    with writing(place.main) as connection:
        place.vault().forget(connection, ali)

    with monkeypatch.context() as patch:
        patch.setattr("ledger.vault.settle.scrub", lambda _: False)  # Somebody reads a long report.
        unfinished = place.vault().shred(place.main)

    assert unfinished == 0
    assert keyed(place) == set()
    assert place.vault().shred(place.main) == 1


def test_an_erased_persons_number_can_be_claimed_by_a_new_registration(place: Any) -> None:
    ali = place.register("Ali", "1")
    with writing(place.main) as connection:
        place.vault().forget(connection, ali)
    place.vault().shred(place.main)

    again = place.register("Ali", "1")

    with reading(place.main) as connection:
        assert place.vault().find(connection, "nik", Personal("1")) == again != ali


def keyed(place: Any) -> set[Any]:
    return set(place.vault()._keys.created())
