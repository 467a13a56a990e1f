"""Deliveries, for whoever delivers: what nobody has received, what came back, how a batch stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, select

from ledger.application import scope
from ledger.application.contacts import EMAIL, PHONE
from ledger.application.context import Answer, Context
from ledger.application.delivering import told
from ledger.application.papers import Papers
from ledger.database import Row, chunks, reading
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day, to_days
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.decrees import DECREES
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS

LIMIT = 50  # rows of one page
NEWEST = 20  # batches that are offered
PAPER, HOLDER, SENT = CERTIFICATES.table, REGISTRANTS.table, DELIVERIES.table


class Deliveries:
    """`region`: of which board, as a province's two digits; None: all. `after`: where the page before ended."""

    def __init__(self, context: Context, papers: Papers) -> None:
        self._context, self._papers = context, papers

    def undelivered(
        self, region: str | None = None, after: str = "", limit: int = LIMIT, *, since: date = date.min
    ) -> list[Answer]:
        """Certificates in force that nobody has received `delivery.days` after their issue, by number.

        Args:
            since: Only those that were signed on this day or later: of very many, the first page asks for few.
        """
        today = legal_day(self._context.history.clock())
        until = to_days(today) - parameter("delivery.days", today)
        arrived = exists().where(SENT.c.certificate == PAPER.c.id, SENT.c.state == "received")
        signed = PAPER.c.signed.between(to_days(since), until)
        awaited = select(PAPER.c.id).where(PAPER.c.state == "active", signed, ~arrived)
        wanted = _papers(region).where(PAPER.c.id.in_(awaited))
        with reading(self._context.history.engine) as connection:
            return self._rows(connection, wanted.where(PAPER.c.number > after).limit(limit))

    def bounced(self, region: str | None = None, after: str = "", limit: int = LIMIT) -> list[Answer]:
        """Those of which the last delivery came back, by number."""
        later = SENT.alias("later")
        newer = exists().where(later.c.certificate == SENT.c.certificate, later.c.sent > SENT.c.sent)
        back = PAPER.c.id.in_(select(SENT.c.certificate).where(SENT.c.state == "bounced", ~newer))
        # Not by the index of states: nearly all are active, and few came back.
        wanted = _papers(region).where(PAPER.c.state + "" == "active", back, PAPER.c.number > after)
        with reading(self._context.history.engine) as connection:
            return self._rows(connection, wanted.limit(limit))

    def of(self, number: str) -> list[Answer]:
        """Every delivery of one certificate, newest first."""
        wanted = select(SENT).join(PAPER, PAPER.c.id == SENT.c.certificate).where(PAPER.c.number == number)
        with reading(self._context.history.engine) as connection:
            rows = connection.execute(wanted.order_by(SENT.c.sent.desc(), SENT.c.id.desc()))
            return [told(dict(row._mapping)) for row in rows]

    def certificate(self, number: str, region: str | None = None) -> Answer | None:
        """How one certificate stands; None: there is no such number, or its holder's data is destroyed."""
        with reading(self._context.history.engine) as connection:
            found = self._rows(connection, _papers(region).where(PAPER.c.number == number))
        return found[0] if found else None

    def batch(
        self, kind: str, id: UUID, region: str | None = None, after: str = "", limit: int = LIMIT
    ) -> tuple[str, list[Answer]]:
        """By what the batch was chosen, and how its certificates in force stand, by number.

        `kind`: decree or training. Raises: NotFoundError.
        """
        subject, numbers = (self._papers.of_decree if kind == "decree" else self._papers.of_training)(id)
        left = [number for number in numbers if number > after]
        rows: list[Answer] = []
        with reading(self._context.history.engine) as connection:
            for some in chunks(left):
                rows += self._rows(connection, _papers(region).where(PAPER.c.number.in_(some)))
                if len(rows) >= limit:
                    break
        return subject, rows[:limit]

    def batches(self, region: str | None = None) -> list[Answer]:
        """The newest decrees of results and trainings that have certificates: kind, id, and what it is called."""
        by_decree = select(DECREES.table).where(DECREES.table.c.matter == "results")
        given = exists().where(ASSESSMENTS.table.c.decree == DECREES.table.c.id)
        by_decree = by_decree.where(given).order_by(DECREES.table.c.position.desc()).limit(NEWEST)
        by_training = select(TRAININGS.table).where(TRAININGS.table.c.state == "closed")
        by_training = (
            by_training.where(scope.trainings(region)).order_by(TRAININGS.table.c.position.desc()).limit(NEWEST)
        )
        with reading(self._context.history.engine) as connection:
            decrees = [] if region else connection.execute(by_decree).mappings().all()
            trainings = connection.execute(by_training).mappings().all()
        return [
            *({"kind": "decree", "id": str(UUID(bytes=row["id"])), "name": row["decree_number"]} for row in decrees),
            *({"kind": "training", "id": str(UUID(bytes=row["id"])), "name": row["programme"]} for row in trainings),
        ]

    # ----------------------------------------------------------------------------------------------------------

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


def _papers(region: str | None) -> Select[Any]:
    columns = (PAPER.c.id, PAPER.c.number, PAPER.c.kind, PAPER.c.state, PAPER.c.registrant, PAPER.c.signed)
    held = exists().where(HOLDER.c.id == PAPER.c.registrant, HOLDER.c.state == "registered")
    return select(*columns).where(held, scope.certificates(region)).order_by(PAPER.c.number)


def _last(connection: Connection, certificates: Sequence[bytes]) -> dict[bytes, Answer]:
    """The delivery that counts for each: one that arrived, else the newest."""
    found: dict[bytes, Row] = {}
    for some in chunks(certificates):
        wanted = select(SENT).where(SENT.c.certificate.in_(some)).order_by(SENT.c.sent, SENT.c.id)
        for row in connection.execute(wanted).mappings():
            before = found.get(row["certificate"])
            if before is None or before["state"] != "received":
                found[row["certificate"]] = dict(row)
    return {id: told(row) for id, row in found.items()}
