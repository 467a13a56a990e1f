import pytest

from ledger.domain.cases import ALPHABET, new_number, read_number
from ledger.errors import InputError


def test_a_number_is_read_as_people_type_it() -> None:
    assert read_number("k9n48-d9hxj") == read_number(" K9N48 D9HXJ ") == "K9N48-D9HXJ"
    assert read_number("OIL00-00000") == "01100-00000"


@pytest.mark.parametrize("typed", ["", "K9N48", "K9N48-D9HXJ-1", "K9N48-D9HXU", "'; DROP TABLE cases", "K" * 5000])
def test_what_cannot_be_a_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        read_number(typed)

    assert refused.value.code == "case-number"
    assert refused.value.facts == {"expected": "10"}


def test_numbers_are_random_and_read_back() -> None:
    made = {new_number() for _ in range(200)}

    assert len(made) == 200
    assert all(read_number(number) == number for number in made)
    assert set("".join(made)) == {*ALPHABET, "-"}
