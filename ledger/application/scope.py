"""What an officer may see: of a board (DPD) its province's trainings, people, certificates and proposals; else all.

What lies elsewhere is answered as if it did not exist. Writing is not asked here but by the rules (rules/organs.py).
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, or_, select, true

from ledger.application.context import Context
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.projections.certificates import TABLE as CERTIFICATES
from ledger.projections.officers import OFFICERS
from ledger.projections.officers import TABLE as OFFICER_ROWS
from ledger.projections.participations import TABLE as PARTICIPATIONS
from ledger.projections.proposals import TABLE as PROPOSALS
from ledger.projections.registrants import TABLE as REGISTRANTS
from ledger.projections.trainings import TABLE as TRAININGS
from ledger.view import Models

Condition = ColumnElement[bool]
Seen = Callable[[str | None], Condition]


def trainings(region: str | None) -> Condition:
    """Which rows of the trainings a board of this province sees; None: all."""
    return true() if region is None else TRAININGS.c.region == region


def registrants(region: str | None) -> Condition:
    """By the first two digits, in a form that an index answers in any collation."""
    if region is None:
        return true()
    return (REGISTRANTS.c.region >= region) & (REGISTRANTS.c.region < f"{int(region) + 1:02d}")


def certificates(region: str | None) -> Condition:
    """Those of its people, and of its trainings."""
    if region is None:
        return true()
    people = exists().where(REGISTRANTS.c.id == CERTIFICATES.c.registrant, registrants(region))
    taken = exists().where(
        PARTICIPATIONS.c.id == CERTIFICATES.c.participation,
        PARTICIPATIONS.c.training == TRAININGS.c.id,
        trainings(region),
    )
    return or_(people, taken)


def proposals(region: str | None) -> Condition:
    """Those that its officers made."""
    if region is None:
        return true()
    board = select(OFFICER_ROWS.c.id).where(OFFICER_ROWS.c.region == region)
    return PROPOSALS.c.proposer.in_(board)


class Scope:
    def __init__(self, context: Context) -> None:
        self._context = context

    def region(self, officer: UUID) -> str | None:
        """The province of this officer's board; None: the central one, which sees everything."""
        with reading(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(OFFICERS, officer.bytes) or {}
        region: str | None = row.get("region")
        return region

    # Each of these raises NotFoundError: there is none, or it lies in another province.

    def training(self, officer: UUID, id: UUID) -> None:
        self._require(officer, "training", TRAININGS, TRAININGS.c.id == id.bytes, trainings, id)

    def registrant(self, officer: UUID, id: UUID) -> None:
        self._require(officer, "registrant", REGISTRANTS, REGISTRANTS.c.id == id.bytes, registrants, id)

    def participation(self, officer: UUID, id: UUID) -> None:
        wanted = (PARTICIPATIONS.c.id == id.bytes) & (PARTICIPATIONS.c.training == TRAININGS.c.id)
        self._require(officer, "participation", PARTICIPATIONS, wanted, trainings, id)

    def certificate(self, officer: UUID, number: str) -> None:
        wanted = CERTIFICATES.c.number == number
        self._require(officer, "certificate", CERTIFICATES, wanted, certificates, number)

    def proposal(self, officer: UUID, id: UUID) -> None:
        self._require(officer, "proposal", PROPOSALS, PROPOSALS.c.id == id.bytes, proposals, id)

    def _require(self, officer: UUID, of: str, table: Table, wanted: Condition, seen: Seen, got: UUID | str) -> None:
        region = self.region(officer)
        if region is None:
            return
        with reading(self._context.history.engine) as connection:
            if connection.scalar(select(table.c.id).where(wanted, seen(region))) is None:
                raise NotFoundError("not-found", of=of, got=got)
