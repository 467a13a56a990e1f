"""Authorities and legal bases: what may be proposed of the first, what is catalogued of the second."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import reading
from ledger.domain.authorities import Authority
from ledger.domain.certificates import ATTENDANCE
from ledger.domain.regulations import Regulation
from ledger.domain.values import new_id
from ledger.errors import NotFoundError
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.regulations import REGULATIONS
from ledger.store.history import Actor
from ledger.view import Models


class Authorities:
    def __init__(self, context: Context) -> None:
        self._context = context

    def register(self, authority: str, status_uri: str) -> Act:
        values = {"authority": authority, "status_uri": status_uri}
        return Act(Authority.Created.TOPIC, new_id(self._context.history.clock()), values)

    def grant(
        self,
        stream: UUID,
        *,
        name: str,
        scope: str,
        schemes: Sequence[str],
        basis: str,
        begins: date,
        ends: date | None = None,
    ) -> Act:
        values = {"name": name, "scope": scope, "schemes": tuple(schemes), "basis": basis, "begins": begins}
        return Act(Authority.Granted.TOPIC, stream, values | {"ends": ends})

    def end(self, stream: UUID, grant: int, ends: date) -> Act:
        return Act(Authority.Ended.TOPIC, stream, {"grant": grant, "ends": ends})

    def stream(self, authority: str) -> UUID:
        """Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(AUTHORITIES, "authority", authority)
        if not found:
            raise NotFoundError("not-found", of="authority", got=authority)
        return UUID(bytes=found[0]["id"])

    def listed(self) -> list[Answer]:
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(AUTHORITIES)
        return [{"authority": r["authority"], "status_uri": r["status_uri"], "grants": grants(r)} for r in rows]

    def name(self, authority: str) -> str:
        """As its newest grant calls it."""
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(AUTHORITIES, "authority", authority)
        given = [grant["name"] for row in found for grant in grants(row)]
        return given[-1] if given else authority

    def regulations(self) -> list[str]:
        """The catalogue of legal bases, the newest first."""
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(REGULATIONS)
            return [row["regulation"] for row in sorted(rows, key=lambda row: -row["begins"])]

    def programmes(self, authority: str) -> list[str]:
        """Those for which this authority may certify attendance."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            given = [grant for row in models.find(AUTHORITIES, "authority", authority) for grant in grants(row)]
        schemes = {scheme for grant in given for scheme in grant["schemes"]}
        prefix = f"{ATTENDANCE}/"
        return sorted(scheme.removeprefix(prefix) for scheme in schemes if scheme.startswith(prefix))

    def catalogue(self, actor: Actor, *, regulation: str, rank: str, begins: date) -> Answer:
        with self._context.history.writing(actor) as turn:
            turn.save(Regulation.begin(turn.new_id(), regulation=regulation, rank=rank, begins=begins))
            return turn.reply(regulation=regulation)

    def revoke_regulation(self, actor: Actor, *, regulation: str, by: str, on: date) -> Answer:
        """New acts on it carry a warning from `on`; old ones stay as they are (R40)."""
        with self._context.history.writing(actor) as turn:
            found = turn.models().find(REGULATIONS, "regulation", regulation)
            if not found:
                raise NotFoundError("not-found", of="regulation", got=regulation)
            row = turn.get(Regulation, UUID(bytes=found[0]["id"]))
            row.record(Regulation.Revoked, by=by, on=on)
            turn.save(row)
            return turn.reply(regulation=regulation)
