"""Searching people: current in every process, erased people gone, and every name that is shown is a look."""

from datetime import date
from uuid import UUID

import pytest

from ledger.application import search
from ledger.application.registrants import Person
from ledger.application.scope import Sight
from ledger.application.search import LONGEST, Search
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.domain.spelling import spellings
from ledger.errors import InputError
from ledger.vault import reads


def person(name: str, nik: str = "3275014507900001", alias: str | None = None) -> Person:
    born, other = BirthDate.of(date(1990, 7, 5)), FullName.parse(alias) if alias else None
    return Person(FullName.parse(name), NationalId.parse(nik), born, "P", "32.75", other)


def registered(story: Story, name: str, **more: str) -> str:
    answer = story.ledger.registrants.register(story.actor("ketua"), person(name, **more))
    return str(answer["registrant"])


def names(found: search.Found) -> list[str]:
    return [one["name"] for one in found.people]


def test_a_name_is_found_whatever_its_titles_and_spelling(here: Story) -> None:
    registered(here, "Dra. Hj. Siti Djoelaikah, M.Si.", alias="Bu Zubaedah")

    found = [
        names(here.ledger.search.people(t, reader="r")) for t in ("SITI JULAIKAH", "Dra. Siti Djulaikah", "subaedah")
    ]

    assert found == [["Dra. Hj. Siti Djoelaikah, M.Si."]] * 3


def test_the_whole_number_finds_its_holder_and_nobody_else(here: Story) -> None:
    registered(here, "Ratna Zulfa")

    assert names(here.ledger.search.people("3275 0145 0790 0001", reader="r")) == ["Ratna Zulfa"]
    assert names(here.ledger.search.people("3275014507900001", reader="r", sight=Sight(region="33"))) == []
    assert names(here.ledger.search.people("3275014507900002", reader="r")) == []
    with pytest.raises(InputError, match="nik-length"):
        here.ledger.search.people("327501450790", reader="r")


def test_another_process_learns_the_new_and_forgets_the_erased_before_its_next_answer(here: Story) -> None:
    other = Search(here.ledger.context)
    assert names(other.people("ratna zulfa", reader="r")) == []

    id = UUID(registered(here, "Ratna Zulfa"))
    assert names(other.people("ratna zulfa", reader="r")) == ["Ratna Zulfa"]

    here.ledger.registrants.correct(here.actor("ketua"), id, person("Ratna Zulmi"))
    assert names(other.people("ratna zulfa", reader="r")) == []
    assert names(other.people("ratna zulmi", reader="r")) == ["Ratna Zulmi"]

    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(id, "PDP-43")])
    assert names(other.people("ratna zul", reader="r")) == []
    assert names(here.ledger.search.people("ratna zul", reader="r")) == []


def test_who_is_shown_was_looked_at_and_who_only_lies_in_memory_was_not(here: Story) -> None:
    shown, hidden = UUID(registered(here, "Ratna Zulfa")), UUID(registered(here, "Tuti", nik="3275014507900009"))

    here.ledger.search.people("ratna zulfa", reader="sekretaris")

    with reading(here.ledger.engine) as connection:
        assert [(look.reader, look.purpose) for look in reads.of(connection, shown)] == [("sekretaris", "search")]
        assert reads.of(connection, hidden) == []
        assert {(look.reader, look.purpose) for look in reads.of(connection, UUID(int=0))} >= {("service", "search")}


def test_pages_of_a_province_follow_each_other(here: Story) -> None:
    seen = here.ledger.search
    first = seen.people("si", reader="r", sight=Sight(region="32"), limit=3)
    second = seen.people("si", reader="r", sight=Sight(region="32"), limit=3, after=first.after)

    assert len(first.people) == len(second.people) == 3
    assert not {one["registrant"] for one in first.people} & {one["registrant"] for one in second.people}
    assert {one["region"][:2] for one in first.people + second.people} == {"32"}
    assert seen.people("si", reader="r", sight=Sight(region="11")) == search.Found([])


def test_everybody_is_learnt_however_many_at_a_time(here: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SOME", 7)

    few = Search(here.ledger.context)

    assert names(few.people("si", reader="r")) == names(here.ledger.search.people("si", reader="r"))


def test_while_names_are_being_learnt_a_search_answers_at_once_and_says_so(here: Story) -> None:
    fresh = Search(here.ledger.context)

    with fresh._learning:
        found = fresh.people("si", reader="r")

    assert found == search.Found([], learning=True)
    assert fresh.people("si", reader="r").people


def test_an_erased_name_leaves_the_memory_of_every_process_though_nobody_searches(here: Story) -> None:
    id, other = UUID(registered(here, "Zulkarnaenxyz")), Search(here.ledger.context)
    here.ledger.search.warm()
    other.warm()
    held = [len(one._index) for one in (here.ledger.search, other)]

    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(id, "PDP-43")])
    other.sweep()

    assert [len(one._index) for one in (here.ledger.search, other)] == [n - 1 for n in held]
    assert spellings.cache_info().currsize == 0


def test_a_sweep_learns_nothing_before_the_first_search(here: Story) -> None:
    fresh = Search(here.ledger.context)

    fresh.sweep()

    assert len(fresh._index) == 0


def test_an_erased_name_is_shown_by_no_memory_and_leaves_it_with_the_next_answer(here: Story) -> None:
    id, other = UUID(registered(here, "Ratna Zulfa")), Search(here.ledger.context)
    other.warm()
    known = len(other._index)
    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(id, "PDP-43")])

    with other._learning:  # It learns more than this search can wait for.
        behind = other.people("ratna zulfa", reader="r")
    other.people("ratna zulfa", reader="r")

    assert behind == search.Found([], learning=True)
    assert len(other._index) == known - 1


@pytest.mark.parametrize(
    ("typed", "code"), [("a" * (LONGEST + 1), "search-long"), ("a b", "search-short"), ("", "search-short")]
)
def test_too_long_and_too_short_a_search_is_refused(here: Story, typed: str, code: str) -> None:
    with pytest.raises(InputError, match=code):
        here.ledger.search.people(typed, reader="r")
