"""Sealing, opening and forgetting."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from ledger.database import writing
from ledger.domain.people import FullName
from ledger.domain.values import new_id
from ledger.errors import InputError, SealedError
from ledger.vault.keys import DEKS
from ledger.vault.sealed import FIELDS, LIMIT, PENDING

WHO = {"reader": "officer 7", "purpose": "print"}
ALI = {"name": "Ali", "nik": "3216066008720011"}


@pytest.mark.parametrize("data", [ALI, "Karena sakit", b"\x01\x02", {"name": "Ani", "year": 1972}])
def test_what_was_sealed_is_what_is_opened(place: Any, data: Any) -> None:
    vault, subject = place.vault(), new_id(1)
    vault.prepare([subject])

    with writing(place.main) as connection:
        commitment = vault.seal(connection, subject, "identity", data)
        opened = vault.open(connection, subject, "identity", **WHO)

    assert opened == data
    assert len(commitment) == 32


def test_two_seals_of_the_same_data_have_nothing_in_common(place: Any) -> None:
    vault, one, two = place.vault(), new_id(1), new_id(2)
    vault.prepare([one, two])

    with writing(place.main) as connection:
        first, second = vault.seal_many(connection, [(one, "content", ALI), (two, "content", ALI)])
        again = vault.seal(connection, one, "content", ALI)

    assert len({first, second, again}) == 3


def test_commitments_come_in_the_order_of_the_items_and_many_open_at_once(place: Any) -> None:
    vault, people = place.vault(), [new_id(1) for _ in range(600)]
    vault.prepare(people)

    with writing(place.main) as connection:
        commitments = vault.seal_many(connection, [(one, "token", one.bytes) for one in people])
        opened = vault.open_many(connection, people, "token", **WHO)
        stored = dict(connection.execute(select(FIELDS.c.subject, FIELDS.c.commitment)).all())

    assert opened == {one: one.bytes for one in people}
    assert [stored[one.bytes] for one in people] == commitments


def test_a_corrected_field_replaces_the_old_one(place: Any) -> None:
    subject, vault = place.register("Ali", "1"), place.vault()

    with writing(place.main) as connection:
        vault.seal(connection, subject, "identity", {"name": "Aly"})
        opened = vault.open(connection, subject, "identity", **WHO)

    assert opened == {"name": "Aly"}


def test_nothing_is_sealed_for_whoever_was_not_prepared(place: Any) -> None:
    vault, prepared, stranger = place.vault(), new_id(1), new_id(2)
    vault.prepare([prepared])

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        vault.seal_many(connection, [(prepared, "content", "a"), (stranger, "content", "b")])

    assert refused.value.code == "keys-missing"
    assert refused.value.facts == {"subjects": 1, "first": [str(stranger)]}
    with writing(place.main) as connection:
        assert connection.scalar(select(func.count()).select_from(FIELDS)) == 0


def test_data_that_nobody_could_read_back_is_refused(place: Any) -> None:
    vault, subject = place.vault(), new_id(1)
    vault.prepare([subject])

    with writing(place.main) as connection:
        with pytest.raises(InputError) as too_large:
            vault.seal(connection, subject, "reasons", "a" * LIMIT)
        with pytest.raises(InputError) as malformed:
            vault.seal(connection, subject, "identity", FullName("Ali"))

    assert too_large.value.code == "input-too-large"
    assert malformed.value.code == "cbor-malformed"


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("blob", lambda blob: blob[:-1] + bytes([blob[-1] ^ 1])),
        ("blob", lambda blob: blob[:20]),
        ("blob", lambda _: b""),
        ("commitment", lambda _: bytes(32)),
    ],
    ids=["a flipped bit", "a cut blob", "an empty blob", "another commitment"],
)
def test_a_tampered_row_does_not_open(place: Any, column: str, change: Any) -> None:
    subject, vault = place.register("Ali", "1"), place.vault()
    with writing(place.main) as connection:
        changed = change(connection.scalar(select(FIELDS.c[column])))
        connection.execute(update(FIELDS).values({column: changed}))

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        vault.open(connection, subject, "identity", **WHO)

    assert refused.value.code == "data-tampered"
    assert "Ali" not in str(refused.value)


@pytest.mark.parametrize("column", ["field", "subject"])
def test_a_row_moved_to_another_field_or_person_does_not_open(place: Any, column: str) -> None:
    ali, vault = place.register("Ali", "1"), place.vault()
    other = new_id(5)
    vault.prepare([other])
    moved: dict[str, Any] = {"field": "content"} if column == "field" else {"subject": other.bytes}
    with writing(place.main) as connection:
        connection.execute(update(FIELDS).values(**moved))

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        vault.open(connection, UUID(bytes=moved.get("subject", ali.bytes)), moved.get("field", "identity"), **WHO)

    assert refused.value.code == "data-tampered"


def test_a_blob_that_holds_other_data_than_was_committed_to_does_not_open(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, vault = new_id(1), place.vault()
    vault.prepare([subject])
    with writing(place.main) as connection, monkeypatch.context() as patch:
        patch.setattr("ledger.vault.sealed._commitment", lambda *_: bytes(32))  # Whoever seals is lying.
        vault.seal(connection, subject, "identity", ALI)

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        vault.open(connection, subject, "identity", **WHO)

    assert refused.value.code == "data-tampered"


def test_the_ledgers_name_is_part_of_every_commitment(place: Any) -> None:
    subject = place.register("Ali", "1")
    elsewhere = place.vault()
    elsewhere._origin = "ledger.ipspi.or.id"

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        elsewhere.open(connection, subject, "identity", **WHO)

    assert refused.value.code == "data-tampered"


def test_whoever_is_forgotten_is_unreadable_though_the_key_is_still_there(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    vault = place.vault()

    with writing(place.main) as connection:
        vault.forget(connection, ali)
        vault.forget(connection, ali)

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        vault.open(connection, ali, "identity", **WHO)
    assert refused.value.code == "data-erased"
    with writing(place.main) as connection:
        assert vault.open_many(connection, [ali, ani], "identity", **WHO).keys() == {ani}
        assert connection.scalars(select(PENDING.c.subject)).all() == [ali.bytes]
    with place.keys.connect() as connection:
        assert ali.bytes in connection.scalars(select(DEKS.c.subject)).all()


def test_a_lost_key_is_named_and_not_taken_for_an_erasure(place: Any, other_keys: Any) -> None:
    subject = place.register("Ali", "1")
    place.keys = other_keys()

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        place.vault().open(connection, subject, "identity", **WHO)

    assert refused.value.code == "keys-missing"
