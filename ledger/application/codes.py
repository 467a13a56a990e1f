"""Codes that sign in once: the invitation of a new officer, and ten to keep for the day a device is lost."""

import logging
from uuid import UUID

from ledger.application.access import Access, Me, signs_in
from ledger.application.context import Answer, Context
from ledger.application.officers import Officers
from ledger.database import reading, writing
from ledger.errors import ConflictError
from ledger.store import passkeys, passwords, sessions

INVITATION, RECOVERY = "invitation", "recovery"
INVITED_FOR = 86_400_000  # ms
KEPT = 10  # recovery codes
LOG = logging.getLogger("ledger.access")


class Codes:
    def __init__(self, context: Context, access: Access, officers: Officers) -> None:
        self._context, self._access, self._officers = context, access, officers

    def invite(self, officer: UUID, *, anew: bool = False, by: Me | None = None) -> Answer:
        """A code for the first sign-in, shown once, good for a day; it takes the place of an earlier one.

        Until the officer has chosen how to sign in, it ends whatever an earlier one has opened.

        Args:
            anew: Everything by which the officer signed in before is gone, and every session ends: after a theft.
            by: The administrator who is shown the code; None: whoever runs commands on the server.

        Raises: NotFoundError; ConflictError: `officer-signs-in`: not for an administrator to change; ForbiddenError:
            `officer-not-in-office`, `outside-mandate`.
        """
        self._officers.require_in_office(officer)
        expires = self._context.history.clock() + INVITED_FOR
        with writing(self._context.history.engine) as connection:
            if by is not None:
                self._access.require(connection, by)
                if signs_in(connection, officer):
                    raise ConflictError("officer-signs-in")
            if anew:
                passkeys.remove(connection, officer)
                passwords.remove(connection, officer)
            if not signs_in(connection, officer):
                passwords.drop_codes(connection, officer)
                sessions.end(connection, officer)
            (code,) = passwords.new_codes(connection, officer, INVITATION, 1, expires)
        inviter = by.officer if by else "a command"
        (LOG.warning if anew else LOG.info)("officer %s invited by %s, anew: %s", officer, inviter, anew)
        return {"officer": str(officer), "code": code, "expires": expires}

    def sign_in(self, typed: str, *, address: str) -> str:
        """The cookie of a new session. Raises: AuthenticationError: `sign-in-refused`; BudgetError."""
        self._access.spend("code", address)
        with writing(self._context.history.engine) as connection:
            found = passwords.take_code(connection, typed, self._context.history.clock())
        if found is None:
            raise self._access.refusal("code")
        # A crash here costs the code.
        officer, kind = found
        return self._access.begin(officer, kind, enrolling=kind == INVITATION)

    def renew(self, me: Me) -> list[str]:
        """Recovery codes, shown once, instead of all earlier ones.

        Raises: ForbiddenError: `sign-in-again`, `session-enrolling`: nobody keeps a way in before choosing one.
        """
        self._access.require_fresh(me)
        with writing(self._context.history.engine) as connection:
            self._access.require(connection, me, enrolling=False)
            return passwords.new_codes(connection, me.officer, RECOVERY, KEPT)

    def left(self, me: Me) -> int:
        with reading(self._context.history.engine) as connection:
            return passwords.codes_left(connection, me.officer, RECOVERY)
