"""Deliveries, for whoever delivers: what nobody has received, what came back, how a batch stands."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, or_, select

from ledger.application import scope
from ledger.application.contacts import EMAIL, PHONE
from ledger.application.context import Answer, Context
from ledger.application.delivering import told
from ledger.application.papers import Papers
from ledger.application.scope import ALL, Sight
from ledger.database import Row, chunks, reading
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day, to_days
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.awaited import AWAITED
from ledger.projections.awaited import TABLE as WAITS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.decrees import DECREES
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS

LIMIT = 50  # rows of one page
NEWEST = 20  # batches that are offered
PAPER, HOLDER, SENT = CERTIFICATES.table, REGISTRANTS.table, DELIVERIES.table


class Deliveries:
    """`after`: where the page before ended."""

    def __init__(self, context: Context, papers: Papers) -> None:
        self._context, self._papers = context, papers

    def undelivered(self, sight: Sight = ALL, after: str = "", limit: int = LIMIT) -> list[Answer]:
        """Papers in force that nobody has received `delivery.days` after they were signed, by number."""
        day = legal_day(self._context.history.clock())
        today = to_days(day)
        late = WAITS.c.signed <= today - parameter("delivery.days", day)
        valid = or_(WAITS.c.through.is_(None), WAITS.c.through >= today)
        return self._waiting(select(WAITS.c.number).where(WAITS.c.state == AWAITED, late, valid), sight, after, limit)

    def bounced(self, sight: Sight = ALL, after: str = "", limit: int = LIMIT) -> list[Answer]:
        """Those of which the last delivery came back, by number."""
        later, paper = SENT.alias("later"), WAITS.alias("paper")
        newer = exists().where(later.c.certificate == SENT.c.certificate, later.c.sent > SENT.c.sent)
        back = select(SENT.c.certificate).join(paper, paper.c.id == SENT.c.certificate)
        # Not by the index of what is awaited: that is much, and few came back.
        back = back.where(SENT.c.state == "bounced", SENT.c.sent >= paper.c.since, paper.c.state + "" == AWAITED)
        return self._waiting(select(WAITS.c.number).where(WAITS.c.id.in_(back.where(~newer))), sight, after, limit)

    def of(self, number: str) -> list[Answer]:
        """Every delivery of one certificate, newest first."""
        wanted = select(SENT).join(PAPER, PAPER.c.id == SENT.c.certificate).where(PAPER.c.number == number)
        with reading(self._context.history.engine) as connection:
            rows = connection.execute(wanted.order_by(SENT.c.sent.desc(), SENT.c.id.desc()))
            return [told(dict(row._mapping)) for row in rows]

    def certificate(self, number: str, sight: Sight = ALL) -> Answer | None:
        """How one certificate stands; None: there is no such number, or its holder's data is destroyed."""
        with reading(self._context.history.engine) as connection:
            found = self._rows(connection, _papers(sight).where(PAPER.c.number == number))
        return found[0] if found else None

    def batch(
        self, kind: str, id: UUID, sight: Sight = ALL, after: str = "", limit: int = LIMIT
    ) -> tuple[str, list[Answer]]:
        """By what the batch was chosen, and how its certificates in force stand, by number.

        `kind`: decree or training. Raises: NotFoundError.
        """
        chosen = self._papers.of_decree if kind == "decree" else self._papers.of_training
        subject, numbers = chosen(id, sight=sight)
        left = [number for number in numbers if number > after][:limit]
        with reading(self._context.history.engine) as connection:
            return subject, self._rows(connection, _papers(sight).where(PAPER.c.number.in_(left)))

    def batches(self, sight: Sight = ALL) -> list[Answer]:
        """The newest decrees of results and trainings that have certificates: kind, id, and what it is called."""
        by_decree = select(DECREES.table).where(DECREES.table.c.matter == "results")
        if sight.authority is not None:
            by_decree = by_decree.where(DECREES.table.c.authority == sight.authority)
        given = exists().where(ASSESSMENTS.table.c.decree == DECREES.table.c.id)
        by_decree = by_decree.where(given).order_by(DECREES.table.c.position.desc()).limit(NEWEST)
        by_training = select(TRAININGS.table).where(TRAININGS.table.c.state == "closed")
        by_training = (
            by_training.where(scope.trainings(sight)).order_by(TRAININGS.table.c.position.desc()).limit(NEWEST)
        )
        with reading(self._context.history.engine) as connection:
            decrees = [] if sight.region else connection.execute(by_decree).mappings().all()
            trainings = connection.execute(by_training).mappings().all()
        return [
            *({"kind": "decree", "id": str(UUID(bytes=row["id"])), "name": row["decree_number"]} for row in decrees),
            *({"kind": "training", "id": str(UUID(bytes=row["id"])), "name": row["programme"]} for row in trainings),
        ]

    # ----------------------------------------------------------------------------------------------------------

    def _waiting(self, numbers: Select[str], sight: Sight, after: str, limit: int) -> list[Answer]:
        """The first of these numbers that are seen."""
        first = scope.first(numbers.where(WAITS.c.number > after), sight, limit, WAITS.c.number)
        with reading(self._context.history.engine) as connection:
            return self._rows(connection, _papers(ALL).where(PAPER.c.number.in_(first)))

    def _rows(self, connection: Connection, wanted: Select[Any]) -> list[Answer]:
        """Each with its last delivery, and by which ways its holder may be reached."""
        rows = [dict(row._mapping) for row in connection.execute(wanted)]
        last = _last(connection, [row["id"] for row in rows])
        holders = [UUID(bytes=row["registrant"]) for row in rows]
        vault = self._context.vault
        ways = {field: vault.holding(connection, holders, field) for field in (PHONE, EMAIL)}
        return [
            {
                "number": row["number"],
                "kind": row["kind"],
                "state": row["state"],
                "registrant": str(holder),
                "signed": row["signed"],
                "delivery": last.get(row["id"]),
                "phone": holder in ways[PHONE],
                "email": holder in ways[EMAIL],
            }
            for row, holder in zip(rows, holders, strict=True)
        ]


def _papers(sight: Sight) -> Select[Any]:
    columns = (PAPER.c.id, PAPER.c.number, PAPER.c.kind, PAPER.c.state, PAPER.c.registrant, PAPER.c.signed)
    held = exists().where(HOLDER.c.id == PAPER.c.registrant, HOLDER.c.state == "registered")
    return select(*columns).where(held, scope.certificates(sight)).order_by(PAPER.c.number)


def _last(connection: Connection, certificates: Sequence[bytes]) -> dict[bytes, Answer]:
    """The delivery that counts for each: one that arrived, else the newest; of the paper that is out now."""
    found: dict[bytes, Row] = {}
    for some in chunks(certificates):
        wanted = select(SENT).join(WAITS, WAITS.c.id == SENT.c.certificate).where(SENT.c.sent >= WAITS.c.since)
        wanted = wanted.where(SENT.c.certificate.in_(some)).order_by(SENT.c.sent, SENT.c.id)
        for row in connection.execute(wanted).mappings():
            before = found.get(row["certificate"])
            if before is None or before["state"] != "received":
                found[row["certificate"]] = dict(row)
    return {id: told(row) for id, row in found.items()}
