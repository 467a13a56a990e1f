"""Who is signed in at the desk, and for how long: sessions of officers in office, asked at every page and write."""

import logging
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection
from webauthn.helpers import decode_credential_public_key
from webauthn.helpers.cose import COSECRV
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)

from ledger.application.context import Answer, Context
from ledger.application.scope import Scope, Sight
from ledger.database import Row, reading, writing
from ledger.domain.values import legal_day, to_days
from ledger.errors import AuthenticationError, ConflictError, ForbiddenError, VerificationError
from ledger.projections.officers import OFFICERS, roles
from ledger.signing.approval import officer_key
from ledger.store import passkeys, passwords, sessions
from ledger.store.budgets import Budget, Budgets, network
from ledger.store.sessions import LONGEST, MINUTE, OVERLAP, ROTATES
from ledger.view import Models

FRESH = 10 * MINUTE  # After a sign-in, for which the officer may change how to sign in.
TRIES_ADDRESS = 60  # an hour, of all who share it, by each way: whoever tries passwords stops no passkey
TRIES_PASSKEY = 600  # Likewise, questions and answers: nothing can be guessed, and a whole town may share an address.
TRIES_NAME = 10  # an hour, whoever tries it and whether or not it exists
RSA_BITS, RSA_EXPONENTS = 2048, (b"\x01\x00\x01",)
LOG = logging.getLogger("ledger.access")


@dataclass(frozen=True, slots=True)
class Me:
    """The officer who asks, as the mandate says now; `region` None: for the whole country (DPP)."""

    officer: UUID
    person: UUID
    authority: str
    office: str
    roles: frozenset[str]
    region: str | None
    sight: Sight
    session: bytes  # Its name: a hash
    began: int  # ms UTC, of the sign-in
    enrolling: bool  # Signed in by an invitation, and has not yet chosen how to sign in.
    renewed: str | None = None  # The cookie's new value, if it is time for one.


class Passkey(NamedTuple):
    """A device of an officer: `id` as the authenticator names it.

    `key` is a deterministic COSE_Key; none: an RSA key, as older Windows computers make, signs in and approves nothing.
    """

    id: bytes
    name: str
    key: bytes | None
    made: int  # ms UTC


class Answering(Protocol):
    """What a cookie is set on."""

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: int | None = None,
        *,
        path: str | None = "/",
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
    ) -> None: ...


class Access:
    def __init__(self, context: Context, budgets: Budgets) -> None:
        self._context, self._budgets, self._scope = context, budgets, Scope(context)
        self.host = urlsplit(context.config.desk).hostname or ""  # To which passkeys are bound
        self._secure = context.config.desk.startswith("https:")
        # Browsers believe the prefix only from https, for this very host and for all its paths. Source: RFC 6265bis
        self.cookie_name = "__Host-meja" if self._secure else "meja"

    def begin(self, officer: UUID, means: str = "passkey", *, enrolling: bool = False) -> str:
        """A session for an officer who has just proved who it is; the cookie's value.

        Raises: AuthenticationError: `sign-in-refused`: not in office today.
        """
        now = self._context.history.clock()
        with writing(self._context.history.engine) as connection:
            row = self._in_office(connection, officer.bytes)
            if row is None:
                raise self.refusal(means)
            cookie = sessions.begin(connection, officer, _held(row), means, now, enrolling=enrolling)
        LOG.info("officer %s signed in by %s", officer, means)
        return cookie

    def refusal(self, means: str) -> AuthenticationError:
        """One answer, whatever was wrong: more would tell strangers who is an officer, and by what name."""
        LOG.warning("sign-in by %s refused", means)
        return AuthenticationError("sign-in-refused")

    def spend(self, means: str, address: str, *, name: str | None = None) -> None:
        """One try to sign in. Raises: BudgetError."""
        most = TRIES_PASSKEY if means == "passkey" else TRIES_ADDRESS
        tries = [Budget(f"sign-in-{means}", network(address), most)]
        if name is not None:
            tries.append(Budget("sign-in-name", name, TRIES_NAME))
        self._budgets.spend(tries)

    def me(self, cookie: str, *, enrolling: bool = False) -> Me:
        """Who asks with this cookie; the session is looked at, and its value changes from time to time.

        Args:
            enrolling: Whether this is a page on which a newcomer chooses how to sign in.

        Raises: AuthenticationError: `session-ended`: over, revoked, no longer in office, or of other roles than then;
            ForbiddenError: `session-enrolling`.
        """
        now = self._context.history.clock()
        with reading(self._context.history.engine) as connection:
            row = sessions.of_cookie(connection, cookie, now)
            officer = self._in_office(connection, row["officer"])
            if officer is None or _held(officer) != row["roles"]:
                raise AuthenticationError("session-ended")
            sight = self._scope.of(Models(connection, self._context.config.origin), officer)
        if row["enrolling"] and not enrolling:
            raise ForbiddenError("session-enrolling")
        return Me(
            officer=UUID(bytes=officer["id"]),
            person=UUID(bytes=officer["person"]),
            authority=officer["authority"],
            office=officer["office"],
            roles=frozenset(roles(officer)),
            region=officer["region"],
            sight=sight,
            session=row["id"],
            began=row["began"],
            enrolling=row["enrolling"],
            renewed=self._kept_alive(row, now),
        )

    def hand_over(self, response: Answering, cookie: str) -> None:
        """The cookie as every page sets it; it ends with the browser, and after the longest session at last."""
        self._set(response, cookie, LONGEST // 1000)

    def take_back(self, response: Answering) -> None:
        self._set(response, "", 0)

    def require_fresh(self, me: Me) -> None:
        """Before an officer changes how to sign in. Raises: ForbiddenError: `sign-in-again`."""
        if not me.enrolling and self._context.history.clock() > me.began + FRESH:
            raise ForbiddenError("sign-in-again", minutes=FRESH // MINUTE)

    def require(self, connection: Connection, me: Me, *, enrolling: bool = True) -> None:
        """Asked inside a write that is no event: a body may arrive long after everything was ended.

        Args:
            enrolling: Whether a newcomer may do it before choosing how to sign in.

        Raises: AuthenticationError: `session-ended`; ForbiddenError: `session-enrolling`.
        """
        row = sessions.require(connection, me.session, self._context.history.clock())
        if self._in_office(connection, me.officer.bytes) is None:
            raise AuthenticationError("session-ended")
        if row["enrolling"] and not enrolling:
            raise ForbiddenError("session-enrolling")

    def chosen(self, connection: Connection, me: Me) -> None:
        """In the write in which an officer has chosen how to sign in. After an invitation it is the only way in.

        Whoever was shown a code before the newcomer chose, or signed in by one, gets in no more.
        """
        if me.enrolling:
            passwords.drop_codes(connection, me.officer)
            sessions.end(connection, me.officer, but=me.session)
        sessions.enrolled(connection, me.session)

    def knows(self, officer: UUID) -> bool:
        """Whether the officer has chosen how to sign in."""
        with reading(self._context.history.engine) as connection:
            return signs_in(connection, officer)

    def sessions(self, me: Me) -> list[Answer]:
        """Those of this officer, the newest first; times in ms UTC."""
        with reading(self._context.history.engine) as connection:
            rows = sessions.listed(connection, me.officer, self._context.history.clock())
        return [
            {
                "id": row["id"].hex(),
                "means": row["means"],
                "began": row["began"],
                "seen": row["seen"],
                "this": row["id"] == me.session,
            }
            for row in rows
        ]

    def end(self, me: Me, session: bytes) -> int:
        """One of the officer's own, such as this one; nobody else's. Returns how many ended."""
        with writing(self._context.history.engine) as connection:
            return sessions.end(connection, me.officer, id=session)

    def end_others(self, me: Me) -> int:
        with writing(self._context.history.engine) as connection:
            return sessions.end(connection, me.officer, but=me.session)

    def forget(self, cookie: str) -> None:
        """Ends the session of this cookie, if there is one."""
        with writing(self._context.history.engine) as connection:
            sessions.forget(connection, cookie)

    def passkeys(self, officer: UUID) -> list[Passkey]:
        """The oldest first."""
        with reading(self._context.history.engine) as connection:
            rows = passkeys.of_officer(connection, officer)
        return [Passkey(row["id"], row["name"], cose_key(row["key"]), row["made"]) for row in rows]

    def _kept_alive(self, row: Row, now: int) -> str | None:
        """Writes at most once a minute, and once for a new value; a reader alone does not wait for anybody's turn."""
        lost = row["given"] != row["hash"]  # The answer with the new value, or only not yet there.
        if lost and now <= row["rotated"] + OVERLAP:
            return None
        rotates = lost or now >= row["rotated"] + ROTATES
        if not rotates and now < row["seen"] + MINUTE and sessions.came_back(row):
            return None
        with writing(self._context.history.engine) as connection:
            if rotates:
                return sessions.rotate(connection, row, now)
            sessions.touch(connection, row, now)
        return None

    def _in_office(self, connection: Connection, officer: bytes) -> Row | None:
        row = Models(connection, self._context.config.origin).get(OFFICERS, officer)
        today = to_days(legal_day(self._context.history.clock()))
        if row is None or row["state"] != "appointed" or today < row["begins"]:
            return None
        return None if row["ends"] is not None and today > row["ends"] else row

    def _set(self, response: Answering, value: str, seconds: int) -> None:
        response.set_cookie(
            self.cookie_name, value, seconds, path="/", secure=self._secure, httponly=True, samesite="Lax"
        )


def _held(row: Row) -> str:
    """The officer's roles as a session keeps them."""
    return " ".join(sorted(roles(row)))


def cose_key(key: bytes) -> bytes | None:
    """An authenticator's key, without what a deterministic COSE_Key leaves out; none of an RSA key.

    Raises: VerificationError: `key-malformed`: neither P-256 nor Ed25519 nor RSA of 2048 bits or more.
    """
    match decode_credential_public_key(key):
        case DecodedEC2PublicKey(crv=COSECRV.P256, x=x, y=y):
            return officer_key(x + y)
        case DecodedOKPPublicKey(crv=COSECRV.ED25519, x=x):
            return officer_key(x)
        case DecodedRSAPublicKey(n=n, e=e) if len(n.lstrip(b"\0")) * 8 >= RSA_BITS and e in RSA_EXPONENTS:
            return None
    raise VerificationError("key-malformed")


def signs_in(connection: Connection, officer: UUID) -> bool:
    """Whether the officer has chosen how."""
    return bool(passkeys.of_officer(connection, officer)) or passwords.name_of(connection, officer) is not None


def require_another(connection: Connection, officer: UUID) -> None:
    """After one way to sign in was removed. Raises: ConflictError: `sign-in-last`: there is no other."""
    if not signs_in(connection, officer):
        raise ConflictError("sign-in-last")
