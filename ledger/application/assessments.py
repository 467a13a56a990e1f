"""Assessments in batches: scheduled, scored, decided by decree; decrees and accepted equivalents beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from ledger.application.context import Answer, Context
from ledger.domain.assessments import Assessment
from ledger.domain.decrees import Decree
from ledger.domain.equivalences import Equivalence
from ledger.errors import InputError, NotFoundError
from ledger.projections.equivalences import EQUIVALENCES
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.schemes import SCHEMES, edition_on
from ledger.projections.trainings import TRAININGS
from ledger.store.history import Actor, Turn


class Assessments:
    def __init__(self, context: Context) -> None:
        self._context = context

    def decree(
        self,
        actor: Actor,
        *,
        number: str,
        matter: str,
        on: date,
        deciders: Sequence[UUID],
        backdated: str | None = None,
    ) -> Answer:
        """`deciders`: registrant ids. A decree recorded late wants a reason, which is sealed (R27)."""
        (id,) = self._context.new_subjects(1)
        with self._context.history.writing(actor) as turn:
            reason = (
                None if backdated is None else self._context.vault.seal(turn.connection, id, "backdated", backdated)
            )
            body = {"decree_number": number, "authority": actor.authority, "matter": matter, "on": on}
            turn.save(Decree.begin(id, **body, deciders=tuple(deciders), backdated=reason), effective=on)
            return turn.reply(decree=str(id), decree_number=number)

    def accept_equivalent(self, actor: Actor, *, registrant: UUID, tier: str, decree: UUID, reasons: str) -> Answer:
        """Training elsewhere counts as `tier` for this person, by decree, with sealed reasons (R44)."""
        if not 3 <= len(reasons) <= 2000:
            raise InputError("explanation-length", got=len(reasons), expected="3..2000")
        (id,) = self._context.new_subjects(1)
        with self._context.history.writing(actor) as turn:
            sealed = self._context.vault.seal(turn.connection, id, "reasons", reasons)
            turn.save(Equivalence.begin(id, registrant=registrant, tier=tier, decree=decree, reasons=sealed))
            return turn.reply(equivalence=str(id))

    def schedule(
        self,
        actor: Actor,
        *,
        scheme: UUID,
        candidates: Mapping[UUID, UUID | None],
        assessors: Sequence[UUID],
        on: date,
    ) -> Answer:
        """`candidates`: registrant -> evidence of the required tier (participation or equivalence); None: find it."""
        with self._context.history.writing(actor) as turn:
            row = turn.models().get(SCHEMES, scheme.bytes)
            if row is None:
                raise NotFoundError("not-found", of="scheme", got=scheme)
            edition = edition_on(row, on) or {"edition": 0, "tier": None}
            scheduled = [
                Assessment.begin(
                    turn.new_id(),
                    registrant=candidate,
                    scheme=scheme,
                    edition=edition["edition"],
                    assessors=tuple(assessors),
                    on=on,
                    evidence=evidence or _shown(turn, candidate, edition["tier"]),
                )
                for candidate, evidence in candidates.items()
            ]
            turn.save(*scheduled, effective=min(on, turn.today))
            return turn.reply(assessments={str(c): str(a.id) for c, a in zip(candidates, scheduled, strict=True)})

    def score(self, actor: Actor, *, assessor: UUID, results: Mapping[UUID, Mapping[str, str]]) -> Answer:
        """`results`: assessment -> dimension -> K or BK."""
        with self._context.history.writing(actor) as turn:
            scored = []
            for id, by_dimension in results.items():
                assessment = turn.get(Assessment, id)
                assessment.record(Assessment.Scored, assessor=assessor, results=dict(by_dimension))
                scored.append(assessment)
            turn.save(*scored)
            return turn.reply(scored=len(scored))

    def decide(self, actor: Actor, *, decree: UUID, outcomes: Mapping[UUID, str]) -> Answer:
        """`outcomes`: assessment -> K or BK. Final with the decree (R10)."""
        with self._context.history.writing(actor) as turn:
            decided = []
            for id, outcome in outcomes.items():
                assessment = turn.get(Assessment, id)
                assessment.record(Assessment.Decided, outcome=outcome, decree=decree)
                decided.append(assessment)
            turn.save(*decided)
            return turn.reply(decided=len(decided))


def _shown(turn: Turn, registrant: UUID, tier: str | None) -> UUID | None:
    """A completed participation of that tier, or an accepted equivalent, if the person has one."""
    models = turn.models()
    for row in models.find(PARTICIPATIONS, "registrant", registrant.bytes):
        training = models.get(TRAININGS, row["training"]) or {}
        counts = row["state"] == "completed" and not training["pilot"]
        if tier is not None and counts and training["tier"] == tier:
            return UUID(bytes=row["id"])
    equal = [row for row in models.find(EQUIVALENCES, "registrant", registrant.bytes) if row["tier"] == tier]
    return UUID(bytes=equal[0]["id"]) if equal else None
