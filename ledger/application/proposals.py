"""Proposing a batch of acts, showing what would be signed, approving it; approval carries it out in the same turn."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.application import acts, concerned, scope
from ledger.application.acts import Act, Complete
from ledger.application.context import Answer, Context
from ledger.application.drafts import (
    DAY_MS,
    LEAF,
    before_and_after,
    corrected,
    effective_of,
    leaves_of,
    let_go,
    refuse_again,
    require_back,
    unseal,
)
from ledger.application.passkeys import require_genuine
from ledger.application.scope import ALL, Sight
from ledger.database import reading, writing
from ledger.domain.attestations import Attestation
from ledger.domain.certificates import Certificate
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.projections.officers import OFFICERS
from ledger.projections.proposals import PROPOSALS, TABLE
from ledger.signing import cbor
from ledger.signing.approval import ED25519, WEBAUTHN, message
from ledger.store import drafts
from ledger.store.history import Actor, Turn
from ledger.transparency.merkle import leaf_hash, root_of
from ledger.view import Models

MAX_ACTS = 2000
UNDATED = {kind.TOPIC for kind in Certificate.UNDATED}
FORGETS = (Registrant.Erased, Attestation.Withdrawn)  # Acts that destroy what is sealed under their stream.


class Proposals:
    def __init__(
        self, context: Context, complete: Mapping[str, Complete], forgotten: Callable[[], object] = lambda: None
    ) -> None:
        self._context, self._complete, self._forgotten = context, complete, forgotten

    def propose(
        self,
        actor: Actor,
        batch: Sequence[Act],
        *,
        effective: date | None = None,
        backdated: str | None = None,
        instead: UUID | None = None,
    ) -> Answer:
        """Tries the acts, undoes them, and records that they are proposed.

        Args:
            batch: At most 2000 acts; together they are carried out or not at all.
            effective: The day from which they count; the day of approval if absent.
            backdated: Why that day lies so far back; sealed, for acts on a certificate's status (R27).
            instead: An own proposal that came back, which this one takes the place of.

        Raises: RuleError: a rule refuses an act, whoever might approve it; InputError; ConflictError: `proposal-waits`:
            the proposer has proposed the same already; NotFoundError: as `Drafts.entered`.
        """
        try:
            return self._propose(actor, batch, effective, backdated, instead)
        except Exception:
            unseal(self._context, batch)  # A crash before leaves it, as if the proposal had been refused later.
            raise

    def _propose(
        self, actor: Actor, batch: Sequence[Act], effective: date | None, backdated: str | None, instead: UUID | None
    ) -> Answer:
        if not 1 <= len(batch) <= MAX_ACTS:
            raise InputError("batch-size", got=len(batch), expected=f"1..{MAX_ACTS}")
        if len({act.kind in UNDATED for act in batch}) > 1:
            raise InputError("batch-mixed")  # Issues take effect on the day of approval, other acts on theirs.
        history = self._context.history
        (id,) = self._context.new_subjects(1)
        with history.writing(actor) as turn:
            if instead is not None:
                require_back(self._context, turn.connection, actor.officer, instead)
                let_go(self._context, turn.connection, instead)
            day = effective or turn.today
            if backdated is not None:
                reason = self._context.vault.seal(turn.connection, id, "backdated", backdated)
                batch = [Act(act.kind, act.stream, {**act.values, "backdated": reason}) for act in batch]
            leaves = [act.leaf(day) for act in batch]
            refuse_again(turn, actor, leaves)
            with history.rehearsing(turn) as rehearsal:
                self._carry_out(rehearsal, batch, id, day, actor)
            lapses = turn.now + parameter("proposal.days", turn.today) * DAY_MS
            root = root_of([leaf_hash(leaf) for leaf in leaves])
            proposal = Proposal.begin(id, acts=root, count=len(batch), expires=lapses)
            turn.save(proposal)
            drafts.keep(turn.connection, id, leaves)
            self._seal_shown(turn, id, batch, leaves)
            return turn.reply(proposal=str(id), count=len(batch), expires=lapses)

    def show(self, id: UUID, *, reader: str) -> dict[str, Any]:
        """What the approver signs or has signed, in full: with names, and each look is noted.

        `acts`: none where nothing of them is kept; of its `people`, who has been erased is None. Raises: NotFoundError:
        no such proposal.
        """
        with writing(self._context.history.engine) as connection:
            row = self._row(connection, id)
            leaves = leaves_of(connection, row)
            batch = [acts.read(leaf) for leaf in leaves]
            models = Models(connection, self._context.config.origin)
            named = [act.people(models) for act in batch]
            purpose = f"{'approve' if row['state'] == 'open' else 'proposal'} {id}"
            known = concerned.seen(self._context, models, set(chain(*named)), reader=reader, purpose=purpose)
            told = [
                before_and_after(corrected(self._context, connection, act, reader=reader, purpose=purpose))
                for act in batch
            ]
            shown = self._shown(connection, id)
        return {
            "proposal": str(id),
            "state": row["state"],
            "count": row["count"],
            "made": row["made"],
            "expires": row["expires"],
            "version": row["version"],
            "effective": _iso(effective_of(leaves[0])) if leaves else None,
            "leaf": row["leaf"].hex(),
            "shown": shown.hex(),
            "signing": message(self._context.config.origin, row["leaf"], shown).hex(),
            "acts": [
                {
                    "kind": act.kind,
                    "stream": str(act.stream),
                    "fields": _plain(act) | said,
                    "people": [concerned.in_words(known[one]) if one in known else None for one in people],
                }
                for act, people, said in zip(batch, named, told, strict=True)
            ],
        }

    def approve(self, actor: Actor, id: UUID, assertion: bytes | None = None, kind: str = ED25519) -> Answer:
        """The second person's approval, and the acts, in one transaction.

        Args:
            assertion: The approver's signature over `signing` of `show`; None: the service asserts it, for a first key
                only.
            kind: ed25519, or webauthn: a passkey's answer to the challenge of `signing`.

        Raises: RuleError: an own proposal, twice, too late, a wrong signature, or a rule that refuses an act;
            ConflictError: `names-changed`: the signature is for people who were somebody else; NotFoundError: no such
            proposal, or its acts are lost; VerificationError: as `require_genuine`.
        """
        context = self._context
        with context.history.writing(actor) as turn:
            row = self._row(turn.connection, id)
            leaves = drafts.acts(turn.connection, id)
            proposal = turn.get(Proposal, id)
            proposal.record(
                Proposal.Approved,
                proposal=row["leaf"],
                shown=self._shown(turn.connection, id),
                assertion=assertion,
                assertion_kind=None if assertion is None else kind,
            )
            turn.save(proposal)
            if kind == WEBAUTHN and assertion is not None and actor.officer is not None:
                require_genuine(context, turn.connection, actor.officer, assertion)
            if not leaves:  # Lost: the history holds their root only.
                raise NotFoundError("not-found", of="draft", got=id)
            proposer = self._proposer(turn, row)
            batch = [acts.read(leaf) for leaf in leaves]
            self._require_same(turn, id, batch)
            records = self._carry_out(turn, batch, id, effective_of(leaves[0]), proposer)
            drafts.drop(turn.connection, id)
            erased = [r.event.originator_id for r in records if isinstance(r.event, FORGETS)]
            for person in erased:
                context.vault.forget(turn.connection, person)
            answer = turn.reply(proposal=str(id), streams=[str(r.event.originator_id) for r in records])
        if erased:  # After the commit; a crash before leaves the mark, and the next start finishes it.
            context.vault.shred(context.history.engine)
            self._forgotten()
        return answer

    def waiting(self, sight: Sight = ALL) -> list[Answer]:
        """Open proposals that have not lapsed, the oldest first, of those that are seen."""
        now = self._context.history.clock()
        wanted = select(TABLE).where(TABLE.c.state == "open", TABLE.c.expires >= now, scope.proposals(sight))
        with reading(self._context.history.engine) as connection:
            rows = connection.execute(wanted.order_by(TABLE.c.made, TABLE.c.position)).mappings().all()
        return [
            {"proposal": str(UUID(bytes=r["id"])), **{name: r[name] for name in ("count", "expires", "authority")}}
            for r in rows
        ]

    def _require_same(self, turn: Turn, id: UUID, batch: Sequence[Act]) -> None:
        """What `shown` commits to is what the register says now: somebody may have been made another since.

        Proposals of former versions commit to names only: nobody signs for less than the page shows.
        """
        models, noted = turn.models(), {"reader": "service", "purpose": "approve"}
        people = set(chain(*(act.people(models) for act in batch)))
        then = self._context.vault.open_many(turn.connection, people, f"shown/{id}", **noted)
        now = concerned.seen(self._context, models, people, **noted)
        changed = [person for person in now if now[person] != then.get(person)]
        if changed:
            raise ConflictError("names-changed", count=len(changed))

    def _carry_out(self, turn: Turn, batch: Sequence[Act], id: UUID, day: date | None, actor: Actor) -> list[Any]:
        return acts.carry_out(turn, batch, id, effective=day, actor=actor, complete=self._complete)

    def _row(self, connection: Any, id: UUID) -> dict[str, Any]:
        row = Models(connection, self._context.config.origin).get(PROPOSALS, id.bytes)
        if row is None:
            raise NotFoundError("not-found", of="proposal", got=id)
        return row

    def _proposer(self, turn: Turn, row: dict[str, Any]) -> Actor:
        officer = turn.models().get(OFFICERS, row["proposer"]) or {}
        return Actor(UUID(bytes=row["proposer"]), row["authority"], officer.get("office", ""))

    def _seal_shown(self, turn: Turn, id: UUID, batch: Sequence[Act], leaves: Sequence[bytes]) -> None:
        """Each person stands in it as this proposal's salted commitment to what `concerned` says of who it is."""
        vault, models = self._context.vault, turn.models()
        named = [act.people(models) for act in batch]
        people = set(chain(*named))
        known = concerned.seen(self._context, models, people, reader="service", purpose=f"propose {id}")
        items = [(person, f"shown/{id}", known[person]) for person in sorted(known)]
        commitments = vault.seal_many(turn.connection, items)
        by_person = {person: commitment for (person, _, _), commitment in zip(items, commitments, strict=True)}
        shown = [_without_people(leaf, some, by_person) for leaf, some in zip(leaves, named, strict=True)]
        document = cbor.encode(shown)
        vault.seal(turn.connection, id, "shown", sha256(document).hexdigest())

    def _shown(self, connection: Any, id: UUID) -> bytes:
        kept = self._context.vault.open(connection, id, "shown", reader="service", purpose="approve")
        return bytes.fromhex(str(kept))


def _without_people(leaf: bytes, people: Sequence[UUID], commitments: Mapping[UUID, bytes]) -> dict[str, Any]:
    """The act without the ids of people, and the commitments to who they are beside it."""
    act: Any = cbor.decode(leaf, limit=LEAF)
    body = {name: value for name, value in act["body"].items() if name not in ("registrant", "person")}
    return {**act, "body": body, "people": [commitments[person] for person in people if person in commitments]}


def _iso(day: date | None) -> str | None:
    """Without a day they count from that of the approval."""
    return None if day is None else day.isoformat()


def _plain(act: Act) -> dict[str, Any]:
    """Fields as JSON; people stand apart, under `people`."""
    return {name: _json(value) for name, value in act.values.items() if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, int | str | bool) else str(value)
