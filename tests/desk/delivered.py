"""What tests of deliveries share: certificates that may be sent, and what stands in the history of one delivery."""

from dataclasses import replace
from uuid import UUID

from ledger.application.past import records
from ledger.cli.cast import GRADUATES
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.contacts import Contact, Email
from ledger.domain.people import BirthDate
from ledger.wiring import build
from tests.conftest import GREEN_DAY

BORN = GRADUATES[0].born
ANOTHER = BirthDate("1970-02-03")
ADDRESS = Email.parse("ahmad.fauzi@contoh.invalid")


def number(story: Story, n: int = 0) -> str:
    return story.numbers["graduates"][n]


def covered(story: Story) -> Story:
    """An hour after the last certificates, log and lists are published: papers may be handed out."""
    story.clock.at(GREEN_DAY, 10)
    story.ledger.checkpoints.sign()
    story.ledger.publishing.keep()
    return story


def with_mail(story: Story, server: str) -> Story:
    """The same ledger, which has a mail server."""
    config, clock = story.ledger.config, story.ledger.context.history.clock
    story.ledger.close()
    story.ledger = build(replace(config, smtp=server), clock=clock)
    return story


def holder(story: Story, n: int = 0) -> UUID:
    return UUID(story.ledger.certificates.show(number(story, n))["registrant"])


def reachable(story: Story, email: Email = ADDRESS, n: int = 0) -> None:
    story.ledger.contacts.set(story.actor("ketua"), holder(story, n), Contact(email=email))


def linked(story: Story, channel: str = "whatsapp", n: int = 0) -> UUID:
    done = story.ledger.delivering.by_link(story.actor("ketua"), [number(story, n)], channel, "id")
    return UUID(done["deliveries"][0])


def secret(story: Story, delivery: UUID) -> str:
    address = story.ledger.delivering.show(delivery)["address"]
    assert address is not None
    return str(address).rpartition("/")[2]


def told(story: Story, delivery: UUID) -> list[str]:
    """The kinds of the events of a delivery."""
    with reading(story.ledger.engine) as connection:
        return [record.event.TOPIC for record in records(connection, delivery.bytes)]
