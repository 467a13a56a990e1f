"""The one thing that moves a read model: lifecycle, rules, folds, in this order, for each event.

Saving calls it, rebuilding calls it, the audit calls it, and nothing else moves a read model. The answer does not
depend on where a run of events is cut: everything is asked through `Models`, which holds the earlier events of the run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from ledger.database import Row
from ledger.domain.certificates import Certificate
from ledger.domain.lifecycle import First, step
from ledger.domain.proposals import Proposal
from ledger.errors import LedgerError, RuleError
from ledger.events import KINDS, PLANS, Record
from ledger.projections import awaited
from ledger.projections.all import VIEWS
from ledger.projections.certificates import REPLACED, replaced
from ledger.projections.columns import column_value
from ledger.projections.proposals import PROPOSALS
from ledger.rules import (  # noqa: F401 - importing registers the rules
    approvals,
    assessments,
    attestations,
    authorities,
    certificates,
    delegations,
    deliveries,
    documents,
    exports,
    keys,
    officers,
    organs,
    participations,
    plain,
    reach,
    record,
    schemes,
    trainings,
)
from ledger.rules.asking import admit
from ledger.view import Models, View

VIEW_OF: dict[str, View] = {topic: VIEWS[noun] for topic, (_, noun) in KINDS.items()}
NAMED: dict[str, View] = {view.named: view for view in VIEWS.values() if view.named}
# Fields of a kind that hold the id of a row, with the view that has it.
REFERS: dict[str, list[tuple[str, View]]] = {
    topic: [(name, NAMED[name]) for name, *_ in PLANS[topic] if name in NAMED and topic != "approval.given"]
    for topic in KINDS
}


# Where the same value would be another's, too, besides the view of the kind itself.
BESIDE: dict[str, tuple[View, ...]] = {Certificate.Created.TOPIC: (REPLACED,)}
# Fields of a first event by whose value rules look for others like it, and where.
ALIKE: dict[str, list[tuple[View, str]]] = {
    topic: [
        (view, name)
        for view in (VIEW_OF[topic], *BESIDE.get(topic, ()))
        for name, *_ in PLANS[topic]
        if issubclass(kind, First) and name in view.lookups
    ]
    for topic, (kind, _) in KINDS.items()
}


UNREADABLE = (LedgerError, ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError)


def advance(models: Models, records: Sequence[Record]) -> None:
    """Moves the read models by these events; nothing is stored if one is refused.

    Raises: RuleError: with the refused event's position, stream and kind among its facts.
    """
    if len(records) > 1:
        _prefetch(models, records)
    for r in records:
        try:
            _one(models, r)
        except UNREADABLE as refused:  # A rightly signed event may still say what no rule foresaw.
            code = refused.code if isinstance(refused, LedgerError) else "event-unreadable"
            refusal = refused if isinstance(refused, RuleError) else RuleError(code, rule="form")
            refusal.facts.setdefault("kind", r.event.TOPIC)
            refusal.facts["position"] = r.position
            refusal.facts["stream"] = r.event.originator_id
            raise refusal from refused
    models.flush()


def _one(models: Models, r: Record) -> None:
    event = r.event
    view = VIEW_OF[event.TOPIC]
    before = models.get(view, r.stream)
    state = step(view.noun.LIFECYCLE, before["state"] if before else None, event.TOPIC)
    admit(models, r)
    row = view.fold(before or {}, r)
    models.put(
        view, row | {"id": r.stream, "state": state, "position": r.position, "version": event.originator_version}
    )
    if isinstance(event, Certificate.Reissued):
        models.put(REPLACED, replaced(before or {}, r))  # By its code the former paper is still found.
    for moved in awaited.moved(models, r):
        models.put(awaited.VIEW, moved | {"position": r.position, "version": event.originator_version})
    _batch(models, r)


def _batch(models: Models, r: Record) -> None:
    """An approval opens its batch; the last of its acts closes it."""
    if isinstance(r.event, Proposal.Approved):
        models.open_batch = r.stream
        return
    id = getattr(r.event, "proposal", None)
    if isinstance(id, UUID) and not models.rehearsing:
        row: Row = PROPOSALS.fold(models.get(PROPOSALS, id.bytes) or {}, r)
        models.put(PROPOSALS, row | {"position": r.position})
        if row["enacted"] == row["count"]:
            models.open_batch = None


def _prefetch(models: Models, records: Iterable[Record]) -> None:
    """One question for all rows that a run of events will name: its streams, ids in fields named after a view, and
    the values of first events by which rules look for others like them."""
    wanted: dict[View, set[bytes]] = defaultdict(set)
    alike: dict[tuple[View, str], set[Any]] = defaultdict(set)
    for r in records:
        view, values = VIEW_OF[r.event.TOPIC], vars(r.event)
        wanted[view].add(r.stream)
        for field, target in REFERS[r.event.TOPIC]:
            if values[field] is not None:
                wanted[target].add(values[field].bytes)
        for place, column in ALIKE[r.event.TOPIC]:
            if values[column] is not None:
                alike[place, column].add(column_value(values[column]))
    for target, ids in wanted.items():
        models.prefetch(target, ids)
    for (target, column), found in alike.items():
        models.prefetch_by(target, column, found)
