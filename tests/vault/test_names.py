"""Search by name, from memory."""

from typing import Any

from ledger.database import writing
from ledger.domain.people import FullName
from ledger.domain.values import new_id
from ledger.vault import reads
from ledger.vault.names import NameCache


def test_every_typed_word_begins_a_word_of_the_name(place: Any) -> None:
    siti = place.register("Dra. Siti Nur'aini, M.Si.", "1")
    place.register("Budi", "2")
    cache = refreshed(place)

    assert search(cache, "nuraini s") == [siti]
    assert search(cache, "SITI") == [siti]
    assert search(cache, "iti") == []
    assert search(cache, "siti budi") == []


def test_a_refresh_learns_the_new_and_the_corrected_and_drops_the_erased(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    cache, vault = refreshed(place), place.vault()
    with writing(place.main) as connection:  # Another process writes.
        vault.forget(connection, ali)
        vault.seal(connection, ani, "identity", {"name": "Anisa", "nik": "2"})
    eka = place.register("Eka", "3")

    with writing(place.main) as connection:
        cache.refresh(connection)

    assert search(cache, "ali") == []
    assert search(cache, "anisa") == [ani]
    assert search(cache, "eka") == [eka]


def test_each_name_is_looked_at_once_and_noted(place: Any) -> None:
    ali = place.register("Ali", "1")
    cache = refreshed(place)

    with writing(place.main) as connection:
        cache.refresh(connection)

        assert [read.reader for read in reads.of(connection, ali)] == ["search"]


def test_an_identity_without_a_name_is_not_found(place: Any) -> None:
    nameless = new_id(1)
    place.vault().prepare([nameless])
    with writing(place.main) as connection:
        place.vault().seal(connection, nameless, "identity", "text")

    assert search(refreshed(place), "text") == []


def refreshed(place: Any) -> NameCache:
    cache = NameCache(place.vault())
    with writing(place.main) as connection:
        cache.refresh(connection)
    return cache


def search(cache: NameCache, typed: str) -> list[Any]:
    return cache.search(FullName(typed).folded())
