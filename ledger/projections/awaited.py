"""Papers that their holders have still to receive: a row for each certificate, moved by its events and its deliveries.

What was received is forgotten when another paper takes its place: that one has to arrive, too. Beside it stands in
which provinces the certificate is seen, which never changes: by it the lists of a board are asked.
"""

from collections.abc import Iterator

from sqlalchemy import Index

from ledger.database import Row
from ledger.domain.certificates import Certificate
from ledger.domain.deliveries import Delivery
from ledger.domain.registrants import Registrant
from ledger.events import Record
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import days, instant, number, text, view_table
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.view import Models, View

# Withheld: suspended before it arrived. Over: no longer in force, or its holder's data is destroyed.
AWAITED, WITHHELD, RECEIVED, OVER = "awaited", "withheld", "received", "over"

TABLE = view_table(
    "awaited",
    text("number"),
    text("authority"),
    number("signed"),
    number("through"),
    instant("since"),  # When the paper was made that is out now; what was sent earlier was another one.
    text("home"),  # The holder's province, two digits
    text("taught"),  # That of the training, if the certificate rests on one
)
# All that a list asks for stands in its index: of very many rows those are read that are shown.
ASKED = (TABLE.c.signed, TABLE.c.through, TABLE.c.authority)
Index("awaited_all", TABLE.c.state, TABLE.c.number, *ASKED)
Index("awaited_home", TABLE.c.home, TABLE.c.number, TABLE.c.state, *ASKED)
Index("awaited_taught", TABLE.c.taught, TABLE.c.number, TABLE.c.state, *ASKED)

VIEW = View(TABLE, Certificate, lambda row, _: row)  # Its rows are made of events of three nouns, see `moved`.


def moved(models: Models, r: Record) -> Iterator[Row]:
    """The rows that this event changes, as they are after it; the views of the nouns have been moved already."""
    match r.event:
        case Certificate.Created() as e:
            yield _issued(models, r, e)
        case (
            Certificate.Suspended()
            | Certificate.Reinstated()
            | Certificate.Reissued()
            | Certificate.Revoked()
            | Certificate.Annulled()
            | Certificate.Superseded()
        ):
            yield from _after(models, r, r.stream)
        case Registrant.Erased():
            for held in models.find(CERTIFICATES, "registrant", r.stream):
                yield from _after(models, r, held["id"])
        case Delivery.Received():
            yield from _after(models, r, (models.get(DELIVERIES, r.stream) or {})["certificate"])


def _issued(models: Models, r: Record, e: Certificate.Created) -> Row:
    holder = models.get(REGISTRANTS, e.registrant.bytes) or {}
    taken = (models.get(PARTICIPATIONS, e.participation.bytes) or {}) if e.participation else {}
    training = (models.get(TRAININGS, taken["training"]) or {}) if taken else {}
    home, taught = ((row.get("region") or "")[:2] or None for row in (holder, training))
    signed, through = days(e.signed), days(e.through)
    named = {"id": r.stream, "state": AWAITED, "number": e.number, "authority": e.authority}
    return named | {"signed": signed, "through": through, "since": r.recorded, "home": home, "taught": taught}


def _after(models: Models, r: Record, id: bytes) -> Iterator[Row]:
    """None: it changes nothing; or the certificate is older than this view, which `ledger rebuild` fills."""
    row = models.get(VIEW, id)
    if row is None:
        return
    match r.event, row["state"]:
        case Certificate.Reissued(), _:
            yield row | {"state": AWAITED, "signed": days(r.effective), "since": r.recorded}
        case Certificate.Suspended(), "awaited":
            yield row | {"state": WITHHELD}
        case Certificate.Reinstated(), "withheld":
            yield row | {"state": AWAITED}
        case Delivery.Received(), "awaited" | "withheld":
            if (models.get(DELIVERIES, r.stream) or {})["sent"] >= row["since"]:
                yield row | {"state": RECEIVED}
        case Certificate.Revoked() | Certificate.Annulled() | Certificate.Superseded() | Registrant.Erased(), _:
            yield row | {"state": OVER}
