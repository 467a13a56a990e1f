"""External attestations: sealed when the board's answer is proposed, found by number and name once two approved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.acts import Act
from ledger.application.context import NOBODY, Answer, Context
from ledger.application.registrants import name_in
from ledger.credentials.attested import Attested
from ledger.credentials.judge import as_printed
from ledger.database import Row, reading, writing
from ledger.domain import numbers
from ledger.domain.attestations import Attestation
from ledger.domain.people import FullName
from ledger.domain.rulebook import parameter
from ledger.domain.values import Personal, from_days, legal_day
from ledger.errors import ConflictError, InputError
from ledger.projections.attestations import ATTESTATIONS
from ledger.store.history import Turn
from ledger.vault.vault import IDENTITY
from ledger.view import Models

TAG = "attested"  # Under which number and name are found. Source: docs/cases.md
PURPOSE = "number and name were typed"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the issuer confirmed. `number` and `name` as on the paper, `issuer` the institution's name."""

    number: str
    name: FullName
    issuer: str
    kind: str
    through: date | None = None


class Attestations:
    def __init__(self, context: Context) -> None:
        self._context = context

    def listed(self) -> list[Answer]:
        """Pseudonymous: what was confirmed when, not whose."""
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(ATTESTATIONS)
        return [_plain(row) for row in sorted(rows, key=lambda row: int(row["position"]))]

    def withdrawal(self, id: UUID, reason: str) -> Act:
        """To be proposed: the confirmation no longer counts, and the number and the name are destroyed."""
        return Act(Attestation.Withdrawn.TOPIC, id, {"reason": reason})

    def sealed(self, connection: Connection, id: UUID, paper: Paper) -> bytes:
        """The commitment for the event. Raises: InputError: `attestation-own`: it is a number of this register."""
        number = as_printed(paper.number)
        if numbers.SHAPE.fullmatch(number):
            raise InputError("attestation-own")
        said = {"name": paper.name.reveal(), "number": paper.number.strip(), TAG: tagged(number, paper.name).reveal()}
        return self._context.vault.seal(connection, id, IDENTITY, said)


def recording(id: UUID, paper: Paper, *, content: bytes, checked: date, means: str) -> Act:
    """To be proposed. `means`: how the issuer was asked; `checked`: the day of its answer."""
    values = {"issuer": paper.issuer, "kind": paper.kind, "through": paper.through}
    return Act(Attestation.Created.TOPIC, id, values | {"checked": checked, "means": means, "content": content})


def complete(context: Context, turn: Turn, acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Makes what these acts record findable, in the turn that records it.

    Raises: SealedError: `data-erased`; ConflictError: `attestation-exists`: this number and name are confirmed already.
    """
    for act in acts:
        said: Any = context.vault.open(
            turn.connection, act.stream, IDENTITY, reader="service", purpose="record a confirmation"
        )
        try:
            context.vault.claim(turn.connection, TAG, Personal(said[TAG]), act.stream)
        except ConflictError as cause:
            raise ConflictError("attestation-exists") from cause
    return [{} for _ in acts]


def attested(context: Context, number: str, name: str, *, reader: str) -> Attested | None:
    """What the issuer of a paper of this number and name confirmed, if the board asked it lately.

    A hit and a miss cost the same: a look into the vault, noted under `reader`, of somebody or of nobody. Raises
    nothing of its own on any text.
    """
    typed = tagged(as_printed(number), FullName(name))
    with writing(context.history.engine) as connection:
        holder = context.vault.find(connection, TAG, typed) or NOBODY
        row = Models(connection, context.config.origin).get(ATTESTATIONS, holder.bytes)
        opened: Any = context.vault.open_many(connection, [holder], IDENTITY, reader=reader, purpose=PURPOSE)
    if row is None or row["state"] != "recorded" or holder not in opened:
        return None
    today, checked = legal_day(context.history.clock()), from_days(row["checked"])
    if (today - checked).days > parameter("attestation.days", today):
        return None
    return Attested(
        name=FullName(name_in(opened[holder])),
        number=str(opened[holder]["number"]),
        issuer=row["issuer"],
        kind=row["kind"],
        checked=checked,
        means=row["means"],
        through=None if row["through"] is None else from_days(row["through"]),
    )


def tagged(number: str, name: FullName) -> Personal:
    """Number and folded name as one: neither alone finds anything. A folded name has no sign but spaces, so that no
    two numbers are one here: each has a budget of its own."""
    return Personal(f"{number}|{name.folded().reveal()}")


def _plain(row: Row) -> Answer:
    return {
        "attestation": str(UUID(bytes=row["id"])),
        "state": row["state"],
        "issuer": row["issuer"],
        "kind": row["kind"],
        "checked": from_days(row["checked"]).isoformat(),
        "means": row["means"],
        "through": None if row["through"] is None else from_days(row["through"]).isoformat(),
    }
