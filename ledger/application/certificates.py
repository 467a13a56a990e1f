"""Certificates: what to propose, short suspensions by one person, the code, questions about one."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.application import past, scope
from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.credentials import digits
from ledger.database import reading, writing
from ledger.domain.certificates import ATTENDANCE, Certificate
from ledger.domain.values import from_days, legal_day, new_id, to_days
from ledger.errors import InputError, NotFoundError, RuleError
from ledger.projections.as_of import Cut
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES, edition_on
from ledger.projections.trainings import TRAININGS
from ledger.store.history import Actor
from ledger.view import Models

KINDS = {
    "suspend": Certificate.Suspended,
    "reinstate": Certificate.Reinstated,
    "revoke": Certificate.Revoked,
    "annul": Certificate.Annulled,
}
PAPER_REASONS = ("lost", "damaged")  # Why a paper is replaced.


class Certificates:
    def __init__(self, context: Context) -> None:
        self._context = context

    # To be proposed -------------------------------------------------------------------------------------------

    def competence(self, decree: UUID) -> list[Act]:
        """One act for each competent result of this decree that has no certificate yet, then one for each certificate
        that such a one renews. Who has one of the same kind that is suspended gets none before that is lifted."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(DECREES, decree.bytes)
            if row is None:
                raise NotFoundError("not-found", of="decree", got=decree)
            wanted = select(ASSESSMENTS.table.c.id).where(ASSESSMENTS.table.c.decree == decree.bytes)
            ids = list(connection.execute(wanted.order_by(ASSESSMENTS.table.c.position)).scalars())
            models.prefetch(ASSESSMENTS, ids)
            found = [models.get(ASSESSMENTS, id) or {} for id in ids]
            decided = from_days(row["decreed_on"])
            issues = [
                self._competence(models, a, row["authority"], decided)
                for a in found
                if a["outcome"] == "K" and not _live(models, "assessment", a["id"])
            ]
            models.prefetch_by(CERTIFICATES, "registrant", [act.values["registrant"].bytes for act in issues])
            held = [(act, self._held(models, act.values)) for act in issues]
        issues = [act for act, rows in held if not any(row["state"] == "suspended" for row in rows)]
        renewed = [_superseded(row, act) for act, rows in held if act in issues for row in rows]
        return issues + renewed

    def _held(self, models: Models, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The holder's certificates of the same kind that have not ended: these are renewed."""
        today = to_days(legal_day(self._context.history.clock()))
        return [
            row
            for row in models.find(CERTIFICATES, "registrant", values["registrant"].bytes)
            if (row["kind"], row["authority"]) == (values["kind"], values["authority"])
            and row["state"] in ("active", "suspended")
            and (row["through"] is None or row["through"] >= today)
        ]

    def _competence(self, models: Models, row: dict[str, Any], authority: str, decided: date) -> Act:
        scheme = models.get(SCHEMES, row["scheme"]) or {}
        current = edition_on(scheme, legal_day(self._context.history.clock())) or {"edition": row["edition"]}
        values = {
            "kind": scheme["kind"],
            "registrant": UUID(bytes=row["registrant"]),
            "authority": authority,
            "decided": decided,
            "scheme": UUID(bytes=row["scheme"]),
            "edition": current["edition"],
            "assessment": UUID(bytes=row["id"]),
        }
        return Act(Certificate.Created.TOPIC, new_id(self._context.history.clock()), values)

    def attendance(self, training: UUID) -> list[Act]:
        """One act for each completion of this training that has no certificate yet; walk-ins without a NIK wait."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(TRAININGS, training.bytes)
            if row is None:
                raise NotFoundError("not-found", of="training", got=training)
            people = sorted(models.find(PARTICIPATIONS, "training", training.bytes), key=_by_position)
            models.prefetch_by(CERTIFICATES, "participation", [p["id"] for p in people])
            models.prefetch(REGISTRANTS, [p["registrant"] for p in people])
            done = [p for p in people if p["state"] == "completed" and not _live(models, "participation", p["id"])]
            done = [p for p in done if not (models.get(REGISTRANTS, p["registrant"]) or {})["provisional"]]
        decided = from_days(read(row, "days")[-1])
        return [
            Act(
                Certificate.Created.TOPIC,
                new_id(self._context.history.clock()),
                {
                    "kind": f"{ATTENDANCE}/{row['programme']}",
                    "registrant": UUID(bytes=p["registrant"]),
                    "authority": row["authority"],
                    "decided": decided,
                    "participation": UUID(bytes=p["id"]),
                },
            )
            for p in done
        ]

    def status_act(self, what: str, number: str, *, decree: UUID, reason: str, until: date | None = None) -> Act:
        """`what`: suspend, reinstate, revoke or annul."""
        if what not in KINDS:
            raise InputError("status-act-unknown", got=what, expected=", ".join(KINDS))
        values: dict[str, Any] = {"decree": decree, "reason": reason}
        return Act(KINDS[what].TOPIC, self.stream(number), values | ({"until": until} if until else {}))

    def reissue(self, number: str, *, decree: UUID, reason: str) -> Act:
        """The same number on a new paper; `reason`: lost or damaged."""
        if reason not in PAPER_REASONS:
            raise InputError("paper-reason-unknown", got=reason, expected=", ".join(PAPER_REASONS))
        return Act(Certificate.Reissued.TOPIC, self.stream(number), {"decree": decree, "reason": reason})

    # Written alone --------------------------------------------------------------------------------------------

    def act_alone(self, actor: Actor, act: Act, *, effective: date | None = None) -> Answer:
        """A short suspension, or its lifting, by one certifier; the rules refuse what needs a second person (R25)."""
        with self._context.history.writing(actor) as turn:
            certificate = turn.get(Certificate, act.stream)
            kinds = {kind.TOPIC: kind for kind in KINDS.values()}
            if kinds[act.kind] in (Certificate.Revoked, Certificate.Annulled):
                raise RuleError("approval-missing", rule="R25", kind=act.kind)
            certificate.record(kinds[act.kind], **act.values)
            turn.save(certificate, effective=effective)
            return turn.reply(certificate=str(act.stream))

    # Asked ----------------------------------------------------------------------------------------------------

    def stream(self, number: str) -> UUID:
        """Raises: NotFoundError."""
        return UUID(bytes=self._row(number)["id"])

    def code(self, number: str, *, reader: str) -> str:
        """The address that stands in the certificate's code. Raises: NotFoundError; SealedError: `data-erased`."""
        row = self._row(number)
        paper, holder = UUID(bytes=row["paper"]), UUID(bytes=row["registrant"])
        with writing(self._context.history.engine) as connection:
            vault = self._context.vault
            data = vault.open(connection, holder, f"token/{paper}", reader=reader, purpose=f"draw the code of {number}")
        return digits.url(self._context.config.public_url, bytes(data))  # type: ignore[arg-type]

    def show(self, number: str) -> Answer:
        """Pseudonymous facts of one certificate, and whether its holder is still registered or erased."""
        row = self._row(number)
        with reading(self._context.history.engine) as connection:
            holder = Models(connection, self._context.config.origin).get(REGISTRANTS, row["registrant"]) or {}
        return _facts(row, holder)

    def show_at(self, number: str, cut: Cut) -> Answer:
        """The same as of a day, with what a verdict would have said then. Raises: NotFoundError."""
        today = self._row(number)
        with reading(self._context.history.engine) as connection:
            row = past.require_at(connection, CERTIFICATES, today["id"], cut, number)
            holder = past.row_at(connection, REGISTRANTS, row["registrant"], cut) or {"state": "none"}
        return {
            **past.answered(cut),
            **_facts(row, holder),
            "standing": past.standing_on(row, holder["state"], cut.day),
            "since": past.iso(row["since"]),
            "until": past.iso(row["until"]),
            "decree": None if row["decree"] is None else str(UUID(bytes=row["decree"])),
            "reason": row["reason"],
        }

    def listed(self, *, after: str = "", limit: int = 100, sight: scope.Sight = scope.ALL) -> list[str]:
        """Numbers in order, after a cursor, of those that are seen."""
        with reading(self._context.history.engine) as connection:
            return list(connection.scalars(scope.numbers(sight, after, limit)))

    def _row(self, number: str) -> dict[str, Any]:
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(CERTIFICATES, "number", number)
        if not found:
            raise NotFoundError("not-found", of="certificate", got=number)
        return found[0]


def _facts(row: dict[str, Any], holder: dict[str, Any]) -> Answer:
    return {
        "number": row["number"],
        "kind": row["kind"],
        "authority": row["authority"],
        "state": row["state"],
        "registrant": str(UUID(bytes=row["registrant"])),
        "holder": holder["state"],
        "signed": past.iso(row["signed"]),
        "through": past.iso(row["through"]),
    }


def _superseded(row: dict[str, Any], by: Act) -> Act:
    return Act(Certificate.Superseded.TOPIC, UUID(bytes=row["id"]), {"by": by.stream})


def _live(models: Models, column: str, id: bytes) -> bool:
    return any(row["state"] != "annulled" for row in models.find(CERTIFICATES, column, id))


def _by_position(row: dict[str, Any]) -> int:
    return int(row["position"])
