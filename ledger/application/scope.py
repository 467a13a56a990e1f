"""What an officer may see: of a board (DPD) its province's trainings, people, certificates and proposals; of another
authority than the founding one its own; else all.

What lies elsewhere is answered as if it did not exist. Writing is not asked here but by the rules (rules/organs.py).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    and_,
    exists,
    or_,
    select,
    true,
    union,
)

from ledger.application.context import Context
from ledger.database import Row, reading
from ledger.errors import ForbiddenError, NotFoundError
from ledger.projections.assessments import TABLE as ASSESSMENTS
from ledger.projections.awaited import TABLE as AWAITED
from ledger.projections.certificates import TABLE as CERTIFICATES
from ledger.projections.officers import OFFICERS
from ledger.projections.officers import TABLE as OFFICER_ROWS
from ledger.projections.papers import SPOILED as BLANKS
from ledger.projections.participations import TABLE as PARTICIPATIONS
from ledger.projections.proposals import TABLE as PROPOSALS
from ledger.projections.registrants import TABLE as REGISTRANTS
from ledger.projections.trainings import TABLE as TRAININGS
from ledger.rules.reach import founder
from ledger.view import Models

Condition = ColumnElement[bool]


class Sight(NamedTuple):
    """`authority` None: the one that founded the ledger, which serves all; `region` None: its central board."""

    authority: str | None = None
    region: str | None = None  # Two digits

    def of(self, authority: str | None) -> bool:
        """Whether what this authority began is seen."""
        return self.authority in (None, authority)

    def covers(self, row: Mapping[str, Any]) -> bool:
        """Whether this training or officer is seen."""
        return self.of(row["authority"]) and self.region in (None, row["region"])


ALL = Sight()
Seen = Callable[[Sight], Condition]


def _own(column: Any, authority: str | None) -> Condition:
    return true() if authority is None else column == authority


def trainings(sight: Sight) -> Condition:
    """Which rows of the trainings are seen."""
    place = true() if sight.region is None else TRAININGS.c.region == sight.region
    return and_(place, _own(TRAININGS.c.authority, sight.authority))


def registrants(sight: Sight) -> Condition:
    """Those who live in the province, by its two digits in a form that an index answers in any collation; of another
    authority those whom it knows."""
    found: Condition = true()
    if (region := sight.region) is not None:
        found = (REGISTRANTS.c.region >= region) & (REGISTRANTS.c.region < f"{int(region) + 1:02d}")
    return found if sight.authority is None else and_(found, _known(sight.authority))


def _known(authority: str) -> Condition:
    """Who took part in its trainings, was tested by it, holds its certificates, or was enrolled by its officers."""
    taken, given = PARTICIPATIONS.alias(), TRAININGS.alias()
    clerks = select(OFFICER_ROWS.c.id).where(OFFICER_ROWS.c.authority == authority)
    there = exists().where(taken.c.training == given.c.id, given.c.authority == authority)
    return or_(
        REGISTRANTS.c.enrolled_by.in_(clerks),
        there.where(taken.c.registrant == REGISTRANTS.c.id),
        *(
            exists().where(rows.c.registrant == REGISTRANTS.c.id, rows.c.authority == authority)
            for rows in (CERTIFICATES.alias(), ASSESSMENTS.alias())
        ),
    )


def certificates(sight: Sight) -> Condition:
    """Those of its people, and of its trainings."""
    own = _own(CERTIFICATES.c.authority, sight.authority)
    if sight.region is None:
        return own
    return and_(exists().where(AWAITED.c.id == CERTIFICATES.c.id, or_(*awaited(sight))), own)


def awaited(sight: Sight) -> tuple[Condition, ...]:
    """The same of what their holders have still to receive, in parts each of which an index answers in order."""
    region, own = sight.region, _own(AWAITED.c.authority, sight.authority)
    places = (true(),) if region is None else (AWAITED.c.home == region, AWAITED.c.taught == region)
    return tuple(and_(place, own) for place in places)


def first(wanted: Select[Any], sight: Sight, limit: int, *order: Column[Any]) -> CompoundSelect[Any]:
    """So many rows of those that are seen, in this order; each part is asked by itself, and no more of it."""
    parts = (wanted.where(seen).order_by(*order).limit(limit).subquery() for seen in awaited(sight))
    return union(*(select(part) for part in parts)).order_by(*(column.name for column in order)).limit(limit)


def numbers(sight: Sight, after: str, limit: int, part: str = "") -> Select[Any] | CompoundSelect[Any]:
    """Those of the first certificates that are seen, in their order after a cursor; with `part` in them."""
    column = CERTIFICATES.c.number if sight.region is None else AWAITED.c.number
    wanted = select(column).where(column > after)
    if part:
        wanted = wanted.where(column.contains(part, autoescape=True))
    if sight.region is None:
        return wanted.where(certificates(sight)).order_by(column).limit(limit)
    return first(wanted, sight, limit, column)


def proposals(sight: Sight) -> Condition:
    """Those that its officers made."""
    return and_(_board(PROPOSALS.c.proposer, sight.region), _own(PROPOSALS.c.authority, sight.authority))


def blanks(sight: Sight) -> Condition:
    """Those that its officers spoiled."""
    return and_(_board(BLANKS.c.spoiled_by, sight.region), _own(BLANKS.c.authority, sight.authority))


def _board(column: Any, region: str | None) -> Condition:
    """Whether it names an officer of this province's board."""
    board = select(OFFICER_ROWS.c.id).where(OFFICER_ROWS.c.region == region)
    return true() if region is None else column.in_(board)


def near(connection: Connection, registrant: bytes, sight: Sight) -> bool:
    """Whether this registrant is seen."""
    wanted = select(REGISTRANTS.c.id).where(REGISTRANTS.c.id == registrant, registrants(sight))
    return sight == ALL or connection.scalar(wanted) is not None


class Scope:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._founder = ""  # Never another one, once there is one.

    def sight(self, officer: UUID) -> Sight:
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            return self.of(models, models.get(OFFICERS, officer.bytes) or {"authority": "", "region": None})

    def of(self, models: Models, officer: Row) -> Sight:
        """What the officer of this row sees."""
        self._founder = self._founder or founder(models)
        own = officer["authority"]
        return Sight(None if own == self._founder else own, officer["region"])

    def require_all(self, officer: UUID) -> None:
        """Raises: ForbiddenError: `sight-central`: not of the central board of the founding authority."""
        if self.sight(officer) != ALL:
            raise ForbiddenError("sight-central")

    # Each of these raises NotFoundError: there is none, or it lies elsewhere.

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
        sight = self.sight(officer)
        if sight == ALL:
            return
        with reading(self._context.history.engine) as connection:
            if connection.scalar(select(table.c.id).where(wanted, seen(sight))) is None:
                raise NotFoundError("not-found", of=of, got=got)
