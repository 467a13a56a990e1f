"""Papers: which files were set of which certificate, on which blanks; and the blanks that were spoiled."""

from ledger.database import Row
from ledger.domain.documents import Blank, Document
from ledger.events import Record
from ledger.projections.columns import number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "papers",
    raw("certificate", index=True),
    raw("sha256"),
    text("sheet"),
    number("edition"),
    text("blank", index=True),
)
SPOILED = view_table("blanks", text("blank", index=True), text("fault"), text("authority"), raw("spoiled_by"))


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Document.Created() as e:
            row = {
                "certificate": e.certificate.bytes,
                "sha256": e.sha256,
                "sheet": e.sheet,
                "edition": e.edition,
                "blank": e.blank,
            }
    return row


def fold_blank(row: Row, r: Record) -> Row:
    match r.event:
        case Blank.Created() as e:
            row = {"blank": e.blank, "fault": e.fault, "authority": r.authority}
            row["spoiled_by"] = r.actor.bytes if r.actor else None
    return row


PAPERS = View(TABLE, Document, fold, lookups=("certificate", "blank"))
BLANKS = View(SPOILED, Blank, fold_blank, lookups=("blank",))
