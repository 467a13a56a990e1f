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
    raw("recorded_by"),
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
                "recorded_by": r.actor.bytes if r.actor else None,
            }
        case Participation.Completed() as e:
            row = row | {"present": e.present, "hours": e.hours}
        case Participation.Corrected() as e:
            row = row | {"marks": e.marks, "present": None, "hours": None}
    return row


PARTICIPATIONS = View(TABLE, Participation, fold, lookups=("training", "registrant"), named="participation")
