"""Deliveries: of which certificate, by which channel, and what became of them."""

from sqlalchemy import Index

from ledger.database import Row
from ledger.domain.deliveries import Delivery
from ledger.events import Record
from ledger.projections.columns import instant, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "deliveries", raw("certificate", index=True), text("channel"), text("means"), instant("sent"), instant("settled")
)

Index("deliveries_state", TABLE.c.state, TABLE.c.certificate)  # What came back, and what arrived, among very many.


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Delivery.Created() as e:
            row = {
                "certificate": e.certificate.bytes,
                "channel": e.channel,
                "means": None,
                "sent": r.recorded,
                "settled": None,
            }
        case Delivery.Received() as e:
            row = row | {"means": e.means, "settled": r.recorded}
        case Delivery.Bounced():
            row = row | {"settled": r.recorded}
    return row


DELIVERIES = View(TABLE, Delivery, fold, lookups=("certificate",))
