"""Officers: in whose name a command is written, appointments, keys, access tokens."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import reading, writing
from ledger.domain.officers import Officer
from ledger.domain.values import legal_day, new_id, to_days
from ledger.errors import ForbiddenError, NotFoundError
from ledger.projections.officers import OFFICERS, roles
from ledger.signing.approval import officer_key
from ledger.store import access
from ledger.store.history import Actor
from ledger.store.requests import Request
from ledger.view import Models

TOKEN_DAYS = 30


class Officers:
    def __init__(self, context: Context) -> None:
        self._context = context

    def actor(self, officer: UUID, request: Request | None = None) -> Actor:
        """The officer as writer; the mandate itself is asked by every event's rules, inside the transaction.

        Raises: NotFoundError; ForbiddenError: dismissed.
        """
        with reading(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(OFFICERS, officer.bytes)
        if row is None:
            raise NotFoundError("not-found", of="officer", got=officer)
        if row["state"] != "appointed":
            raise ForbiddenError("officer-not-in-office", officer=officer)
        return Actor(officer, row["authority"], row["office"], request)

    def require_in_office(self, officer: UUID) -> None:
        """For reading; writing asks the rules. Raises: ForbiddenError: dismissed, or a day outside the mandate."""
        with reading(self._context.history.engine) as connection:
            row = Models(connection, self._context.config.origin).get(OFFICERS, officer.bytes)
        today = to_days(legal_day(self._context.history.clock()))
        if row is None or row["state"] != "appointed":
            raise ForbiddenError("officer-not-in-office", officer=officer)
        if today < row["begins"] or (row["ends"] is not None and today > row["ends"]):
            raise ForbiddenError("outside-mandate", officer=officer)

    def appoint(
        self, *, person: UUID, authority: str, roles: Sequence[str], office: str, begins: date, ends: date | None
    ) -> Act:
        values = {"person": person, "authority": authority, "roles": tuple(roles), "office": office, "begins": begins}
        return Act(Officer.Created.TOPIC, new_id(self._context.history.clock()), values | {"ends": ends})

    def enrol_key(self, officer: UUID, public: bytes) -> Act:
        """`public`: 32 bytes of Ed25519, from the officer's own device."""
        return Act(Officer.KeyEnrolled.TOPIC, officer, {"key": officer_key(public)})

    def end_key(self, officer: UUID, reason: str) -> Act:
        return Act(Officer.KeyEnded.TOPIC, officer, {"reason": reason})

    def change(self, officer: UUID, *, roles: Sequence[str], office: str, ends: date | None) -> Act:
        return Act(Officer.Changed.TOPIC, officer, {"roles": tuple(roles), "office": office, "ends": ends})

    def dismiss(self, officer: UUID, reason: str) -> Act:
        return Act(Officer.Dismissed.TOPIC, officer, {"reason": reason})

    def issue_token(self, officer: UUID, days: int = TOKEN_DAYS) -> Answer:
        """A bearer token, shown once; no token alone approves."""
        self.actor(officer)
        history = self._context.history
        expires = history.clock() + days * 86_400_000
        with writing(history.engine) as connection:
            return {"token": access.issue(connection, officer, expires), "expires": expires}

    def bearer(self, token: str) -> UUID:
        """Raises: AuthenticationError."""
        with reading(self._context.history.engine) as connection:
            return access.officer_of(connection, token, self._context.history.clock())

    def listed(self) -> list[Answer]:
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(OFFICERS)
        return [
            {
                "officer": str(UUID(bytes=row["id"])),
                "person": str(UUID(bytes=row["person"])),
                "authority": row["authority"],
                "roles": roles(row),
                "office": row["office"],
                "state": row["state"],
                "key": row["key"] is not None,
            }
            for row in sorted(rows, key=_by_id)
        ]


def _by_id(row: dict[str, bytes]) -> bytes:
    return row["id"]
