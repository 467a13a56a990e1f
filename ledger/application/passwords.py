"""A password with a code that changes every 30 seconds, for an officer whose device has no passkey."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.application.access import Access, Me, require_another
from ledger.application.context import Context
from ledger.application.guessable import guessable
from ledger.database import Row, reading, writing
from ledger.errors import ConflictError, InputError, SealedError
from ledger.store import passwords
from ledger.vault.ciphers import decrypt, encrypt
from ledger.vault.vault import IDENTITY

NAME = re.compile("[a-z0-9-]{3,30}")
SHORTEST, LONGEST = 15, 128  # characters; no rule on which. Source: ASVS 5, 6.2.1, 6.2.5 and 6.2.9
SECRET = re.compile("[A-Z2-7]{32}")  # 160 bits in base 32. Source: RFC 4226, section 4
STEP = 30_000  # ms. Source: RFC 6238, section 4.1
DRIFT = 1  # steps that a phone's clock may be off, either way
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # Source: OWASP Password Storage


@dataclass(frozen=True, slots=True)
class NewPassword:
    """As an officer chooses it; `secret` is what the officer's app now holds, `code` what it shows."""

    name: str
    password: str
    secret: str
    code: str


class Passwords:
    def __init__(self, context: Context, access: Access) -> None:
        self._context, self._access = context, access
        self._key = HKDF(hashes.SHA256(), 32, salt=None, info=b"peksos/totp/1").derive(context.keyring.kek())

    def sign_in(self, name: str, password: str, code: str, *, address: str) -> str:
        """The cookie of a new session. A name that nobody has takes as long and is answered alike.

        Raises: AuthenticationError: `sign-in-refused`; BudgetError.
        """
        name = name.strip().lower()
        name = name if NAME.fullmatch(name) else ""  # Nobody can have another.
        self._access.spend("password", address, name=name)
        with reading(self._context.history.engine) as connection:
            row = passwords.of_name(connection, name)
        known = _matches(row["hash"] if row else _nobodys(), password)
        step = self._step(self._opened(row), code)
        if row is None or not known or step is None:
            raise self._access.refusal("password")
        with writing(self._context.history.engine) as connection:
            if not passwords.take_step(connection, row["officer"], step):  # Whoever saw the code typed comes too late.
                raise self._access.refusal("password")
        return self._access.begin(UUID(bytes=row["officer"]), "password")

    def secret(self) -> str:
        """A new one, for the officer's app."""
        return pyotp.random_base32(32)

    def uri(self, me: Me, secret: str) -> str:
        """What the app reads from the QR code: no name of a person."""
        label = f"{me.office} ({me.authority})"
        return pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=self._context.config.origin)

    def name(self, me: Me) -> str | None:
        """Under which the officer signs in; None: without a password."""
        with reading(self._context.history.engine) as connection:
            return passwords.name_of(connection, me.officer)

    def choose(self, me: Me, new: NewPassword) -> None:
        """In place of an earlier one.

        Raises: InputError: `sign-in-name`, `password-length`, `password-guessable`, `code-wrong`; ConflictError:
            `sign-in-name-taken`; ForbiddenError: `sign-in-again`.
        """
        self._access.require_fresh(me)
        step = self._guard(new, self._known(me))
        row: Row = {"officer": me.officer.bytes, "name": new.name, "hash": HASHER.hash(new.password), "step": step}
        row["secret"] = encrypt(self._key, new.secret.encode(), me.officer.bytes)
        with writing(self._context.history.engine) as connection:
            self._access.require(connection, me)
            held = passwords.of_name(connection, new.name)
            if held is not None and held["officer"] != me.officer.bytes:
                raise ConflictError("sign-in-name-taken")
            passwords.put_password(connection, row)
            self._access.chosen(connection, me)

    def remove(self, me: Me) -> int:
        """Returns whether there was one. Raises: ConflictError: `sign-in-last`; ForbiddenError: `sign-in-again`."""
        self._access.require_fresh(me)
        with writing(self._context.history.engine) as connection:
            self._access.require(connection, me)
            removed = passwords.remove(connection, me.officer)
            require_another(connection, me.officer)
            return removed

    def _known(self, me: Me) -> list[str]:
        """What others know of this officer: office, name, numbers. It is compared, and shown to nobody."""
        with writing(self._context.history.engine) as connection:
            opened = self._context.vault.open_unseen(connection, [me.person], IDENTITY, purpose="password")
        identity = opened.get(me.person)
        own = map(str, identity.values()) if isinstance(identity, Mapping) else ()
        return [me.office, me.authority, self._context.config.origin, self._access.host, *own]

    def _guard(self, new: NewPassword, known: list[str]) -> int:
        """The time step of the code."""
        if not NAME.fullmatch(new.name):
            raise InputError("sign-in-name", expected="a-z 0-9 - (3-30)")
        if not SHORTEST <= len(new.password) <= LONGEST:
            raise InputError("password-length", got=len(new.password), expected=f"{SHORTEST}-{LONGEST}")
        if new.name in new.password.lower() or guessable(new.password, known):
            raise InputError("password-guessable")
        step = self._step(new.secret, new.code) if SECRET.fullmatch(new.secret) else None
        if step is None:
            raise InputError("code-wrong")
        return step

    def _opened(self, row: Row | None) -> str:
        """The officer's secret; of nobody, one that nobody has: the same work is done."""
        if row is None:
            return pyotp.random_base32(32)
        try:
            return decrypt(self._key, row["secret"], row["officer"], code="key-tampered").decode()
        except SealedError:  # The vault's key was changed since: the officer signs in by a recovery code.
            return pyotp.random_base32(32)

    def _step(self, secret: str, code: str) -> int | None:
        """The time step whose code this is, if that is now; all of them are compared."""
        typed = "".join(code.split()).encode("utf-8", "backslashreplace")
        app, now = pyotp.TOTP(secret), self._context.history.clock() // STEP
        steps = range(now - DRIFT, now + DRIFT + 1)
        found = [step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), typed)]
        return max(found, default=None)


def _matches(hashed: str, password: str) -> bool:
    """Longer ones than may be chosen are cut, and match nothing: time is spent on what anybody may send."""
    try:
        return HASHER.verify(hashed, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash(pyotp.random_base32(32))
