"""An account from its invitation to its end, on both databases."""

import pyotp
import pytest

from ledger.application.passwords import NewPassword
from ledger.cli.story import Story, StoryClock
from ledger.errors import AuthenticationError
from tests.application.authenticator import Authenticator

MINUTE = 60_000
HERE = "192.0.2.1"


def test_an_account_lives_on_either_database(story: Story, clock: StoryClock) -> None:
    story.begins()
    ledger, ketua = story.ledger, story.officers["ketua"]
    access, passkeys, passwords, codes = ledger.access, ledger.passkeys, ledger.passwords, ledger.codes
    assert clock.ms is not None

    invited = codes.sign_in(codes.invite(ketua)["code"], address=HERE)
    newcomer = access.me(invited, enrolling=True)
    phone, laptop = Authenticator(), Authenticator()
    for name, device in (("Ponsel", phone), ("Laptop", laptop)):
        passkeys.register(newcomer, name, device.made(passkeys.offered(newcomer)))
    secret = passwords.secret()
    app = pyotp.TOTP(secret)
    code = app.generate_otp(clock.ms // 30_000)
    passwords.choose(newcomer, NewPassword("ketua", "kursi hujan wayang pelan", secret, code))
    kept = codes.renew(newcomer)

    clock.ms += 10 * MINUTE
    renewed = access.me(invited).renewed
    assert renewed is not None
    by_key = passkeys.sign_in(phone.signed(passkeys.asked(address=HERE)), address=HERE)
    code = app.generate_otp(clock.ms // 30_000)
    by_password = passwords.sign_in("ketua", "kursi hujan wayang pelan", code, address=HERE)
    by_code = codes.sign_in(kept[0], address=HERE)
    me = access.me(by_key)
    assert passkeys.remove(me, phone.id) == 1

    means = sorted(one["means"] for one in access.sessions(me))
    assert means == ["invitation", "passkey", "password", "recovery"]
    assert access.end_others(me) == 3
    for ended in (renewed, by_password, by_code):
        with pytest.raises(AuthenticationError):
            access.me(ended)
    assert [key.id for key in access.passkeys(ketua)] == [laptop.id]
    assert (passwords.name(me), codes.left(me)) == ("ketua", 9)
