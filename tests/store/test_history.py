"""The writer's turn: dense positions, time that never runs back, all of a command or nothing."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.cli.cast import invented
from ledger.cli.story import BIMTEK, Story, StoryClock
from ledger.database import reading
from ledger.domain.decrees import Decree
from ledger.domain.regulations import Regulation
from ledger.errors import NotFoundError, RuleError
from ledger.events import decode, payload_of
from ledger.store.recorder import EVENTS
from ledger.transparency.merkle import leaf_hash


def stored(story: Story) -> list[tuple[int, int]]:
    """Position and `recorded` of every event."""
    with reading(story.ledger.engine) as connection:
        wanted = select(EVENTS.c.position, EVENTS.c.recorded).order_by(EVENTS.c.position)
        return [(position, recorded) for position, recorded in connection.execute(wanted)]


def catalogue(story: Story, number: int) -> None:
    story.ledger.authorities.catalogue(
        story.actor("ketua"), regulation=f"UU {number}/2019", rank="UU", begins=date(2019, 1, 1)
    )


def test_a_turn_that_fails_at_its_end_leaves_no_gap(story: Story) -> None:
    story.begins()
    size, ketua = story.ledger.histories.size(), story.actor("ketua")

    def fail() -> None:
        with story.ledger.context.history.writing(ketua) as turn:
            turn.save(Regulation.begin(turn.new_id(), regulation="UU 1/2019", rank="UU", begins=BIMTEK[0]))
            assert turn.position == size + 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert story.ledger.histories.size() == size
    catalogue(story, 1)

    assert [position for position, _ in stored(story)] == list(range(size + 1))


def test_of_several_events_one_refusal_keeps_none(story: Story) -> None:
    story.begins()
    size, ketua = story.ledger.histories.size(), story.actor("ketua")
    fine = {"regulation": "UU 1/2019", "rank": "UU", "begins": BIMTEK[0]}

    def twice() -> None:
        with story.ledger.context.history.writing(ketua) as turn:
            turn.save(*(Regulation.begin(turn.new_id(), **fine) for _ in range(2)))

    with pytest.raises(RuleError) as refused:
        twice()

    assert (refused.value.code, refused.value.facts["position"]) == ("regulation-taken", size + 1)
    assert story.ledger.histories.size() == size
    catalogue(story, 1)


def test_recorded_never_runs_back_when_the_clock_does(story: Story, clock: StoryClock) -> None:
    story.begins()
    clock.at(date(2020, 2, 20))
    catalogue(story, 1)
    latest = clock()

    clock.at(date(2020, 2, 18))
    catalogue(story, 2)
    with story.ledger.context.history.writing(story.actor("ketua")) as turn:
        assert (turn.now, turn.today) == (latest, date(2020, 2, 20))

    times = [recorded for _, recorded in stored(story)]
    assert times[-2:] == [latest, latest]
    assert times == sorted(times)


def test_a_row_says_of_its_entry_what_the_entry_says(story: Story) -> None:
    story.begins()

    with reading(story.ledger.engine) as connection:
        for row in connection.execute(select(EVENTS)):
            record = decode(payload_of(row.entry))
            assert (row.position, row.recorded, row.leaf) == (record.position, record.recorded, leaf_hash(row.entry))
            assert (row.stream, row.version) == (record.stream, record.event.originator_version)


def test_a_stream_is_found_as_what_it_is_only(story: Story) -> None:
    story.begins()
    person = UUID(story.ledger.registrants.register(story.actor("ketua"), invented("Orang Lama", 9600))["registrant"])

    with story.ledger.context.history.writing(story.actor("ketua")) as turn:
        for wrong in (person, turn.new_id()):
            with pytest.raises(NotFoundError):
                turn.get(Decree, wrong)
