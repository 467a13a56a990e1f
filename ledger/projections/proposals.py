"""Proposals: what was proposed, who approved it, how much of it has been carried out."""

from sqlalchemy import Index

from ledger.database import Row
from ledger.domain.proposals import Proposal
from ledger.events import Record, act
from ledger.projections.columns import instant, number, raw, text, view_table
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.view import View

TABLE = view_table(
    "proposals",
    raw("leaf", index=True),
    raw("acts"),
    number("count"),
    instant("expires"),
    instant("made"),
    raw("proposer", index=True),
    text("authority"),
    raw("approver"),
    text("assertion_kind"),
    number("enacted"),
    raw("frontier"),
)
Index("ix_proposals_waiting", TABLE.c.state, TABLE.c.expires)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Proposal.Created() as e:
            row = {
                "leaf": leaf_hash(r.entry),
                "acts": e.acts,
                "count": e.count,
                "expires": e.expires,
                "made": r.recorded,
                "proposer": r.actor.bytes if r.actor else None,
                "authority": r.authority,
                "approver": None,
                "assertion_kind": None,
                "enacted": 0,
                "frontier": Frontier().to_bytes(),
            }
        case Proposal.Approved() as e:
            row = row | {"approver": r.actor.bytes if r.actor else None, "assertion_kind": e.assertion_kind}
        case Proposal.Commented() | Proposal.Returned() | Proposal.Refused() | Proposal.Withdrawn():
            pass  # Its state says it.
        case _:  # One of the proposed acts.
            row = row | {"enacted": row["enacted"] + 1, "frontier": enact(row, r).to_bytes()}
    return row


def enact(row: Row, r: Record) -> Frontier:
    """The tree over the acts carried out so far, with this one."""
    frontier = Frontier.from_bytes(row["frontier"])
    frontier.append(leaf_hash(proposed_act(r)))
    return frontier


def proposed_act(r: Record) -> bytes:
    """What was approved of an event that has been carried out: the leaf as it was proposed."""
    return act(r.event.TOPIC, r.event.originator_id, vars(r.event), r.effective)


PROPOSALS = View(TABLE, Proposal, fold, named="proposal")
