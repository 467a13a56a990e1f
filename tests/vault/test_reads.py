"""Nobody looks at personal data without a name and a purpose."""

from typing import Any

import pytest

from ledger.database import writing
from ledger.errors import SealedError
from ledger.vault import reads
from ledger.vault.reads import Read


def test_every_look_is_noted_and_outlives_the_data(place: Any) -> None:
    ali, ani = place.register("Ali", "1"), place.register("Ani", "2")
    vault = place.vault()

    with writing(place.main) as connection:
        vault.open(connection, ali, "identity", reader="officer 7", purpose="print")
        place.clock.now += 5
        vault.open_many(connection, [ali, ani], "identity", reader="officer 8", purpose="list")
        vault.forget(connection, ali)

    with writing(place.main) as connection:
        assert reads.of(connection, ali) == [
            Read(place.clock.now - 5, "officer 7", "print", "identity"),
            Read(place.clock.now, "officer 8", "list", "identity"),
        ]
        assert reads.of(connection, ani) == [Read(place.clock.now, "officer 8", "list", "identity")]


@pytest.mark.parametrize("why", [{"reader": "", "purpose": "print"}, {"reader": "officer 7", "purpose": " "}])
def test_a_look_without_name_or_purpose_is_refused(place: Any, why: dict[str, str]) -> None:
    ali = place.register("Ali", "1")

    with writing(place.main) as connection:
        with pytest.raises(SealedError) as refused:
            place.vault().open(connection, ali, "identity", **why)

        assert refused.value.code == "read-unexplained"
        assert reads.of(connection, ali) == []


def test_a_look_at_what_is_not_there_leaves_no_note(place: Any) -> None:
    ali = place.register("Ali", "1")

    with writing(place.main) as connection:
        found = place.vault().open_many(connection, [ali], "token", reader="officer 7", purpose="print")

        assert found == {}
        assert reads.of(connection, ali) == []
