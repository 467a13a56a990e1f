"""Search by name, from memory."""

from uuid import UUID

import pytest

from ledger.domain.people import FoldedName, FullName
from ledger.vault.names import FEW, MOST, Known, NameIndex

ALI, ANI, BUDI, SITI = (UUID(int=n) for n in (1, 2, 3, 4))


def test_every_typed_word_begins_a_word_of_the_name() -> None:
    index = indexed({SITI: "Dra. Siti Nur'aini, M.Si.", BUDI: "Budi"})

    assert found(index, "nuraini s") == [SITI]
    assert found(index, "SITI") == [SITI]
    assert found(index, "iti") == []
    assert found(index, "siti budi") == []
    assert found(index, " ") == []


def test_titles_apostrophes_and_old_spellings_do_not_matter() -> None:
    index = indexed({ALI: "H. Moch. Soeparman Djamil", SITI: "Nur Aini", ANI: "Chandra Annisa"})

    assert found(index, "Dr. Muhammad Suparman, M.Si.") == [ALI]
    assert found(index, "jamil") == [ALI]
    assert found(index, "moh. supar") == [ALI]
    assert found(index, "Nur'aini") == [SITI]
    assert found(index, "candra anisa") == [ANI]


def test_two_words_that_the_name_writes_as_one_are_found() -> None:
    assert found(indexed({SITI: "Siti Nuraini"}), "siti nur aini") == [SITI]


def test_another_name_of_a_person_is_found_too() -> None:
    index = NameIndex()

    index.put({ALI: Known((folded("Slamet"), folded("Cak Mamat")), "35")})

    assert found(index, "mamat") == [ALI]


def test_who_is_called_otherwise_or_erased_is_not_found_by_the_old_name() -> None:
    index = indexed({ALI: "Ali", ANI: "Ani"})

    index.put({ANI: Known((folded("Anisa"),), None)})
    index.drop([ALI])

    assert found(index, "ali") == []
    assert found(index, "a") == [ANI]
    assert len(index) == 1


def test_many_are_put_and_dropped_at_once() -> None:
    many = {UUID(int=n): f"Budi {chr(97 + n % 26)}" for n in range(1, 3 * FEW)}
    index = indexed(many)

    index.drop(list(many)[1:])

    assert found(index, "budi") == [UUID(int=1)]


def test_a_short_word_typed_often_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    index = indexed({UUID(int=n): f"{chr(97 + n % 26)}a Lukman" for n in range(1, 3000)})
    looked: list[str] = []
    beginning = index._beginning
    monkeypatch.setattr(index, "_beginning", lambda word: looked.append(word) or beginning(word))

    people = index.search(folded("na" + " n" * 49), limit=5000)

    assert len(people) == len(range(13, 3000, 26))
    assert len(looked) == len(set(looked)) <= MOST


def test_of_very_many_words_the_first_ones_find_a_person() -> None:
    index = indexed({ALI: "Ahmad Budi Citra Dewi Eka Fajar"})

    assert found(index, "ahmad budi citra dewi eka fajar gunawan") == [ALI]
    assert found(index, "ahmad budi citra dewi eka gunawan fajar") == []


def test_a_province_sees_its_own_people() -> None:
    index = NameIndex()
    index.put({ALI: Known((folded("Ali"),), "32.75"), ANI: Known((folded("Alia"),), "33.01")})

    assert index.search(folded("ali"), region="32") == [ALI]


def test_pages_follow_each_other_by_name() -> None:
    index = indexed({SITI: "Aa", ALI: "Ab", ANI: "Ac"})

    first = index.search(folded("a"), limit=2)

    assert first == [SITI, ALI]
    assert index.search(folded("a"), after=ALI, limit=2) == [ANI]
    index.drop([ALI])
    assert index.search(folded("a"), after=ALI, limit=2) == [SITI, ANI]


def indexed(names: dict[UUID, str]) -> NameIndex:
    index = NameIndex()
    index.put({who: Known((folded(name),), None) for who, name in names.items()})
    return index


def folded(name: str) -> FoldedName:
    return FullName(name).folded()


def found(index: NameIndex, typed: str) -> list[UUID]:
    return index.search(folded(typed))
