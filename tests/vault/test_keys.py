"""The key database."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from ledger.database import reading, writing
from ledger.domain.values import Personal, new_id
from ledger.errors import ConfigError, SealedError
from ledger.vault import keys as keys_module
from ledger.vault.keys import DEKS, PEPPERS, Kek, Keys

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
WHO = {"reader": "officer 7", "purpose": "print"}


def test_a_key_is_made_once_and_is_a_secret_of_its_own(place: Any) -> None:
    one, two = new_id(1), new_id(2)
    keys = Keys(place.keys, OLD, place.clock)
    keys.prepare([one])
    first = keys.deks([one])
    place.clock.now += 1

    keys.prepare([one, two, two])
    keys.prepare([one, two])

    found = keys.deks([one, two, new_id(3)])
    assert found.keys() == {one, two}
    assert found[one] == first[one] != found[two]
    assert keys.created() == {one: place.clock.now - 1, two: place.clock.now}


def test_no_key_lies_unwrapped_in_the_database(place: Any) -> None:
    subject = new_id(1)
    keys = Keys(place.keys, OLD, place.clock)
    keys.prepare([subject])

    with reading(place.keys) as connection:
        wrapped = connection.execute(select(DEKS.c.wrapped)).scalar_one()

    assert keys.deks([subject])[subject] not in wrapped


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_kek_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ConfigError) as refused:
        Kek(bytes(size))

    assert refused.value.code == "kek-malformed"
    assert refused.value.facts == {"got": size, "expected": 32}


def test_the_keks_name_is_the_documented_one() -> None:
    # { printf peksos/kek/1; head -c 32 /dev/zero; } | sha256sum | cut -c -16
    assert Kek(bytes(32)).id == "ce55d3bebc561f35"


def test_another_kek_is_told_which_one_is_needed(place: Any) -> None:
    ali = place.register("Ali", "1")

    with pytest.raises(SealedError) as refused, writing(place.main) as connection:
        place.vault(NEW).open(connection, ali, "identity", **WHO)

    assert refused.value.code == "kek-unknown"
    assert refused.value.facts == {"got": Kek(OLD).id, "expected": Kek(NEW).id}


@pytest.mark.parametrize("change", [{"wrapped": bytes(60)}, {"wrapped": b""}, {"subject": new_id(9).bytes}])
def test_a_wrapped_key_that_was_changed_or_moved_does_not_unwrap(place: Any, change: dict[str, bytes]) -> None:
    subject = new_id(1)
    keys = Keys(place.keys, OLD, place.clock)
    keys.prepare([subject])
    with writing(place.keys) as connection:
        connection.execute(update(DEKS).values(**change))
        moved = UUID(bytes=connection.scalar(select(DEKS.c.subject)))

    with pytest.raises(SealedError) as refused:
        keys.deks([moved])

    assert refused.value.code == "key-tampered"


def test_after_a_rekey_only_the_new_kek_opens_and_nothing_is_lost(place: Any) -> None:
    ali = place.register("Ali", "1")
    vault = place.vault()
    with reading(place.keys) as connection:
        before = connection.execute(select(DEKS.c.created, DEKS.c.wrapped)).one()

    assert vault.rekey(NEW) == 2  # A key and a pepper.

    for known in (vault, place.vault(NEW)):
        with writing(place.main) as connection:
            assert known.open(connection, ali, "identity", **WHO) == {"name": "Ali", "nik": "1"}
            assert known.find(connection, "nik", Personal("1")) == ali
    with reading(place.keys) as connection:
        after = connection.execute(select(DEKS.c.created, DEKS.c.wrapped)).one()
    assert after.created == before.created
    assert after.wrapped != before.wrapped
    with pytest.raises(SealedError) as refused:
        place.vault().settle(place.main, known=[ali], erased=[])
    assert refused.value.code == "kek-unknown"


def test_a_rekey_is_repeated_by_whoever_still_has_the_old_kek(place: Any) -> None:
    ali = place.register("Ali", "1")
    place.vault().rekey(NEW)

    place.vault().rekey(NEW)  # The first one crashed before the setting was changed.

    place.vault(NEW).settle(place.main, known=[ali], erased=[])


@pytest.mark.parametrize("fault", ["update", "wrap"])
def test_a_rekey_that_does_not_read_back_changes_nothing(
    place: Any, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ali = place.register("Ali", "1")
    wrap = Kek.wrap
    faults: dict[str, Any] = {
        "update": lambda table: update(table).where(table.c.kek_id == "nobody's"),  # Nothing is written.
        "wrap": lambda kek, context, name, _: wrap(kek, context, name, bytes(32)),  # Another key is written.
    }
    target: Any = keys_module if fault == "update" else Kek
    with monkeypatch.context() as patch:
        patch.setattr(target, fault, faults[fault])
        with pytest.raises(SealedError):
            place.vault().rekey(NEW)

    with writing(place.main) as connection:
        assert place.vault().open(connection, ali, "identity", **WHO) == {"name": "Ali", "nik": "1"}


@pytest.mark.parametrize("table", [DEKS, PEPPERS])
def test_a_key_of_another_kek_stops_the_start(place: Any, table: Any) -> None:
    ali = place.register("Ali", "1")
    with writing(place.keys) as connection:
        connection.execute(update(table).values(kek_id=Kek(NEW).id))

    with pytest.raises(SealedError) as refused:
        place.vault().settle(place.main, known=[ali], erased=[])

    assert refused.value.code == "kek-unknown"


def test_a_new_pepper_is_the_newest_though_the_clock_stands_still(place: Any) -> None:
    keys = Keys(place.keys, OLD, place.clock)
    (first,) = keys.peppers()

    newest = keys.add_pepper()

    assert first == place.clock.now
    assert newest == first + 1
    assert list(keys.peppers()) == [first, newest]


def test_what_a_reader_still_holds_is_scrubbed_later(place: Any) -> None:
    keys = Keys(place.keys, OLD, place.clock)
    keys.prepare([new_id(1)])
    with reading(place.keys) as reader:
        reader.execute(select(DEKS)).all()
        with writing(place.keys) as writer:
            writer.execute(delete(DEKS))
            writer.exec_driver_sql("PRAGMA busy_timeout=10")  # It is this connection that the pool gives next.

        assert not keys.scrub()

    assert keys.scrub()
