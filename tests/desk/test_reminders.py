"""Some months, and some weeks before a certificate's last day: each reminder once, and a list for the board."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from ledger.application.scope import Sight
from ledger.cli.story import Story
from ledger.database import reading
from tests.desk.delivered import holder, reachable, with_mail

LAST = date(2031, 10, 22)  # Of the graduates' certificates: sixty months.


def letters(story: Story) -> int:
    with reading(story.ledger.engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM outbox")).scalar_one())


def before(story: Story, days: int) -> None:
    story.clock.at(LAST - timedelta(days=days))


def test_each_reminder_is_given_once_on_its_day(here: Story) -> None:
    counts = []
    for days in (181, 180, 180, 179, 91, 90, 30, 29, 0):
        before(here, days)
        counts.append(here.ledger.reminders.keep())

    assert counts == [0, 6, 0, 0, 0, 6, 6, 0, 0]


def test_what_is_found_late_is_reminded_of_once_only(here: Story) -> None:
    before(here, 20)

    first = here.ledger.reminders.keep()
    before(here, 19)

    assert (first, here.ledger.reminders.keep()) == (6, 0)


def test_whoever_left_an_address_gets_a_letter(here: Story) -> None:
    with_mail(here, "smtp://127.0.0.1:1")
    reachable(here)
    before(here, 180)

    here.ledger.reminders.keep()

    assert letters(here) == 1


def test_without_a_mail_server_nothing_piles_up(here: Story) -> None:
    reachable(here)
    before(here, 180)

    here.ledger.reminders.keep()

    assert letters(here) == 0


def test_nobody_is_reminded_of_what_is_erased(here: Story) -> None:
    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(holder(here), "PDP-43")])
    before(here, 180)

    assert here.ledger.reminders.keep() == 5


@pytest.mark.parametrize(("days", "found"), [(30, 0), (180, 6)])
def test_the_board_sees_what_ends_within_so_many_days(here: Story, days: int, found: int) -> None:
    before(here, 100)

    rows = here.ledger.reminders.ending(Sight(region="32"), days)

    assert len(rows) == found
    assert all(row["left"] == 100 for row in rows)
    assert here.ledger.reminders.ending(Sight(region="31"), days) == []


def test_pages_of_what_ends_follow_each_other(here: Story) -> None:
    before(here, 100)
    whole = [row["number"] for row in here.ledger.reminders.ending()]

    first = here.ledger.reminders.ending(limit=4)
    second = here.ledger.reminders.ending(after=first[-1]["cursor"])

    assert [row["number"] for row in first + second] == whole
