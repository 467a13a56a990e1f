"""Assessments: candidate, edition, assessors, results, outcome."""

from ledger.database import Row
from ledger.domain.assessments import Assessment
from ledger.events import Record
from ledger.projections.columns import days, listed, number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "assessments",
    raw("registrant", index=True),
    raw("scheme", index=True),
    number("edition"),
    raw("evidence"),
    text("assessors"),
    number("tested"),
    text("results"),
    text("outcome"),
    raw("decree", index=True),
    text("authority"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Assessment.Created() as e:
            row = {
                "registrant": e.registrant.bytes,
                "scheme": e.scheme.bytes,
                "edition": e.edition,
                "evidence": e.evidence.bytes if e.evidence else None,
                "assessors": listed([a.hex for a in e.assessors]),
                "tested": days(e.on),
                "results": "{}",
                "outcome": None,
                "decree": None,
                "authority": r.authority,
            }
        case Assessment.Scored() as e:
            row = row | {"results": listed(e.results)}
        case Assessment.Decided() as e:
            row = row | {"outcome": e.outcome, "decree": e.decree.bytes}
    return row


ASSESSMENTS = View(TABLE, Assessment, fold, named="assessment")
