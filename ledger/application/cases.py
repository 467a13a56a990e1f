"""Cases: what a reader reports or asks becomes a sealed bundle beside the history, and the board answers in time.

Source: docs/cases.md.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ledger.application import attestations, evidence
from ledger.application.attestations import Attestations, Paper
from ledger.application.context import Answer, Context
from ledger.application.evidence import Given
from ledger.application.officers import Officers
from ledger.application.proposals import Proposals
from ledger.application.receipts import Receipts
from ledger.application.verifications import Verifications
from ledger.database import Row, reading, writing
from ledger.domain import workdays
from ledger.domain.attestations import MEANS
from ledger.domain.cases import ANSWERS, ASK, CANNOT_SAY, CONFIRMED, new_number, read_number
from ledger.domain.people import FullName
from ledger.domain.rulebook import parameter
from ledger.domain.values import from_days, legal_day, to_days
from ledger.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from ledger.projections.attestations import ATTESTATIONS
from ledger.projections.officers import OFFICERS, roles
from ledger.rules.reach import founder
from ledger.store import cases, sessions
from ledger.store.budgets import Budget, Budgets, network
from ledger.store.history import Actor
from ledger.view import Models

PURPOSE = "handle a case"
HANDLERS = {"certify", "approve"}  # Who answers, and who approves what the answer says of another body's paper.
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Status:
    """What whoever knows the number is told. `made` in ms UTC; `left`: working days until `due`, inclusive."""

    number: str
    kind: str
    made: int
    due: date
    left: int
    answer: str | None
    means: str | None
    checked: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the board learnt. `means` and `checked`: how its issuer was asked, and on which day it said so."""

    answer: str
    means: str | None = None
    checked: date | None = None

    def __post_init__(self) -> None:
        """Raises: InputError: a word that no list has; an answer without means or day."""
        if self.means is not None and self.means not in MEANS:
            raise InputError("means-unknown", got=self.means, expected=", ".join(MEANS))
        if self.answer != CANNOT_SAY and (self.means is None or self.checked is None):
            raise InputError("answer-unexplained")


class Cases:
    def __init__(
        self,
        context: Context,
        officers: Officers,
        verifications: Verifications,
        receipts: Receipts,
        proposals: Proposals,
        confirmed: Attestations,
        budgets: Budgets,
    ) -> None:
        self._context, self._officers, self._proposals, self._attestations = context, officers, proposals, confirmed
        self._budgets = budgets
        self._witness = evidence.Witness(context, verifications, receipts)

    # For everybody ------------------------------------------------------------------------------------------------

    def open(self, kind: str, given: Given, *, address: str | None = None) -> Status:
        """Seals what was sent with what the service finds about it. `address`: who asks over the network.

        Raises: InputError: `case-empty`, `input-too-large`; BudgetError.
        """
        given.require()
        config = self._context.config
        self._spend(
            address, Budget("cases", "", int(config.budget_cases)), Budget("board", "", int(config.budget_board))
        )
        now = self._context.history.clock()
        today = legal_day(now)
        parts, reason = self._witness.bundle(given, kind, now)
        (id,) = self._context.new_subjects(1)
        row = {
            **dict.fromkeys(cases.CASES.c.keys()),
            "id": id.bytes,
            "number": new_number(),
            "kind": kind,
            "reason": reason,
            "made": now,
            "due": to_days(workdays.due(today, parameter("case.days", today))),
        }
        with writing(self._context.history.engine) as connection:
            self._context.vault.seal_many(connection, [(id, name, data) for name, data in parts.items()])
            cases.put_case(connection, row)
            return self._status(connection, row)

    def status(self, number: str, *, address: str | None = None) -> Status:
        """Raises: InputError: `case-number`; NotFoundError; BudgetError."""
        self._spend(address, Budget("address", "", int(self._context.config.budget_address)))
        with reading(self._context.history.engine) as connection:
            return self._status(connection, self._row(connection, number))

    # For the board ------------------------------------------------------------------------------------------------

    def listed(self, actor: Actor) -> list[Answer]:
        """Open ones first, the most urgent at the top. Raises: ForbiddenError."""
        with self._board(actor) as connection:
            told = [self._plain(connection, row) for row in cases.every(connection)]
        return sorted(told, key=lambda one: one["answer"] is not None)

    def number(self, actor: Actor, id: UUID) -> str:
        """Of the case with this id, which may stand in an address. Raises: ForbiddenError; NotFoundError."""
        with self._board(actor) as connection:
            return cases.number_of(connection, id)

    def show(self, actor: Actor, number: str) -> Answer:
        """With what was sent, for this officer's eyes; the look is noted. `content` None: destroyed.

        Raises: ForbiddenError, InputError, NotFoundError.
        """
        with self._board(actor) as connection:
            row = self._row(connection, number)
            return self._plain(connection, row) | {"content": self._content(connection, row, actor)}

    def export(self, actor: Actor, number: str) -> bytes:
        """The evidence as a ZIP file. Raises: as `show`; NotFoundError: destroyed."""
        with self._board(actor) as connection:
            row = self._row(connection, number)
            parts = {name: self._part(connection, row, name, actor) for name in evidence.FILES}
        if parts[evidence.CASE] is None:
            raise NotFoundError("not-found", of="case")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, data in parts.items():
                if data is not None:
                    bundle.writestr(name, data)
        return target.getvalue()

    def answer(self, actor: Actor, number: str, found: Finding, paper: Paper | None = None) -> Answer:
        """Answers; a `paper` of another body that its issuer confirmed is proposed as an attestation, and the case
        counts as answered once a second person has approved it.

        Raises: ConflictError: `case-answered`; InputError; ForbiddenError; RuleError: as `Proposals.propose`.
        """
        done: Row = {"answer": found.answer, "means": found.means, "answered": self._context.history.clock()}
        done["officer"] = None if actor.officer is None else actor.officer.bytes
        done["checked"] = None if found.checked is None else to_days(found.checked)
        (id,) = self._context.new_subjects(1)
        content = b""
        with self._board(actor) as connection:
            row = self._row(connection, number)
            self._guard(connection, row, found, paper)
            if row["attestation"] is not None:  # Nobody approved what was proposed before.
                self._context.vault.forget(connection, UUID(bytes=row["attestation"]))
            if paper is not None:
                content = self._attestations.sealed(connection, id, paper)
            attestation = None if paper is None else id.bytes
            cases.put_case(connection, row | done | {"attestation": attestation})
        self._context.vault.shred(self._context.history.engine)
        told = {"case": row["number"], "answer": found.answer}
        if paper is None:
            return told
        # A crash or a refusal from here on leaves an open case, and sealed data that its next answer destroys.
        checked, means = found.checked or date.min, found.means or ""
        act = attestations.recording(id, paper, content=content, checked=checked, means=means)
        return told | {"attestation": str(id)} | self._proposals.propose(actor, [act])

    def asked_about(self, actor: Actor, number: str) -> tuple[str, FullName] | None:
        """Number and name as the asker typed them, to be confirmed; None: not both."""
        content = self.show(actor, number)["content"] or {}
        said = content.get("said", {})
        return (said["number"], FullName.parse(said["name"])) if said.get("number") and said.get("name") else None

    def sweep(self) -> int:
        """Destroys what was written in cases whose days are over; returns how many. Safe to repeat at any time."""
        now = self._context.history.clock()
        until = now - parameter("case.keep-days", legal_day(now)) * DAY_MS
        with reading(self._context.history.engine) as connection:
            if not cases.over(connection, until):
                return 0
        with writing(self._context.history.engine) as connection:
            over = cases.over(connection, until)
            for row in over:
                for id in (row["id"], None if self._recorded(connection, row) else row["attestation"]):
                    if id is not None:
                        self._context.vault.forget(connection, UUID(bytes=id))
                cases.put_case(connection, row | {"destroyed": now})
        self._context.vault.shred(self._context.history.engine)
        return len(over)

    # ----------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _board(self, actor: Actor) -> Iterator[Connection]:
        """A turn for an officer of DPP who may handle cases; every look is noted in it.

        Raises: ForbiddenError: `outside-mandate`, `role-missing`, `sight-central`; AuthenticationError.
        """
        if actor.officer is None:
            raise ForbiddenError("role-missing", kind="case", expected=sorted(HANDLERS))
        self._officers.require_in_office(actor.officer)
        with writing(self._context.history.engine) as connection:
            if actor.session is not None:
                sessions.require(connection, actor.session, self._context.history.clock())
            models = Models(connection, self._context.config.origin)
            held = models.get(OFFICERS, actor.officer.bytes) or {}
            if HANDLERS.isdisjoint(roles(held)) or held["authority"] != founder(models):
                raise ForbiddenError("role-missing", kind="case", expected=sorted(HANDLERS))
            if held["region"] is not None:  # Readers ask from everywhere, and name people of any province.
                raise ForbiddenError("sight-central")
            yield connection

    def _spend(self, address: str | None, own: Budget, *common: Budget) -> None:
        """`own` is a budget of each asker, `common` are those of all together."""
        if address is not None:
            self._budgets.spend([own._replace(asker=network(address)), *common])

    def _guard(self, connection: Connection, row: Row, found: Finding, paper: Paper | None) -> None:
        if self._answer(connection, row) is not None:
            raise ConflictError("case-answered")
        if found.answer not in ANSWERS[row["kind"]]:
            raise InputError("answer-unknown", got=found.answer, expected=", ".join(ANSWERS[row["kind"]]))
        if found.checked is not None and found.checked > legal_day(self._context.history.clock()):
            raise InputError("answer-in-future", got=found.checked)
        if paper is not None and (row["kind"], found.answer) != (ASK, CONFIRMED):
            raise InputError("attestation-unasked")

    def _row(self, connection: Connection, number: str) -> Row:
        row = cases.of_number(connection, read_number(number))
        if row is None:
            raise NotFoundError("case-unknown")
        return row

    def _recorded(self, connection: Connection, row: Row) -> bool:
        """Whether two people have approved the attestation that the answer proposed."""
        id = row["attestation"]
        return id is not None and Models(connection, self._context.config.origin).get(ATTESTATIONS, id) is not None

    def _answer(self, connection: Connection, row: Row) -> str | None:
        """What counts: of an answer that proposes an attestation, once it is approved."""
        waiting = row["attestation"] is not None and not self._recorded(connection, row)
        return None if waiting else row["answer"]

    def _status(self, connection: Connection, row: Row) -> Status:
        answer, due = self._answer(connection, row), from_days(row["due"])
        left = workdays.left(legal_day(self._context.history.clock()), due)
        known = answer is not None and row["checked"] is not None
        checked = from_days(row["checked"]) if known else None
        means = row["means"] if answer else None
        return Status(row["number"], row["kind"], row["made"], due, left, answer, means, checked)

    def _plain(self, connection: Connection, row: Row) -> Answer:
        told = self._status(connection, row)
        return {
            "id": str(UUID(bytes=row["id"])),
            "case": told.number,
            "kind": told.kind,
            "recorded": told.made,
            "reason": row["reason"],
            "due": told.due.isoformat(),
            "left": told.left,
            "answer": told.answer,
            "means": told.means,
            "checked": None if told.checked is None else told.checked.isoformat(),
        }

    def _content(self, connection: Connection, row: Row, actor: Actor) -> Answer | None:
        data = self._part(connection, row, evidence.CASE, actor)
        content: Answer | None = None if data is None else json.loads(data)
        return content

    def _part(self, connection: Connection, row: Row, name: str, actor: Actor) -> bytes | None:
        id = UUID(bytes=row["id"])
        found = self._context.vault.open_many(connection, [id], name, reader=str(actor.officer), purpose=PURPOSE)
        data = found.get(id)
        return data if isinstance(data, bytes) else None
