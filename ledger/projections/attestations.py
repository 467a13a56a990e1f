"""External attestations: who issued, what was checked when and how; number and name stand in no row."""

from ledger.database import Row
from ledger.domain.attestations import Attestation
from ledger.events import Record
from ledger.projections.columns import days, number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "attestations",
    text("issuer"),
    text("kind"),
    number("checked"),
    text("means"),
    raw("content"),
    number("through"),
    text("reason"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Attestation.Created() as e:
            row = {
                "issuer": e.issuer,
                "kind": e.kind,
                "checked": days(e.checked),
                "means": e.means,
                "content": e.content,
                "through": days(e.through),
                "reason": None,
            }
        case Attestation.Withdrawn() as e:
            row = row | {"reason": e.reason}
    return row


ATTESTATIONS = View(TABLE, Attestation, fold)
