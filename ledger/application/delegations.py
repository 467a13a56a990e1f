"""Delegations: an officer of the central board stands in for a province's board, for a time."""

from datetime import date
from uuid import UUID

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import reading
from ledger.domain.delegations import Delegation
from ledger.domain.values import from_days, legal_day, new_id
from ledger.projections.delegations import DELEGATIONS
from ledger.view import Models


class Delegations:
    def __init__(self, context: Context) -> None:
        self._context = context

    def give(self, *, officer: UUID, region: str, begins: date, ends: date, decree: UUID) -> Act:
        """To be proposed. `region`: the province, two digits; `ends` is inclusive."""
        values = {"officer": officer, "region": region, "begins": begins, "ends": ends, "decree": decree}
        return Act(Delegation.Created.TOPIC, new_id(self._context.history.clock()), values)

    def end(self, delegation: UUID, reason: str) -> Act:
        """To be proposed."""
        return Act(Delegation.Ended.TOPIC, delegation, {"reason": reason})

    def listed(self) -> list[Answer]:
        """All there ever were, the last given first; `state`: given, ended or lapsed."""
        today = legal_day(self._context.history.clock())
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(DELEGATIONS)
        return [
            {
                "delegation": str(UUID(bytes=row["id"])),
                "officer": str(UUID(bytes=row["officer"])),
                "region": row["region"],
                "begins": from_days(row["begins"]).isoformat(),
                "ends": from_days(row["ends"]).isoformat(),
                "state": "lapsed" if row["state"] == "given" and from_days(row["ends"]) < today else row["state"],
            }
            for row in sorted(rows, key=lambda row: (-int(row["begins"]), row["id"]))
        ]
