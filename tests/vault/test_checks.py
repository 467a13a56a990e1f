"""A check code leads to one certificate, without the code being stored; it goes with its holder."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from ledger.database import reading, writing
from ledger.domain.values import Personal
from ledger.errors import SealedError
from ledger.vault.checks import CHECKS
from ledger.vault.keys import PEPPERS
from ledger.vault.sealed import FIELDS

CODE, SECOND = Personal("01KX9ZQ8"), Personal("ABCDEFGH")


def certified(place: Any, holder: UUID, code: Personal) -> UUID:
    """A certificate of theirs with this code."""
    certificate, vault = uuid4(), place.vault()
    with writing(place.main) as connection:
        vault.seal(connection, holder, f"content/{certificate}", {"name": "Ali", "check": code.reveal()})
        vault.claim_checks(connection, {code: (holder, certificate)})
    return certificate


def found(place: Any, *codes: Personal) -> dict[Personal, tuple[UUID, UUID]]:
    with reading(place.main) as connection:
        answer: dict[Personal, tuple[UUID, UUID]] = place.vault().find_checks(connection, codes)
    return answer


def tags(place: Any) -> set[bytes]:
    with reading(place.main) as connection:
        return set(connection.scalars(select(CHECKS.c.tag)))


def test_a_code_finds_its_certificate_and_holder(place: Any) -> None:
    ali = place.register("Ali", "1")
    first, second = certified(place, ali, CODE), certified(place, ali, SECOND)

    assert found(place, CODE, SECOND, Personal("ZZZZZZZZ")) == {CODE: (ali, first), SECOND: (ali, second)}


def test_an_erased_holders_code_finds_nothing(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    certified(place, ali, CODE)
    kept = certified(place, ani, SECOND)

    with writing(place.main) as connection:
        place.vault().forget(connection, ali)

    assert found(place, CODE, SECOND) == {SECOND: (ani, kept)}


def test_a_restored_backup_brings_no_code_of_the_erased_back(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    certified(place, ali, CODE)

    place.vault().settle(place.main, known=[ani], erased=[ali])

    assert tags(place) == set()


def test_a_rotation_makes_these_tags_anew_too(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    papers = {CODE: (ali, certified(place, ali, CODE)), SECOND: (ani, certified(place, ani, SECOND))}
    before = tags(place)

    place.vault().rotate_pepper(place.main)

    assert not before & tags(place)
    assert found(place, CODE, SECOND) == papers
    with reading(place.keys) as connection:
        assert len(connection.scalars(select(PEPPERS.c.id)).all()) == 1


def test_a_pepper_that_a_code_needs_is_not_dropped(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ali = place.register("Ali", "1")
    paper = ali, certified(place, ali, CODE)
    with monkeypatch.context() as patch:
        patch.setattr("ledger.vault.checks.retag", stop)
        with pytest.raises(InterruptedError):
            place.vault().rotate_pepper(place.main)

    place.vault().settle(place.main, known=[ali], erased=[])

    assert found(place, CODE) == {CODE: paper}


@pytest.mark.parametrize(
    "broken", [update(CHECKS).values(tag=bytes(32)), delete(FIELDS).where(FIELDS.c.field.startswith("content/"))]
)
def test_a_tag_that_is_not_that_of_the_sealed_code_stops_the_rotation(place: Any, broken: Any) -> None:
    certified(place, place.register("Ali", "1"), CODE)
    with writing(place.main) as connection:
        connection.execute(broken)
    before = tags(place)

    with pytest.raises(SealedError) as refused:
        place.vault().rotate_pepper(place.main)

    assert refused.value.code == "index-broken"
    assert tags(place) == before


def stop(*_: object) -> None:
    raise InterruptedError
