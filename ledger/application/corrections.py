"""Another identity for a person: by one officer, or by two where others go by who the person is (R25)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.application.drafts import IDENTIFIES, corrected
from ledger.application.proposals import Proposals
from ledger.application.registrants import NIK, Person, Registrants, adult, look_up, reader_of
from ledger.database import reading, writing
from ledger.domain.people import NationalId
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day, new_id
from ledger.errors import ConflictError, NotFoundError, SealedError
from ledger.projections.registrants import REGISTRANTS
from ledger.rules.approvals import is_relied_on
from ledger.store.history import Actor, Turn
from ledger.vault.vault import IDENTITY
from ledger.view import Models

WHY = "identity correction"


class Corrections:
    def __init__(self, context: Context, registrants: Registrants, proposals: Proposals) -> None:
        self._context, self._registrants, self._proposals = context, registrants, proposals

    def by_two(self, id: UUID) -> bool:
        """Whether a second person is asked: of who holds a certificate or an office."""
        today = legal_day(self._context.history.clock())
        if Registrant.Corrected.TOPIC not in parameter("approval.needed", today):
            return False
        with reading(self._context.history.engine) as connection:
            return is_relied_on(Models(connection, self._context.config.origin), id.bytes)

    def correct(self, actor: Actor, id: UUID, person: Person, *, instead: UUID | None = None) -> Answer:
        """Done, or proposed: then the answer is that of `Proposals.propose`, and has a `proposal`.

        Raises: ConflictError: `identity-taken`; SealedError: `data-erased`; RuleError; NotFoundError.
        """
        if not self.by_two(id):
            return self._registrants.correct(actor, id, person)
        self._context.history.require_new(actor)
        act = self._sealed(actor, id, person)
        # A crash here leaves what was entered sealed under the person, as if the proposal had been refused.
        try:
            return self._proposals.propose(actor, [act], instead=instead)
        except Exception:
            with writing(self._context.history.engine) as connection:
                self._context.vault.remove_committed(connection, id, act.values["correction"])
            raise

    def _sealed(self, actor: Actor, id: UUID, person: Person) -> Act:
        """What is entered, beside the identity that it takes the place of."""
        vault, field = self._context.vault, f"correction/{new_id(self._context.history.clock())}"
        holder = look_up(self._context, [person.nik], reader=reader_of(actor)).get(person.nik, id)
        with writing(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(REGISTRANTS, id.bytes)
            if row is None:
                raise NotFoundError("not-found", of="registrant", got=id)
            before: Any = vault.open(connection, id, IDENTITY, reader=reader_of(actor), purpose=WHY)
            if holder != id:  # Asked again at the approval, under the lock.
                raise ConflictError("identity-taken")
            told = person.sealed() | {f"was_{name}": before[name] for name in IDENTIFIES if name in before}
            commitment = vault.seal(connection, id, field, told)
        today = legal_day(self._context.history.clock())
        return Act(Registrant.Corrected.TOPIC, id, {"adult": adult(person, today), "correction": commitment})


def complete(context: Context, turn: Turn, acts: Sequence[Act]) -> list[dict[str, Any]]:
    """What was proposed becomes the person's identity, in the turn that carries it out.

    Raises: ConflictError: `identity-taken` since; SealedError: `data-erased`.
    """
    return [{"identity": _settled(context, turn.connection, act)} for act in acts]


def _settled(context: Context, connection: Connection, act: Act) -> bytes:
    told = corrected(context, connection, act, reader="service", purpose=WHY)
    if not told:
        raise SealedError("data-erased", subject=act.stream, field=IDENTITY)
    identity = {name: told[name] for name in IDENTIFIES if name in told}
    context.vault.claim(connection, NIK, NationalId(str(identity[NIK])), act.stream)
    return context.vault.seal(connection, act.stream, IDENTITY, identity)
