"""Certificates go to their holders, and each delivery is in the history; what nobody received is listed."""

from uuid import UUID

import pytest

from ledger.application.scope import Sight
from ledger.cli.story import Story
from ledger.errors import ConfigError, ConflictError, InputError, NotFoundError, RuleError
from tests.desk.delivered import covered, linked, number, reachable, told


@pytest.fixture
def ready(here: Story) -> Story:
    return covered(here)


def test_a_link_is_sent_with_a_paper_that_is_recorded(ready: Story) -> None:
    size = ready.ledger.histories.size()

    delivery = linked(ready)

    shown = ready.ledger.delivering.show(delivery)

    assert told(ready, delivery) == ["delivery.sent"]
    assert (shown["channel"], shown["state"], shown["number"]) == ("whatsapp", "sent", number(ready))
    assert str(shown["address"]).startswith(f"{ready.ledger.config.public_url}/klaim/")
    assert ready.ledger.histories.size() == size + 2  # The file, and that it was sent.


def test_nothing_is_sent_before_it_can_be_verified(here: Story) -> None:
    size = here.ledger.histories.size()

    with pytest.raises(ConflictError) as refused:
        linked(here)

    assert refused.value.code == "paper-not-covered"
    assert here.ledger.histories.size() == size


def test_mail_needs_a_server(ready: Story) -> None:
    with pytest.raises(ConfigError) as refused:
        linked(ready, "email")

    assert refused.value.code == "mail-unset"


def test_another_channel_than_those_with_a_link_has_none(ready: Story) -> None:
    with pytest.raises(InputError) as refused:
        linked(ready, "handover")

    assert refused.value.code == "channel-unknown"


def test_whoever_signed_the_list_has_received_the_paper(ready: Story) -> None:
    numbers = ready.numbers["graduates"]

    done = ready.ledger.delivering.by_hand(ready.actor("ketua"), numbers)

    kinds = [told(ready, UUID(delivery)) for delivery in done["deliveries"]]
    assert kinds == [["delivery.sent", "delivery.received"]] * len(numbers)


def test_one_number_that_there_is_not_leaves_nothing_of_a_hand_over(ready: Story) -> None:
    size = ready.ledger.histories.size()

    with pytest.raises(NotFoundError):
        ready.ledger.delivering.by_hand(ready.actor("ketua"), [number(ready), "IPSPI-GEN-2026-999999-X"])

    assert ready.ledger.histories.size() == size


def test_nothing_is_no_hand_over(ready: Story) -> None:
    with pytest.raises(InputError) as refused:
        ready.ledger.delivering.by_hand(ready.actor("ketua"), [])

    assert refused.value.code == "deliveries-count"


def test_a_printed_paper_is_received_with_a_signature_once(ready: Story) -> None:
    ketua = ready.actor("ketua")
    answer, file = ready.ledger.delivering.by_print(ketua, number(ready))
    delivery = UUID(answer["deliveries"][0])

    ready.ledger.delivering.signed_for(ketua, delivery)

    assert file.startswith(b"%PDF")
    with pytest.raises(RuleError) as refused:
        ready.ledger.delivering.signed_for(ketua, delivery)
    assert refused.value.code == "state-refuses"
    assert told(ready, delivery) == ["delivery.sent", "delivery.received"]


def test_what_did_not_arrive_can_no_longer_be_claimed(ready: Story) -> None:
    delivery = linked(ready)

    ready.ledger.delivering.came_back(ready.actor("ketua"), delivery)

    shown = ready.ledger.delivering.show(delivery)
    assert (shown["state"], shown["address"]) == ("bounced", None)
    assert [row["number"] for row in ready.ledger.deliveries.bounced()] == [number(ready)]


def test_what_was_sent_again_stands_no_longer_among_what_came_back(ready: Story) -> None:
    ready.ledger.delivering.came_back(ready.actor("ketua"), linked(ready))
    ready.clock.ms = (ready.clock.ms or 0) + 1000

    linked(ready)

    assert ready.ledger.deliveries.bounced() == []


def test_what_nobody_received_is_listed_after_a_fortnight(ready: Story) -> None:
    late = ready.ledger.deliveries.undelivered
    ready.ledger.delivering.by_hand(ready.actor("ketua"), [number(ready)])
    numbers = ready.numbers["graduates"]
    before = [row["number"] for row in late(limit=1000)]
    ready.clock.ms = (ready.clock.ms or 0) + 14 * 86_400_000

    after = [row["number"] for row in late(limit=1000)]

    assert not set(numbers) & set(before)
    assert set(numbers) & set(after) == set(numbers[1:])


def test_a_province_sees_what_its_own_people_lack_and_pages_follow_each_other(ready: Story) -> None:
    late = ready.ledger.deliveries.undelivered
    whole = [row["number"] for row in late(Sight(region="32"), limit=1000)]

    pages, after = [], ""
    while rows := late(Sight(region="32"), after, 200):
        after = rows[-1]["number"]
        pages.append([row["number"] for row in rows])

    assert [one for page in pages for one in page] == whole
    assert len(whole) > 400
    assert late(Sight(region="31")) == []


def test_a_batch_tells_of_each_where_it_stands_and_how_its_holder_is_reached(ready: Story) -> None:
    reachable(ready)
    linked(ready)
    (decree,) = [one["id"] for one in ready.ledger.deliveries.batches() if one["name"] == "8/DPP IPSPI/SK/2026"]

    subject, rows = ready.ledger.deliveries.batch("decree", UUID(decree))

    assert subject == "8/DPP IPSPI/SK/2026"
    assert [row["number"] for row in rows] == ready.numbers["graduates"]
    assert [(row["delivery"] or {}).get("state") for row in rows] == ["sent", *[None] * 5]
    assert [(row["phone"], row["email"]) for row in rows] == [(False, True), *[(False, False)] * 5]


def test_a_batch_of_hundreds_is_told_page_by_page(ready: Story) -> None:
    subject, rows = ready.ledger.deliveries.batch("training", ready.training)
    _, more = ready.ledger.deliveries.batch("training", ready.training, after=rows[-1]["number"])

    assert subject.startswith("PSM-DASAR")
    assert [row["number"] for row in rows + more] == ready.numbers["attendance"][:100]
