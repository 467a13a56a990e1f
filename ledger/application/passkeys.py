"""Passkeys: registered by an officer who is signed in, and asked at the sign-in.

Source: W3C Web Authentication, level 3. The passkey holds the officer's id and says itself whose it is; it must
recognise its holder, by a finger, a face or a number. What comes from the browser is untrusted until it is verified.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import Connection
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from ledger.application.access import Access, Me, cose_key, require_another
from ledger.application.context import Context
from ledger.database import writing
from ledger.errors import ConflictError, InputError, LedgerError, VerificationError
from ledger.projections.officers import OFFICERS
from ledger.signing.approval import made_at, require_sound
from ledger.store import passkeys
from ledger.store.passkeys import GOOD_FOR
from ledger.view import Models

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,  # Windows Hello on older TPMs knows no other.
]
MOST = 20  # of one officer
LONGEST_NAME = 40
LONGEST_ANSWER = 20_000  # characters of JSON
SIGN_IN = b""


class Passkeys:
    def __init__(self, context: Context, access: Access) -> None:
        self._context, self._access = context, access

    def asked(self, *, address: str) -> str:
        """JSON of the question that any passkey of this desk may answer. Raises: BudgetError."""
        self._access.spend("passkey", address)
        options = webauthn.generate_authentication_options(
            rp_id=self._access.host,
            challenge=self._challenge(SIGN_IN),
            timeout=GOOD_FOR,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def sign_in(self, answer: str, *, address: str) -> str:
        """The cookie of a new session.

        Args:
            answer: JSON of the browser's PublicKeyCredential.

        Raises: AuthenticationError: `sign-in-refused`, whatever was wrong, or `challenge-over`; BudgetError.
        """
        self._access.spend("passkey", address)
        with _verifying(self._refusal):
            given = parse_authentication_credential_json(_short(answer))
            challenge = parse_client_data_json(given.response.client_data_json).challenge
        with writing(self._context.history.engine) as connection:
            passkeys.answered(connection, challenge, SIGN_IN, self._context.history.clock())
        # A crash from here on costs the question: the browser asks for another.
        with writing(self._context.history.engine) as connection:
            officer = self._verified(connection, given, challenge)
        return self._access.begin(officer, "passkey")

    def offered(self, me: Me) -> str:
        """JSON of the question whose answer is a new passkey. Raises: ForbiddenError: `sign-in-again`."""
        self._access.require_fresh(me)
        options = webauthn.generate_registration_options(
            rp_id=self._access.host,
            rp_name=self._context.config.origin,
            user_id=me.officer.bytes,
            user_name=f"{me.office} ({me.authority})",
            challenge=self._challenge(me.session),
            timeout=GOOD_FOR,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in self._access.passkeys(me.officer)],
            supported_pub_key_algs=ALGORITHMS,
        )
        return webauthn.options_to_json(options)

    def register(self, me: Me, name: str, answer: str) -> None:
        """Adds it under the officer's name for the device.

        Raises: InputError: `passkey-malformed`, `passkey-name`; AuthenticationError: `challenge-over`; ConflictError:
            `passkey-known`, `passkeys-many`; ForbiddenError: `sign-in-again`.
        """
        self._access.require_fresh(me)
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise InputError("passkey-name", limit=LONGEST_NAME)
        with _verifying(_malformed):
            given = parse_registration_credential_json(_short(answer))
            challenge = parse_client_data_json(given.response.client_data_json).challenge
        now = self._context.history.clock()
        with writing(self._context.history.engine) as connection:
            passkeys.answered(connection, challenge, me.session, now)
        made = self._made(given, challenge)
        with writing(self._context.history.engine) as connection:
            self._access.require(connection, me)
            if passkeys.of_id(connection, made.credential_id) is not None:
                raise ConflictError("passkey-known")
            if len(passkeys.of_officer(connection, me.officer)) >= MOST:
                raise ConflictError("passkeys-many", limit=MOST)
            key, count = made.credential_public_key, made.sign_count
            passkeys.add(connection, made.credential_id, me.officer, name, key, count, now)
            self._access.chosen(connection, me)

    def remove(self, me: Me, id: bytes) -> int:
        """Returns how many there were. Raises: ConflictError: `sign-in-last`; ForbiddenError: `sign-in-again`."""
        self._access.require_fresh(me)
        with writing(self._context.history.engine) as connection:
            self._access.require(connection, me)
            removed = passkeys.remove(connection, me.officer, id)
            require_another(connection, me.officer)
            return removed

    def _refusal(self) -> LedgerError:
        return self._access.refusal("passkey")

    def _challenge(self, asked: bytes) -> bytes:
        with writing(self._context.history.engine) as connection:
            return passkeys.challenge(connection, asked, self._context.history.clock())

    def _verified(self, connection: Connection, given: AuthenticationCredential, challenge: bytes) -> UUID:
        row = passkeys.of_id(connection, given.raw_id)
        if row is None or given.response.user_handle != row["officer"]:
            raise self._refusal()
        with _verifying(self._refusal):
            verified = webauthn.verify_authentication_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=self._access.host,
                expected_origin=self._context.config.desk,
                credential_public_key=row["key"],
                credential_current_sign_count=row["count"],
                require_user_verification=True,
            )
        passkeys.counted(connection, row["id"], verified.new_sign_count)
        return UUID(bytes=row["officer"])

    def _made(self, given: RegistrationCredential, challenge: bytes) -> VerifiedRegistration:
        with _verifying(_malformed):
            made = webauthn.verify_registration_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=self._access.host,
                expected_origin=self._context.config.desk,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
            key = cose_key(made.credential_public_key)
            if key is not None:
                require_sound(key)
        return made


def require_genuine(context: Context, connection: Connection, officer: UUID, assertion: bytes) -> None:
    """That an officer's approval was made on a page of this desk, and by the device itself.

    Raises: VerificationError: `assertion-elsewhere`; `passkey-copied`: another device has counted further.
    """
    desk = context.config.desk
    count = made_at(assertion, desk, urlsplit(desk).hostname or "")
    key = (Models(connection, context.config.origin).get(OFFICERS, officer.bytes) or {})["key"]
    for row in passkeys.of_officer(connection, officer):
        if cose_key(row["key"]) == key:
            if max(count, row["count"]) > 0 and count <= row["count"]:
                raise VerificationError("passkey-copied")
            passkeys.counted(connection, row["id"], count)


def _short(answer: str) -> str:
    return answer if len(answer) <= LONGEST_ANSWER else ""


def _malformed() -> LedgerError:
    return InputError("passkey-malformed")


@contextmanager
def _verifying(refusal: Callable[[], LedgerError]) -> Iterator[None]:
    """Whatever the bytes make the library stumble over, the answer is one; it is logged once it is given."""
    try:
        yield
    except Exception as cause:
        raise refusal() from cause
