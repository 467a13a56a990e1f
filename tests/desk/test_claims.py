"""At the address that was sent: nothing without number and birth date, one answer for whatever does not fit."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from ledger.application.claims import MISSES
from ledger.application.context import NOBODYS
from ledger.audit.report import Report
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.people import BirthDate
from ledger.errors import BudgetError, VerificationError
from ledger.wiring import Ledger
from tests.conftest import GREEN_DAY
from tests.desk.delivered import ANOTHER, BORN, covered, holder, linked, number, secret, told

DAY = 86_400_000  # ms


@pytest.fixture
def ready(here: Story) -> Story:
    return covered(here)


def later(story: Story, days: int) -> None:
    story.clock.ms = (story.clock.ms or 0) + days * DAY


def recorded(story: Story) -> set[bytes]:
    """Hashes of the files that were printed."""
    with reading(story.ledger.engine) as connection:
        return set(connection.execute(text("SELECT sha256 FROM papers")).scalars())


def test_number_and_birth_date_fetch_the_recorded_paper_and_the_first_time_counts(
    ready: Story, audit_of: Callable[[Ledger], Report]
) -> None:
    delivery = linked(ready)

    first = ready.ledger.claims.take(secret(ready, delivery), number(ready), BORN)
    later(ready, 3)
    again = ready.ledger.claims.take(secret(ready, delivery), f" {number(ready).lower()} ", BORN)

    assert first == again
    assert sha256(first).digest() in recorded(ready)
    assert told(ready, delivery) == ["delivery.sent", "delivery.received"]
    assert ready.ledger.delivering.show(delivery)["means"] == "claim"
    assert audit_of(ready.ledger).sound


def erased(story: Story, _: UUID) -> None:
    story.approved("ketua", "sekretaris", [story.ledger.registrants.erase(holder(story), "PDP-43")])


def sent_again(story: Story, _: UUID) -> None:
    linked(story)


def came_back(story: Story, delivery: UUID) -> None:
    story.ledger.delivering.came_back(story.actor("ketua"), delivery)


def over(story: Story, _: UUID) -> None:
    later(story, 91)


@pytest.mark.parametrize("change", [erased, sent_again, came_back, over])
def test_an_address_is_over_when_what_it_leads_to_is(ready: Story, change: Callable[[Story, UUID], Any]) -> None:
    delivery = linked(ready)
    known = secret(ready, delivery)

    change(ready, delivery)

    with pytest.raises(VerificationError) as refused:
        ready.ledger.claims.take(known, number(ready), BORN)
    assert (refused.value.code, refused.value.facts) == ("claim-refused", {})
    assert "delivery.received" not in told(ready, delivery)


@pytest.mark.parametrize(
    ("wrong", "born"),
    [
        ({"number": "IPSPI-GEN-2026-000002-X"}, BORN),
        ({}, ANOTHER),
        ({"secret": "A" * 32}, BORN),
        ({"number": ""}, BirthDate("")),
        ({"number": "ä" * 80, "secret": "ä"}, BirthDate("ä")),
    ],
)
def test_whatever_does_not_fit_has_one_answer_and_changes_nothing(
    ready: Story, wrong: dict[str, str], born: BirthDate
) -> None:
    delivery = linked(ready)
    size = ready.ledger.histories.size()
    given = {"secret": secret(ready, delivery), "number": number(ready)} | wrong

    with pytest.raises(VerificationError) as refused:
        ready.ledger.claims.take(given["secret"], given["number"], born)

    assert (refused.value.code, refused.value.facts) == ("claim-refused", {})
    assert ready.ledger.histories.size() == size


@pytest.mark.parametrize("born", [BORN, BirthDate(NOBODYS["born"])])
def test_a_suspended_certificate_is_not_handed_out(ready: Story, born: BirthDate) -> None:
    delivery = linked(ready)
    ketua, today = ready.actor("ketua"), GREEN_DAY
    decree = ready.decree("ketua", "9/DPP IPSPI/SK/2026", "suspension", today, "decider-ipspi")
    suspend = ready.ledger.certificates.status_act(
        "suspend", number(ready), decree=decree, reason="precaution", until=today
    )
    ready.ledger.certificates.act_alone(ketua, suspend)

    with pytest.raises(VerificationError):
        ready.ledger.claims.take(secret(ready, delivery), number(ready), born)


def test_birth_dates_cannot_be_tried_one_after_the_other(ready: Story) -> None:
    delivery = linked(ready)
    known = secret(ready, delivery)
    for _ in range(MISSES):
        with pytest.raises(VerificationError):
            ready.ledger.claims.take(known, number(ready), ANOTHER)

    with pytest.raises(VerificationError):
        ready.ledger.claims.take(known, number(ready), BORN)
    assert ready.ledger.delivering.show(delivery)["address"] is None


@pytest.mark.parametrize("known", [True, False])
def test_an_address_may_be_tried_a_few_times_an_hour_whether_there_is_one_or_not(ready: Story, known: bool) -> None:
    tried = secret(ready, linked(ready)) if known else "A" * 32
    for _ in range(5):
        with pytest.raises(VerificationError):
            ready.ledger.claims.take(tried, number(ready), ANOTHER, address="192.0.2.7")

    with pytest.raises(BudgetError):
        ready.ledger.claims.take(tried, number(ready), BORN, address="192.0.2.8")


def test_no_table_holds_the_secret_and_its_file_goes_when_the_days_are_over(ready: Story) -> None:
    delivery = linked(ready)
    known = secret(ready, delivery)
    with reading(ready.ledger.engine) as connection:
        stored = [bytes(row.hash) for row in connection.execute(text("SELECT hash FROM claims"))]
    later(ready, 91)

    swept = ready.ledger.claims.sweep()

    assert stored == [sha256(known.encode()).digest()]
    assert len(known) == 32
    assert (swept, ready.ledger.claims.sweep()) == (1, 0)
    with reading(ready.ledger.engine) as connection:
        left = connection.execute(text("SELECT count(*) FROM sealed WHERE field LIKE 'claim/%'")).scalar_one()
    assert left == 0
