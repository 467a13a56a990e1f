"""Names that are written otherwise and heard alike."""

import pytest

from ledger.domain.people import FullName
from ledger.domain.spelling import alike, spellings, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("djoko", "joko"), ("soekarno", "sukarno"), ("tjipto", "cipto"), ("sjarif", "syarif"), ("njoman", "nyoman")),
        *(("moh", "muhammad"), ("m", "mohamad"), ("mochammad", "muhamad"), ("achmad", "ahmad"), ("chandra", "candra")),
        *(("anissa", "anisa"), ("khairul", "chairul"), ("budhi", "budi"), ("yudi", "iudi"), ("abd", "abdul")),
    ],
)
def test_two_spellings_of_a_name_are_alike(one: str, other: str) -> None:
    assert set(spellings(one)) & set(spellings(other))


@pytest.mark.parametrize(
    ("one", "other"), [("budi", "dewi"), ("siti", "sita"), ("joko", "toko"), ("muhammad", "mamat")]
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert not set(spellings(one)) & set(spellings(other))


def test_what_joins_two_names_is_no_name() -> None:
    assert words("slamet alias mamat bin ali") == ["slamet", "mamat", "ali"]

    assert words("alias") == ["alias"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Moh. Rizki Djunaedi", "Muhammad Rizky Junaedi, S.Sos.", True),
        ("Nur Aini", "Nuraini", True),
        ("Slamet bin Ali", "Slamet Ali", True),
        ("Siti", "Siti Aminah", False),
        ("Siti Aminah", "Aminah Siti", False),
        ("Siti Aminah", "Siti Rahma", False),
    ],
)
def test_names_are_alike_word_for_word_or_written_as_one(one: str, other: str, same: bool) -> None:
    assert alike(FullName(one).folded(), FullName(other).folded()) is same
    assert alike(FullName(other).folded(), FullName(one).folded()) is same
