"""Certificates: number, what they say, where their status stands, by which decree; their papers that were replaced."""

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
    number("through", index=True),
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
    raw("acted_by"),
    raw("paper"),
    raw("successor"),
)
# Papers that were replaced: by their codes they are still found, and their places in a list are never given again.
REPLACED_TABLE = view_table(
    "replaced",
    raw("certificate", index=True),
    raw("registrant"),
    text("authority"),
    text("status", index=True),
    raw("token", index=True),
    number("issued_at"),
    number("since"),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Certificate.Created() as e:
            row = _issued(e) | {"issued_at": r.position, "paper": r.stream}
        case Certificate.Suspended() as e:
            alone = 1 if e.proposal is None else 0  # Once alone, then never again before two people have looked.
            row = row | _act(r, e) | {"until": days(e.until), "alone": alone}
        case Certificate.Reinstated() | Certificate.Revoked() | Certificate.Annulled() as e:
            row = row | _act(r, e) | {"alone": 0 if e.proposal is not None else row["alone"]}
        case Certificate.Reissued() as e:
            row = row | _paper(e) | {"signed": days(r.effective), "issued_at": r.position, "paper": paper_of(e.token)}
        case Certificate.Superseded() as e:
            row = row | {"since": days(r.effective), "until": None, "successor": e.by.bytes}
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
        "proposal": e.proposal.bytes,
        "since": None,
        "until": None,
        "decree": None,
        "reason": None,
        "by_approval": None,
        "alone": 0,
        "acted_by": None,
        "successor": None,
        **_paper(e),
    }


def _paper(e: Certificate.Created | Certificate.Reissued) -> Row:
    return {"status": listed(e.status), "token": e.token, "content": e.content}


def paper_of(token: bytes) -> bytes:
    """The id of a paper that replaced another, from the SHA-256 of its token; the first one's is the certificate's own.
    What it says is sealed under it."""
    return token[:16]


def replaced(before: Row, r: Record) -> Row:
    """The row of the paper that this event replaced, from the certificate's row before it."""
    kept = {name: before[name] for name in ("registrant", "authority", "status", "token", "issued_at")}
    place = {"id": before["paper"], "state": "replaced", "position": r.position, "version": before["version"] + 1}
    return kept | place | {"certificate": r.stream, "since": days(r.effective)}


StatusAct = Certificate.Suspended | Certificate.Reinstated | Certificate.Revoked | Certificate.Annulled


def _act(r: Record, e: StatusAct) -> Row:
    return {
        "since": days(r.effective),
        "until": None,
        "decree": e.decree.bytes,
        "reason": e.reason,
        "by_approval": int(e.proposal is not None),
        "acted_by": r.actor.bytes if r.actor else None,
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
REPLACED = View(
    REPLACED_TABLE, Certificate, lambda row, _: row, lookups=("status", "token", "certificate")
)  # Its rows are made of the certificate's, see `replaced`.
