"""Certificates: number, what they say, where their status stands, by which decree."""

import json

from ledger.database import Row
from ledger.domain.certificates import Certificate
from ledger.events import Record
from ledger.projections.columns import days, listed, number, raw, text, view_table
from ledger.view import View

TABLE = view_table(
    "certificates",
    text("number", index=True),
    text("kind"),
    raw("registrant", index=True),
    text("authority"),
    raw("scheme"),
    number("edition"),
    raw("assessment", index=True),
    raw("participation", index=True),
    number("decided"),
    number("signed"),
    number("begins"),
    number("through"),
    text("status", index=True),
    raw("token", index=True),
    raw("content"),
    raw("proposal"),
    number("issued_at"),
    number("since"),
    number("until"),
    raw("decree"),
    text("reason"),
    number("by_approval"),
    number("alone"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Certificate.Created() as e:
            row = _issued(e) | {"issued_at": r.position}
        case Certificate.Suspended() as e:
            alone = 1 if e.proposal is None else 0  # Once alone, then never again before two people have looked.
            row = row | _act(r, e) | {"until": days(e.until), "alone": alone}
        case Certificate.Reinstated() | Certificate.Revoked() | Certificate.Annulled() as e:
            row = row | _act(r, e) | {"alone": 0 if e.proposal is not None else row["alone"]}
    return row


def _issued(e: Certificate.Created) -> Row:
    return {
        "number": e.number,
        "kind": e.kind,
        "registrant": e.registrant.bytes,
        "authority": e.authority,
        "scheme": e.scheme.bytes if e.scheme else None,
        "edition": e.edition,
        "assessment": e.assessment.bytes if e.assessment else None,
        "participation": e.participation.bytes if e.participation else None,
        "decided": days(e.decided),
        "signed": days(e.signed),
        "begins": days(e.begins),
        "through": days(e.through),
        "status": listed(e.status),
        "token": e.token,
        "content": e.content,
        "proposal": e.proposal.bytes,
        "since": None,
        "until": None,
        "decree": None,
        "reason": None,
        "by_approval": None,
        "alone": 0,
    }


StatusAct = Certificate.Suspended | Certificate.Reinstated | Certificate.Revoked | Certificate.Annulled


def _act(r: Record, e: StatusAct) -> Row:
    return {
        "since": days(r.effective),
        "until": None,
        "decree": e.decree.bytes,
        "reason": e.reason,
        "by_approval": int(e.proposal is not None),
    }


def status(row: Row) -> tuple[int, int]:
    """List and index of this certificate's entry in the status list."""
    at: list[int] = json.loads(row["status"])
    return at[0], at[1]


CERTIFICATES = View(
    TABLE,
    Certificate,
    fold,
    lookups=("number", "token", "status", "assessment", "participation", "registrant"),
    named="certificate",
)
