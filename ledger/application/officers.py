"""Officers: in whose name a command is written, appointments, keys, access tokens."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.database import Row, reading, writing
from ledger.domain.officers import Officer
from ledger.domain.rulebook import roles_for
from ledger.domain.values import legal_day, new_id, to_days
from ledger.errors import AuthenticationError, ForbiddenError, NotFoundError
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
            row = self._appointed(connection, officer)
        return Actor(officer, row["authority"], row["office"], request)

    def require_in_office(self, officer: UUID) -> None:
        """For reading; writing asks the rules. Raises: ForbiddenError: dismissed, or a day outside the mandate."""
        with reading(self._context.history.engine) as connection:
            row = self._appointed(connection, officer)
        today = to_days(legal_day(self._context.history.clock()))
        if today < row["begins"] or (row["ends"] is not None and today > row["ends"]):
            raise ForbiddenError("outside-mandate", officer=officer)

    def require_role(self, actor: Actor, kind: str) -> UUID:
        """Who asks for what only those are told who may write events of this kind today.

        Raises: ForbiddenError: `role-missing`; as `require_in_office`.
        """
        history = self._context.history
        needed = roles_for(kind, legal_day(history.clock()))
        if actor.officer is not None:
            self.require_in_office(actor.officer)
            with reading(history.engine) as connection:
                if not needed.isdisjoint(roles(self._row(connection, actor.officer))):
                    return actor.officer
        raise ForbiddenError("role-missing", kind=kind, expected=sorted(needed))

    def appoint(
        self,
        *,
        person: UUID,
        authority: str,
        roles: Sequence[str],
        office: str,
        begins: date,
        ends: date | None,
        region: str | None = None,
        decree: UUID | None = None,
    ) -> Act:
        """`region`: the province of the board, two digits; None: the central one."""
        values = {"person": person, "authority": authority, "roles": tuple(roles), "office": office, "begins": begins}
        board = {"ends": ends, "region": region, "decree": decree}
        return Act(Officer.Created.TOPIC, new_id(self._context.history.clock()), values | board)

    def enrol_key(self, officer: UUID, public: bytes) -> Act:
        """`public`: from the officer's own device, 32 bytes of Ed25519 or 64 of P-256 (x, then y)."""
        return Act(Officer.KeyEnrolled.TOPIC, officer, {"key": officer_key(public)})

    def end_key(self, officer: UUID, reason: str) -> Act:
        return Act(Officer.KeyEnded.TOPIC, officer, {"reason": reason})

    def change(
        self,
        officer: UUID,
        *,
        roles: Sequence[str],
        office: str,
        ends: date | None,
        region: str | None = None,
        decree: UUID | None = None,
    ) -> Act:
        """The whole mandate anew: what is not said is so no more."""
        values = {"roles": tuple(roles), "office": office, "ends": ends, "region": region, "decree": decree}
        return Act(Officer.Changed.TOPIC, officer, values)

    def dismiss(self, officer: UUID, reason: str, decree: UUID | None = None) -> Act:
        return Act(Officer.Dismissed.TOPIC, officer, {"reason": reason, "decree": decree})

    def issue_token(self, officer: UUID, days: int = TOKEN_DAYS) -> Answer:
        """A bearer token, shown once, for the roles of now; no token alone approves.

        Raises: NotFoundError; ForbiddenError: dismissed.
        """
        history = self._context.history
        expires = history.clock() + days * 86_400_000
        with writing(history.engine) as connection:
            held = _held(self._appointed(connection, officer))
            return {"token": access.issue(connection, officer, held, expires), "expires": expires}

    def revoke_tokens(self, officer: UUID) -> Answer:
        """All of this officer. Raises: NotFoundError."""
        with writing(self._context.history.engine) as connection:
            self._row(connection, officer)
            return {"officer": str(officer), "revoked": access.revoke(connection, officer)}

    def bearer(self, token: str) -> UUID:
        """Raises: AuthenticationError: unknown, expired, or issued for other roles than the officer has now."""
        with reading(self._context.history.engine) as connection:
            officer, held = access.holder_of(connection, token, self._context.history.clock())
            if _held(self._row(connection, officer)) != held:
                raise AuthenticationError("token-refused")
        return officer

    def _row(self, connection: Connection, officer: UUID) -> Row:
        row = Models(connection, self._context.config.origin).get(OFFICERS, officer.bytes)
        if row is None:
            raise NotFoundError("not-found", of="officer", got=officer)
        return row

    def _appointed(self, connection: Connection, officer: UUID) -> Row:
        row = self._row(connection, officer)
        if row["state"] != "appointed":
            raise ForbiddenError("officer-not-in-office", officer=officer)
        return row

    def fingerprint(self, officer: UUID) -> str | None:
        """Of the key by which this officer approves: 16 hex digits of its SHA-256; None: there is none.

        Raises: NotFoundError.
        """
        with reading(self._context.history.engine) as connection:
            key = self._row(connection, officer)["key"]
        return None if key is None else sha256(key).hexdigest()[:16]

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
                "begins": row["begins"],
                "ends": row["ends"],
                "region": row["region"],
                "state": row["state"],
                "key": row["key"] is not None,
            }
            for row in sorted(rows, key=_by_id)
        ]


def _held(row: Row) -> str:
    """The officer's roles as a token keeps them."""
    return " ".join(sorted(roles(row)))


def _by_id(row: dict[str, bytes]) -> bytes:
    return row["id"]
