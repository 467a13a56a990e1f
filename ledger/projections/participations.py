"""Who took part in which training, and completed it; `doubted`: certificates for which its marks are too few now."""

from ledger.database import Row
from ledger.domain.participations import Participation
from ledger.events import Record
from ledger.projections.columns import listed, number, raw, text, view_table
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
    text("doubted", index=True),
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
                "doubted": None,
            }
        case Participation.Completed() as e:
            row = row | {"present": e.present, "hours": e.hours, "doubted": None}
        case Participation.Corrected() as e:
            named = [id.hex for id in (e.certificate, *(e.competence or ())) if id is not None]
            row = row | {"marks": e.marks, "present": None, "hours": None, "doubted": listed(named) if named else None}
    return row


PARTICIPATIONS = View(TABLE, Participation, fold, lookups=("training", "registrant"), named="participation")
