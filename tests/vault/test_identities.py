"""One registrant per number, without the number."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from ledger.database import reading, writing
from ledger.domain.values import Personal, new_id
from ledger.errors import ConflictError, SealedError
from ledger.vault.identities import INDEX
from ledger.vault.keys import PEPPERS
from ledger.vault.sealed import FIELDS

NIK = "3216066008720011"


def test_a_number_finds_its_person_and_nobody_elses(place: Any) -> None:
    ali = place.register("Ali", NIK)
    vault = place.vault()

    with reading(place.main) as connection:
        assert vault.find(connection, "nik", Personal(NIK)) == ali
        assert vault.find(connection, "passport", Personal(NIK)) is None
        assert vault.find_many(connection, "nik", [Personal(NIK), Personal("2")]) == {Personal(NIK): ali}


def test_a_number_is_claimed_once_and_the_refusal_does_not_repeat_it(place: Any) -> None:
    ali = place.register("Ali", NIK)
    vault, other = place.vault(), new_id(9)

    with pytest.raises(ConflictError) as refused, writing(place.main) as connection:
        vault.claim_many(connection, "nik", {other: Personal(NIK), new_id(10): Personal("7")})

    assert refused.value.code == "identity-taken"
    assert refused.value.facts == {"kind": "nik"}
    with reading(place.main) as connection:
        assert vault.find_many(connection, "nik", [Personal(NIK), Personal("7")]) == {Personal(NIK): ali}


def test_two_people_in_one_sheet_cannot_share_a_number(place: Any) -> None:
    with pytest.raises(ConflictError) as refused, writing(place.main) as connection:
        place.vault().claim_many(connection, "nik", {new_id(1): Personal(NIK), new_id(2): Personal(NIK)})

    assert refused.value.code == "identity-taken"


def test_a_corrected_number_frees_the_wrong_one(place: Any) -> None:
    ali = place.register("Ali", "1")
    vault, other = place.vault(), new_id(9)

    with writing(place.main) as connection:
        vault.claim(connection, "nik", Personal("1"), ali)  # Again is no conflict with oneself.
        vault.claim(connection, "nik", Personal(NIK), ali)
        vault.claim(connection, "nik", Personal("1"), other)

    with reading(place.main) as connection:
        found = vault.find_many(connection, "nik", [Personal("1"), Personal(NIK)])
    assert found == {Personal("1"): other, Personal(NIK): ali}


def test_an_erased_persons_number_is_free_again(place: Any) -> None:
    ali = place.register("Ali", NIK)
    vault = place.vault()

    with writing(place.main) as connection:
        vault.forget(connection, ali)

    with reading(place.main) as connection:
        assert vault.find(connection, "nik", Personal(NIK)) is None


def test_a_rotation_makes_every_tag_anew_and_drops_the_old_pepper(place: Any) -> None:
    people = {Personal(str(n)): place.register(f"Orang {n}", str(n)) for n in range(3)}
    vault, before = place.vault(), tags(place)

    assert vault.rotate_pepper(place.main) == 3

    assert not before & tags(place)
    with reading(place.main) as connection:
        assert vault.find_many(connection, "nik", people) == people
    with reading(place.keys) as connection:
        assert len(connection.scalars(select(PEPPERS.c.id)).all()) == 1


@pytest.mark.parametrize("step", ["_keys.drop_peppers", "retag"])
def test_a_rotation_that_stops_midway_loses_no_number(place: Any, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ali = place.register("Ali", NIK)
    vault = place.vault()
    where = "ledger.vault.keys.Keys.drop_peppers" if step != "retag" else "ledger.vault.identities.retag"
    with monkeypatch.context() as patch:
        patch.setattr(where, stop)
        with pytest.raises(InterruptedError):
            vault.rotate_pepper(place.main)

    ani = place.register("Ani", "2")  # Under the newest pepper, while Ali may still be under the old one.
    with pytest.raises(ConflictError), writing(place.main) as connection:
        vault.claim(connection, "nik", Personal(NIK), ani)

    place.vault().settle(place.main, known=[ali, ani], erased=[])
    assert vault.rotate_pepper(place.main) == 2
    with reading(place.main) as connection:
        assert vault.find(connection, "nik", Personal(NIK)) == ali
        assert vault.find(connection, "nik", Personal("2")) == ani
    with reading(place.keys) as connection:
        assert len(connection.scalars(select(PEPPERS.c.id)).all()) == 1


def test_a_pepper_that_no_tag_needs_is_dropped_at_start(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ali = place.register("Ali", NIK)
    with monkeypatch.context() as patch:
        patch.setattr("ledger.vault.keys.Keys.drop_peppers", stop)
        with pytest.raises(InterruptedError):
            place.vault().rotate_pepper(place.main)

    place.vault().settle(place.main, known=[ali], erased=[])

    with reading(place.keys) as connection:
        assert len(connection.scalars(select(PEPPERS.c.id)).all()) == 1


@pytest.mark.parametrize("broken", [update(INDEX).values(tag=bytes(32)), delete(FIELDS)])
def test_a_tag_that_is_not_that_of_the_sealed_number_stops_the_rotation(place: Any, broken: Any) -> None:
    place.register("Ali", NIK)
    with writing(place.main) as connection:
        connection.execute(broken)
    before = tags(place)

    with pytest.raises(SealedError) as refused:
        place.vault().rotate_pepper(place.main)

    assert refused.value.code == "index-broken"
    assert tags(place) == before


def stop(*_: object) -> None:
    raise InterruptedError


def tags(place: Any) -> set[bytes]:
    with reading(place.main) as connection:
        return set(connection.scalars(select(INDEX.c.tag)))
