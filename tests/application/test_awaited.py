"""Whose paper has still to arrive: by what happened to the certificate, and to what was sent of it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.application.scope import Sight
from ledger.cli import board
from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.deliveries import PRINT, Delivery
from ledger.projections.awaited import TABLE
from tests.conftest import GREEN_DAY

FORTNIGHT = timedelta(days=14)
LATER = GREEN_DAY + FORTNIGHT
OF = {"suspend": "suspension", "reinstate": "reinstatement", "revoke": "revocation", "annul": "annulment"}
REASON = {"suspend": "ethics", "reinstate": "lifted", "revoke": "fraud", "annul": "fraud"}


def late(story: Story) -> list[str]:
    """Of the six graduates."""
    rows = story.ledger.deliveries.undelivered(limit=1000)
    return [row["number"] for row in rows if row["number"] in story.numbers["graduates"]]


def decree(story: Story, matter: str) -> UUID:
    number = f"{story.ledger.histories.size()}/DPP IPSPI/SK/2026"
    return story.decree("ketua", number, matter, story.today(), "decider-ipspi")


def acted(story: Story, what: str, number: str) -> None:
    of = {"decree": decree(story, OF[what]), "reason": REASON[what]}
    story.approved("ketua", "sekretaris", [story.ledger.certificates.status_act(what, number, **of)])


def reissued(story: Story, number: str) -> None:
    act = story.ledger.certificates.reissue(number, decree=decree(story, "replacement"), reason="lost")
    story.approved("ketua", "sekretaris", [act])


def handed(story: Story, number: str) -> None:
    story.ledger.delivering.by_hand(story.actor("ketua"), [number])


def printed(story: Story, number: str) -> UUID:
    """What the clerk holds in the hand and nobody has signed for."""
    with story.ledger.context.history.writing(story.actor("ketua")) as turn:
        certificate = story.ledger.certificates.stream(number)
        delivery = Delivery.begin(turn.new_id(), certificate=certificate, channel=PRINT)
        turn.save(delivery)
    return delivery.id


def test_a_new_paper_has_to_arrive_whatever_became_of_the_one_before(told: Story) -> None:
    (number, *_), desk = told.numbers["graduates"], told.ledger
    handed(told, number)
    old = printed(told, number)
    told.clock.at(LATER)
    before = late(told)
    reissued(told, number)
    desk.delivering.signed_for(told.actor("ketua"), old)

    told.clock.at(LATER + FORTNIGHT)

    (row,) = (row for row in desk.deliveries.undelivered(limit=1000) if row["number"] == number)
    assert number not in before
    assert row["delivery"] is None  # Nothing was sent of the paper that is out now.
    handed(told, number)
    assert number not in late(told)


def test_a_new_paper_is_late_after_days_of_its_own(told: Story) -> None:
    (number, *_) = told.numbers["graduates"]
    told.clock.at(LATER)

    reissued(told, number)

    assert late(told) == told.numbers["graduates"][1:]


def test_what_is_not_in_force_is_not_awaited(told: Story) -> None:
    revoked, annulled, erased, *others = told.numbers["graduates"]
    acted(told, "revoke", revoked)
    acted(told, "annul", annulled)
    holder = UUID(told.ledger.certificates.show(erased)["registrant"])
    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])

    told.clock.at(LATER)

    assert late(told) == others


def test_a_suspension_withholds_what_was_not_received_until_it_is_lifted(told: Story) -> None:
    received, awaited, *_ = told.numbers["graduates"]
    handed(told, received)
    for number in (received, awaited):
        acted(told, "suspend", number)
    told.clock.at(LATER)
    suspended = late(told)

    for number in (received, awaited):
        acted(told, "reinstate", number)

    assert suspended == told.numbers["graduates"][2:]
    assert late(told) == told.numbers["graduates"][1:]


def test_a_paper_that_was_signed_for_during_a_suspension_has_arrived(told: Story) -> None:
    (number, *_) = told.numbers["graduates"]
    delivery = printed(told, number)
    acted(told, "suspend", number)
    told.ledger.delivering.signed_for(told.actor("ketua"), delivery)

    acted(told, "reinstate", number)
    told.clock.at(LATER)

    assert number not in late(told)


def test_what_has_expired_is_no_longer_awaited(told: Story) -> None:
    told.clock.at(date(2031, 10, 22))
    last = late(told)

    told.clock.at(date(2031, 10, 23))

    assert (last, late(told)) == (told.numbers["graduates"], [])


def test_a_paper_that_replaced_one_that_came_back_has_not_come_back(told: Story) -> None:
    (number, *_), desk = told.numbers["graduates"], told.ledger
    with desk.context.history.writing(told.actor("ketua")) as turn:
        delivery = Delivery.begin(turn.new_id(), certificate=desk.certificates.stream(number), channel="email")
        delivery.record(Delivery.Bounced)
        turn.save(delivery)
    before = [row["number"] for row in desk.deliveries.bounced(Sight(region="32"))]
    told.clock.at(LATER)

    reissued(told, number)

    assert (before, desk.deliveries.bounced(Sight(region="32"))) == ([number], [])


@pytest.fixture
def taught(told: Story) -> Story:
    """The board of West Java has certified somebody of Banten, who took part in its training, and one of its own."""
    board.appointed(told)
    told.clock.at(LATER)
    told.ledger.keys.refresh()
    clerk, today = told.actor("sekretaris-dpd"), told.today()
    plan: dict[str, Any] = {"days": [today], "hours": 8, "announced": 2, "quotas": {"32.75": 1, "36.71": 1}}
    kind = {"programme": board.PROGRAMME, "activity": "bimtek", "basis": "UU 14/2019"}
    told.training = UUID(told.ledger.trainings.plan(clerk, **kind, **plan)["training"])
    rows = [f"{n};{p.name.reveal()};{p.nik.reveal()};P;17/08/1975;{at};H" for n, (p, at) in enumerate(PEOPLE, 1)]
    sheet = "\n".join(["No;Nama;NIK;JK;Tanggal Lahir;Utusan;Hari 1", *rows]).encode()
    told.ledger.trainings.import_sheet(clerk, told.training, sheet, "hadir.csv")
    told.clock.at(today + timedelta(days=1))
    told.ledger.trainings.close(told.actor("ketua-dpd"), told.training)
    told.issued("taught", "sekretaris-dpd", "ketua-dpd", told.ledger.certificates.attendance(told.training))
    return told


PEOPLE = ((invented("Wahyu Utami", 9801), "32.75"), (invented("Endah Lestari", 9802), "36.71"))


def test_a_board_awaits_papers_of_its_people_and_of_its_trainings_each_once(taught: Story) -> None:
    taught.clock.at(taught.today() + FORTNIGHT)

    seen = {
        region: [row["number"] for row in taught.ledger.deliveries.undelivered(Sight(region=region), limit=1000)]
        for region in ("32", "36", "31")
    }

    with reading(taught.ledger.engine) as connection:
        elsewhere = list(connection.scalars(select(TABLE.c.number).where(TABLE.c.home == "36")))
    assert set(taught.numbers["taught"]) <= set(seen["32"])
    assert len(seen["32"]) == len(set(seen["32"]))
    assert seen["36"] == elsewhere
    assert len(elsewhere) == 1
    assert seen["31"] == []
