"""Deliveries: that a certificate went to its holder, by which channel, and whether it arrived."""

from typing import ClassVar
from uuid import UUID

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun

WHATSAPP, EMAIL, PRINT, HANDOVER = CHANNELS = ("whatsapp", "email", "print", "handover")
BY_LINK = (WHATSAPP, EMAIL)  # What is sent is an address at which the holder fetches the paper.
CLAIM, SIGNATURE = RECEIPTS = ("claim", "signature")  # Fetched at that address, or signed for.


class Delivery(Noun):
    """One sending of one certificate; what did not arrive is sent again, as another delivery."""

    TOPIC = "delivery"

    class Created(First):
        TOPIC = "delivery.sent"
        certificate: UUID
        channel: str

    class Received(Event):
        TOPIC = "delivery.received"
        means: str

    class Bounced(Event):
        TOPIC = "delivery.bounced"

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "delivery.sent"): "sent",
        ("sent", "delivery.received"): "received",
        ("sent", "delivery.bounced"): "bounced",
    }
