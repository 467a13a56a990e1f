"""Decrees for the desk: those that were recorded, those that an act may rest on, and the people whom they name."""

from uuid import UUID

from sqlalchemy import func, select

from ledger.application.context import Answer, Context
from ledger.application.registrants import look_up
from ledger.database import reading
from ledger.domain.people import NationalId
from ledger.domain.values import from_days
from ledger.errors import InputError, NotFoundError
from ledger.projections.assessments import TABLE as ASSESSMENTS
from ledger.projections.decrees import TABLE, deciders
from ledger.projections.officers import TABLE as OFFICERS

CHOICES = 200  # Of the newest decrees, how many are offered.
PEOPLE = 500  # More are not looked up at once.


class Decrees:
    """Of the authority in whose name an officer acts."""

    def __init__(self, context: Context) -> None:
        self._context, self._engine = context, context.history.engine

    def listed(self, authority: str, *, before: int | None = None, limit: int = 50) -> list[Answer]:
        """The newest first, from those recorded before a position on; `results` counts what was decided by each."""
        counted = select(func.count()).where(ASSESSMENTS.c.decree == TABLE.c.id).scalar_subquery()
        wanted = select(TABLE, counted.label("results")).where(TABLE.c.authority == authority)
        if before is not None:
            wanted = wanted.where(TABLE.c.position < before)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(TABLE.c.position.desc()).limit(limit)).mappings().all()
        return [
            {
                "decree": UUID(bytes=row["id"]),
                "number": row["decree_number"],
                "matter": row["matter"],
                "on": from_days(row["decreed_on"]),
                "deciders": len(deciders(dict(row))),
                "results": row["results"],
                "position": row["position"],
            }
            for row in rows
        ]

    def require(self, authority: str, id: UUID) -> None:
        """Raises: NotFoundError: there is none, or it is another's."""
        with reading(self._engine) as connection:
            if connection.scalar(select(TABLE.c.id).where(TABLE.c.id == id.bytes, TABLE.c.authority == authority)):
                return
        raise NotFoundError("not-found", of="decree", got=id)

    def on(self, authority: str, *matters: str) -> list[tuple[UUID, str]]:
        """Id and number of the newest ones on any of these matters."""
        wanted = select(TABLE.c.id, TABLE.c.decree_number)
        wanted = wanted.where(TABLE.c.authority == authority, TABLE.c.matter.in_(matters))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(TABLE.c.position.desc()).limit(CHOICES)).all()
        return [(UUID(bytes=id), number) for id, number in rows]

    def officers(self, authority: str, region: str | None = None) -> list[UUID]:
        """The registrants behind the officers whom this authority, or its board of a province, has appointed."""
        wanted = select(OFFICERS.c.person).where(OFFICERS.c.authority == authority, OFFICERS.c.state == "appointed")
        if region is not None:
            wanted = wanted.where(OFFICERS.c.region == region)
        with reading(self._engine) as connection:
            return [UUID(bytes=id) for id in connection.scalars(wanted)]

    def people(self, written: str, *, reader: str) -> list[UUID]:
        """The registered people with these NIK, a line each, in their order, each once; the look is noted.

        Raises: InputError: `person-unregistered`, `people-many`, and as `NationalId.parse`; it names the line only.
        """
        numbers: list[NationalId] = []
        lines = [line.strip() for line in written.splitlines() if line.strip()]
        if len(lines) > PEOPLE:
            raise InputError("people-many", got=len(lines), maximum=PEOPLE)
        for at, line in enumerate(lines, 1):
            try:
                numbers.append(NationalId.parse(line))
            except InputError as refused:
                raise InputError(refused.code, **refused.facts | {"line": at}) from None
        known = look_up(self._context, numbers, reader=reader)
        for at, nik in enumerate(numbers, 1):
            if nik not in known:
                raise InputError("person-unregistered", line=at)
        return list(dict.fromkeys(known[nik] for nik in numbers))
