"""Drafts: the acts of a proposal until they are done, and what its proposer entered if it comes back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.application import acts, past
from ledger.application.acts import Act
from ledger.application.context import Context
from ledger.database import Row, reading, writing
from ledger.domain.lifecycle import First
from ledger.domain.participations import Participation
from ledger.domain.people import BirthDate
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.domain.values import from_days, legal_day
from ledger.errors import ConflictError, NotFoundError, StoreError
from ledger.events import KINDS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.proposals import PROPOSALS, TABLE, proposed_act
from ledger.signing import cbor
from ledger.store import drafts, recorder
from ledger.store.history import Actor, Turn
from ledger.transparency.merkle import leaf_hash, root_of
from ledger.vault.vault import IDENTITY
from ledger.view import Models

DAY_MS = 86_400_000
LEAF = 65_535  # bytes, at most, of an act
IDENTIFIES = ("name", "nik", "born", "sex", "alias")  # Fields of an identity; with `was_` before it, what they were.
BACKDATED = "backdated"  # Why an act counts from so early a day: sealed under its proposal.


class Drafts:
    def __init__(self, context: Context) -> None:
        self._context = context

    def entered(self, officer: UUID, id: UUID) -> dict[str, Any]:
        """What was entered in an own proposal that came back or lapsed, by field; of several acts, in the first.

        Raises: NotFoundError: not this officer's, or nothing of it is kept.
        """
        noted: dict[str, Any] = {"reader": str(officer), "purpose": f"proposal {id}"}
        vault = self._context.vault
        with writing(self._context.history.engine) as connection:
            row = require_back(self._context, connection, officer, id)
            leaf = drafts.acts(connection, id)[0]
            act = acts.read(leaf)
            told: dict[str, Any] = dict(act.values)
            if BACKDATED in told:
                told[BACKDATED] = vault.open(connection, id, BACKDATED, **noted)
            told |= explained(self._context, connection, act, **noted)
            told |= _as_typed(corrected(self._context, connection, act, **noted))
            if "person" in told:
                found: Any = vault.open_many(connection, [told["person"]], IDENTITY, **noted)
                told |= found.get(told["person"], {})
        day = effective_of(leaf)
        return told if day == legal_day(row["made"]) else told | {"effective": day}

    def kind(self, officer: UUID, id: UUID) -> str:
        """Of its first act. Raises: as `entered`."""
        with reading(self._context.history.engine) as connection:
            require_back(self._context, connection, officer, id)
            return acts.read(drafts.acts(connection, id)[0]).kind

    def sweep(self) -> int:
        """Lets go of what nobody carried out, as long after it lapsed as it waited; returns of how many proposals."""
        now, engine = self._context.history.clock(), self._context.history.engine
        last = now - parameter("proposal.days", legal_day(now)) * DAY_MS
        over = select(TABLE.c.id).where(TABLE.c.id.in_(select(drafts.DRAFTS.c.proposal)), TABLE.c.expires < last)
        with reading(engine) as connection:
            found = [UUID(bytes=id) for id in connection.scalars(over)]
        if found:
            with writing(engine) as connection:
                for id in found:
                    let_go(self._context, connection, id)
        return len(found)


def explained(context: Context, connection: Connection, act: Act, *, reader: str, purpose: str) -> dict[str, str]:
    """What is sealed about a corrected mark under its person: `marks` as they were typed, and the `explanation`."""
    if act.kind != Participation.Corrected.TOPIC:
        return {}
    row = Models(connection, context.config.origin).get(PARTICIPATIONS, act.stream.bytes) or {}
    person, sealed = UUID(bytes=row["registrant"]), act.values["explanation"]
    found: Any = context.vault.open_committed(connection, person, sealed, reader=reader, purpose=purpose)
    return {} if found is None else {"marks": found["marks"], "explanation": found["why"]}


def corrected(context: Context, connection: Connection, act: Act, *, reader: str, purpose: str) -> dict[str, Any]:
    """What is sealed about a proposed identity under its person: the fields of IDENTIFIES; none: it is another act."""
    if act.kind != Registrant.Corrected.TOPIC or "correction" not in act.values:
        return {}
    sealed: Any = act.values["correction"]
    found: Any = context.vault.open_committed(connection, act.stream, sealed, reader=reader, purpose=purpose)
    return found or {}


def before_and_after(told: Mapping[str, Any]) -> dict[str, str]:
    """A proposed identity in two lines: what the register said when it was proposed, and what it will say."""
    lines = {"before": "was_", "after": ""}
    return {
        name: ", ".join(str(told[prefix + field]) for field in IDENTIFIES if prefix + field in told)
        for name, prefix in lines.items()
        if told
    }


def _as_typed(told: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: told[name] for name in IDENTIFIES if name in told}
    return known | ({"born": BirthDate.parse(known["born"]).day} if known else {})


def require_back(context: Context, connection: Connection, officer: UUID | None, id: UUID) -> Row:
    """The row of an own proposal that may be made anew. Raises: NotFoundError."""
    row = Models(connection, context.config.origin).get(PROPOSALS, id.bytes) or {}
    back = row.get("state") == "returned" or (row.get("state") == "open" and row["expires"] < context.history.clock())
    if not back or officer is None or row["proposer"] != officer.bytes or not drafts.acts(connection, id):
        raise NotFoundError("not-found", of="draft", got=id)
    return row


def let_go(context: Context, connection: Connection, id: UUID) -> None:
    """Nobody carries it out any more: its acts go, and what no event commits to: reasons, another identity, and what
    was shown of those whom it concerned."""
    models = Models(connection, context.config.origin)
    for act in map(acts.read, drafts.acts(connection, id)):
        if act.kind == Registrant.Corrected.TOPIC:
            context.vault.remove_committed(connection, act.stream, act.values["correction"])
        _unexplain(context, models, act)
        for person in act.people(models):
            context.vault.remove(connection, person, f"shown/{id}")
    drafts.drop(connection, id)
    context.vault.remove(connection, id, BACKDATED)


def unseal(context: Context, batch: Sequence[Act]) -> None:
    """Nobody proposes them after all: why a mark should be another one goes, which was sealed beforehand."""
    if any(act.kind == Participation.Corrected.TOPIC for act in batch):
        with writing(context.history.engine) as connection:
            models = Models(connection, context.config.origin)
            for act in batch:
                _unexplain(context, models, act)


def _unexplain(context: Context, models: Models, act: Act) -> None:
    if act.kind == Participation.Corrected.TOPIC and "explanation" in act.values:
        row = models.get(PARTICIPATIONS, act.stream.bytes) or {}
        context.vault.remove_committed(models.connection, UUID(bytes=row["registrant"]), act.values["explanation"])


def leaves_of(connection: Connection, row: Row) -> list[bytes]:
    """The acts of a proposal; once it is approved, from the history, where they follow its approval.

    Raises: StoreError: `drafts-differ`: nobody is shown other acts than those that were proposed.
    """
    made, *later = past.records(connection, row["id"])
    approved = [one.position for one in later if isinstance(one.event, Proposal.Approved)]
    if approved:
        done = recorder.entries(connection, approved[0] + 1, approved[0] + 1 + row["count"])
        leaves = [proposed_act(past.read(entry)) for _, entry, _ in done]
    else:
        leaves = drafts.acts(connection, UUID(bytes=row["id"]))
    if leaves and root_of([leaf_hash(leaf) for leaf in leaves]) != vars(made.event)["acts"]:
        raise StoreError("drafts-differ")
    return leaves


def refuse_again(turn: Turn, actor: Actor, leaves: Sequence[bytes]) -> None:
    """The same form in two tabs, or sent once more after going back, is one proposal.

    Raises: ConflictError: `proposal-waits`.
    """
    if actor.officer is None:
        return
    own = (TABLE.c.proposer == actor.officer.bytes, TABLE.c.state == "open", TABLE.c.expires >= turn.now)
    said = [_said(leaf) for leaf in leaves]
    for id in turn.connection.scalars(select(TABLE.c.id).where(*own, TABLE.c.count == len(leaves))):
        waiting = UUID(bytes=id)
        if [_said(leaf) for leaf in drafts.acts(turn.connection, waiting)] == said:
            raise ConflictError("proposal-waits", proposal=waiting)


def _said(leaf: bytes) -> dict[str, Any]:
    """What an act says; the stream that it begins has an id made for the occasion."""
    told: Any = cbor.decode(leaf, limit=LEAF)
    return {**told, "stream": b""} if issubclass(KINDS[told["kind"]][0], First) else told


def effective_of(leaf: bytes) -> date | None:
    """None: it counts from the day of its approval."""
    told: Any = cbor.decode(leaf, limit=LEAF)
    return from_days(told["effective"]) if "effective" in told else None
