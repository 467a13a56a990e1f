"""What became of a delivery is written without an officer, and a second opinion on the history accepts it."""

import json
from uuid import UUID

import pytest

from ledger.audit.audit_min import History
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.deliveries import EMAIL, Delivery
from ledger.errors import RuleError
from ledger.rules.published import published
from ledger.store import recorder
from tests.conftest import audited
from tests.desk.delivered import BORN, covered, linked, number, secret


@pytest.fixture
def ready(here: Story) -> Story:
    return covered(here)


def mailed(story: Story) -> UUID:
    certificate = story.ledger.certificates.stream(number(story, 1))
    with story.ledger.context.history.writing(story.actor("ketua")) as turn:
        delivery = Delivery.begin(turn.new_id(), certificate=certificate, channel=EMAIL)
        turn.save(delivery)
    return delivery.id


def by_service(story: Story, id: UUID, kind: type[Delivery.Received | Delivery.Bounced], **body: str) -> None:
    with story.ledger.context.history.writing() as turn:
        delivery = turn.get(Delivery, id)
        delivery.record(kind, **body)
        turn.save(delivery)


def second_opinion(story: Story) -> History:
    files = {path: json.loads(data) for path, data in published().items()}
    table = files["rules/lifecycles.json"]
    lifecycles = {(before, kind): after for rows in table.values() for before, kind, after in rows}
    schemas = {
        file["kind"]: {one["name"]: (one["type"], one["optional"]) for one in file["fields"]}
        for path, file in files.items()
        if path.startswith("schemas/")
    }
    history = History(story.ledger.config.origin, None, lifecycles, schemas)
    with reading(story.ledger.engine) as connection:
        for _, entry, _ in recorder.entries(connection):
            history.read(entry)
    history.end()
    return history


def test_a_claim_and_a_letter_that_came_back_need_no_officer(ready: Story) -> None:
    claimed, bounced = linked(ready), mailed(ready)
    ready.ledger.claims.take(secret(ready, claimed), number(ready), BORN)
    by_service(ready, bounced, Delivery.Bounced)

    told = second_opinion(ready)
    assert told.findings == []
    assert told.counts["asserted"] == audited(ready.ledger).replayed.asserted
    assert told.counts["asserted"]["delivery-told"] == 2


def test_the_service_cannot_say_that_somebody_signed(ready: Story) -> None:
    delivery = linked(ready)

    with pytest.raises(RuleError) as refused:
        by_service(ready, delivery, Delivery.Received, means="signature")

    assert refused.value.code == "officer-needed"
