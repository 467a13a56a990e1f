"""Schemes: registered by name, published by edition."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import reading
from ledger.domain.schemes import CATEGORIES, DIMENSIONS, Scheme
from ledger.domain.values import from_days, legal_day
from ledger.errors import NotFoundError
from ledger.projections.regulations import REGULATIONS
from ledger.projections.schemes import SCHEMES, editions
from ledger.store.history import Actor
from ledger.view import Models


class Schemes:
    def __init__(self, context: Context) -> None:
        self._context = context

    def register(self, actor: Actor, kind: str) -> Answer:
        """`kind` such as RELAWAN/PSM-DASAR; its prefix decides the category (R17)."""
        with self._context.history.writing(actor) as turn:
            id = turn.new_id()
            category = CATEGORIES.get(kind.partition("/")[0], "")
            turn.save(Scheme.begin(id, kind=kind, category=category))
            return turn.reply(scheme=str(id), kind=kind)

    def publish(
        self,
        scheme: UUID,
        *,
        standard: str,
        basis: str,
        begins: date,
        tier: str | None = None,
        months: int | None = None,
        dimensions: Sequence[str] = DIMENSIONS,
        conditions: Sequence[str] = (),
        equivalents: bool = True,
        verified: bool = False,
    ) -> Act:
        """To be proposed: the next edition. `months` None: valid without end. A revoked basis is marked so (R40)."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(SCHEMES, scheme.bytes)
            bases = models.find(REGULATIONS, "regulation", basis)
        if row is None:
            raise NotFoundError("not-found", of="scheme", got=scheme)
        revoked_on = bases[0]["revoked_on"] if bases else None
        today = legal_day(self._context.history.clock())
        values = {
            "edition": len(editions(row)) + 1,
            "standard": standard,
            "dimensions": tuple(dimensions),
            "basis": basis,
            "begins": begins,
            "verified": verified,
            "equivalents": equivalents,
            "conditions": tuple(conditions),
            "revoked_basis": revoked_on is not None and from_days(revoked_on) <= today,
            "tier": tier,
            "months": months,
        }
        return Act(Scheme.Published.TOPIC, scheme, values)

    def stream(self, kind: str) -> UUID:
        """Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(SCHEMES, "kind", kind)
        if not found:
            raise NotFoundError("not-found", of="scheme", got=kind)
        return UUID(bytes=found[0]["id"])

    def listed(self) -> list[Answer]:
        """Every scheme with its editions; one without any lacks a standard (T-04)."""
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(SCHEMES)
        return [{"scheme": str(UUID(bytes=r["id"])), "kind": r["kind"], "editions": editions(r)} for r in rows]
