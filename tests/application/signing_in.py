"""What tests of the ways to sign in share."""

from collections.abc import Callable

import pyotp
import pytest

from ledger.application.access import Me
from ledger.application.passwords import NewPassword
from ledger.cli.story import Story, StoryClock
from ledger.errors import LedgerError
from tests.application.authenticator import Authenticator

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
HERE = "192.0.2.1"
PASSWORD = "kursi hujan wayang pelan"


def refusal(of: type[LedgerError], act: Callable[[], object]) -> str:
    with pytest.raises(of) as refused:
        act()
    return refused.value.code


def registered(story: Story, me: Me, phone: Authenticator, name: str = "Ponsel") -> Authenticator:
    passkeys = story.ledger.passkeys
    passkeys.register(me, name, phone.made(passkeys.offered(me)))
    return phone


def signed_in(story: Story, phone: Authenticator) -> Me:
    passkeys, access = story.ledger.passkeys, story.ledger.access
    return access.me(passkeys.sign_in(phone.signed(passkeys.asked(address=HERE)), address=HERE))


def chosen(story: Story, me: Me, clock: StoryClock, name: str = "ketua-dpp") -> pyotp.TOTP:
    passwords = story.ledger.passwords
    secret = passwords.secret()
    app = pyotp.TOTP(secret)
    passwords.choose(me, NewPassword(name, PASSWORD, secret, shown(app, clock)))
    return app


def shown(app: pyotp.TOTP, clock: StoryClock, steps: int = 0) -> str:
    return app.generate_otp((clock.ms or 0) // 30_000 + steps)
