"""What is said about a proposal before it is approved: comments, sent back, refused, withdrawn."""

from uuid import UUID

from ledger.application import acts
from ledger.application.context import Answer, Context
from ledger.application.drafts import let_go
from ledger.database import writing
from ledger.domain.proposals import Proposal
from ledger.errors import InputError, RuleError
from ledger.events import decode, payload_of
from ledger.rules.record import person_of
from ledger.store import drafts, recorder
from ledger.store.history import Actor, Turn

LONGEST = 2000  # characters of a comment
Said = type[Proposal.Commented] | type[Proposal.Returned] | type[Proposal.Refused]


class Discussions:
    def __init__(self, context: Context) -> None:
        self._context = context

    def comment(self, actor: Actor, id: UUID, text: str) -> Answer:
        """Raises: RuleError; NotFoundError; InputError: no text, or too long a one."""
        return self._say(actor, id, Proposal.Commented, text)

    def send_back(self, actor: Actor, id: UUID, text: str) -> Answer:
        """To its proposer, who changes it and makes another one; `text` says what is wanted.

        Raises: as `comment`; RuleError: `own-matter`.
        """
        return self._say(actor, id, Proposal.Returned, text)

    def refuse(self, actor: Actor, id: UUID, text: str) -> Answer:
        """Raises: as `send_back`."""
        return self._say(actor, id, Proposal.Refused, text)

    def withdraw(self, actor: Actor, id: UUID) -> Answer:
        with self._context.history.writing(actor) as turn:
            proposal = turn.get(Proposal, id)
            proposal.record(Proposal.Withdrawn)
            turn.save(proposal)
            let_go(self._context, turn.connection, id)
            return turn.reply(proposal=str(id))

    def of(self, id: UUID, *, reader: str) -> list[Answer]:
        """What was said, the oldest first: `kind` of event, `officer`, `at` in ms UTC, `text`. Each look is noted."""
        said: list[Answer] = []
        with writing(self._context.history.engine) as connection:
            for entry in recorder.stream(connection, id):
                record = decode(payload_of(entry))
                if isinstance(record.event, Proposal.Commented | Proposal.Returned | Proposal.Refused):
                    field = _field(record.event.originator_version)
                    text = self._context.vault.open(connection, id, field, reader=reader, purpose=f"approve {id}")
                    officer = None if record.actor is None else str(record.actor)
                    said.append({"kind": record.event.TOPIC, "officer": officer, "at": record.recorded, "text": text})
        return said

    def _say(self, actor: Actor, id: UUID, kind: Said, text: str) -> Answer:
        if not 1 <= len(text.strip()) <= LONGEST:
            raise InputError("comment-length", got=len(text.strip()), expected=f"1..{LONGEST}")
        with self._context.history.writing(actor) as turn:
            proposal = turn.get(Proposal, id)
            if kind is not Proposal.Commented:
                _refuse_own_matter(turn, actor, id)
            field = _field(proposal.version + 1)
            comment = self._context.vault.seal(turn.connection, id, field, text.strip())
            proposal.record(kind, comment=comment)
            turn.save(proposal)
            if kind is Proposal.Refused:  # One that is sent back keeps its acts: they are the draft of the next.
                let_go(self._context, turn.connection, id)
            return turn.reply(proposal=str(id))


def _refuse_own_matter(turn: Turn, actor: Actor, id: UUID) -> None:
    """Asked here and by no rule: the history holds only the root of acts that nobody approved.

    Raises: RuleError: `own-matter`: one of the acts is about this officer.
    """
    models = turn.models()
    person = person_of(models, actor.officer)
    for leaf in drafts.acts(turn.connection, id):
        act = acts.read(leaf)
        if person in {who.bytes for who in act.people(models)}:
            raise RuleError("own-matter", rule="R25", kind=act.kind)


def _field(version: int) -> str:
    """Under which the text of the proposal's event of this version is sealed."""
    return f"comment/{version}"
