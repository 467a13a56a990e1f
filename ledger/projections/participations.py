"""Who took part in which training, and completed it."""

from ledger.database import Row
from ledger.domain.participations import Participation
from ledger.events import Record
from ledger.projections.columns import number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "participations",
    raw("training", index=True),
    raw("registrant", index=True),
    text("group_code"),
    text("marks"),
    number("present"),
    number("hours"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Participation.Created() as e:
            row = {
                "training": e.training.bytes,
                "registrant": e.registrant.bytes,
                "group_code": e.group,
                "marks": e.marks,
                "present": None,
                "hours": None,
            }
        case Participation.Completed() as e:
            row = row | {"present": e.present, "hours": e.hours}
    return row


PARTICIPATIONS = View(TABLE, Participation, fold, lookups=("training", "registrant"), named="participation")
