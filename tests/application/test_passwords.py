"""Password with code: each code once, one answer whatever is wrong, nothing readable in the database."""

from dataclasses import replace
from functools import partial

import pyotp
import pytest
from sqlalchemy import select

from ledger.application.access import Me
from ledger.application.passwords import NewPassword
from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import AuthenticationError, ConflictError, InputError
from ledger.store.passwords import CODES, PASSWORDS
from tests.application.signing_in import HERE, PASSWORD, chosen, refusal, shown

pytestmark = pytest.mark.parametrize("db", ["sqlite"])


def test_a_password_signs_in_with_a_code_that_is_taken_once(begun: Story, me: Me, clock: StoryClock) -> None:
    passwords, access = begun.ledger.passwords, begun.ledger.access
    app = chosen(begun, me, clock)
    assert clock.ms is not None
    code = shown(app, clock)

    def sign_in(name: str, password: str, code: str) -> Me:
        return access.me(passwords.sign_in(name, password, code, address=HERE))

    # The code with which it was chosen is used up; the next one is not.
    assert refusal(AuthenticationError, lambda: sign_in("ketua-dpp", PASSWORD, code)) == "sign-in-refused"
    clock.ms += 30_000
    now = shown(app, clock)
    assert sign_in(" Ketua-DPP ", PASSWORD, f"{now[:3]} {now[3:]}").officer == me.officer
    assert refusal(AuthenticationError, lambda: sign_in("ketua-dpp", PASSWORD, now)) == "sign-in-refused"
    clock.ms += 60_000
    old = shown(app, clock, -2)
    assert refusal(AuthenticationError, lambda: sign_in("ketua-dpp", PASSWORD, old)) == "sign-in-refused"
    assert sign_in("ketua-dpp", PASSWORD, shown(app, clock, 1)).officer == me.officer
    before = shown(app, clock)
    assert refusal(AuthenticationError, lambda: sign_in("ketua-dpp", PASSWORD, before)) == "sign-in-refused"


def test_whatever_is_wrong_the_answer_is_the_same(begun: Story, me: Me, clock: StoryClock) -> None:
    app = chosen(begun, me, clock)
    assert clock.ms is not None
    clock.ms += 30_000
    good = shown(app, clock)

    for name, password, code in (
        ("ketua-dpp", "kursi hujan wayang cepat", good),
        ("ketua-dpp", PASSWORD + "x" * 5000, good),
        ("ketua-dpp", PASSWORD, "x"),
        ("nobody", PASSWORD, good),
        ("\udcff", PASSWORD, "\udcff"),
    ):
        with pytest.raises(AuthenticationError) as refused:
            begun.ledger.passwords.sign_in(name, password, code, address=HERE)
        assert (refused.value.code, refused.value.facts) == ("sign-in-refused", {})


def test_neither_password_nor_secret_nor_code_lies_in_the_database(begun: Story, me: Me, clock: StoryClock) -> None:
    app = chosen(begun, me, clock)
    codes = begun.ledger.codes.renew(me)

    with reading(begun.ledger.engine) as connection:
        rows = [*connection.execute(select(PASSWORDS)), *connection.execute(select(CODES))]

    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert b"$argon2id$" in stored
    for hidden in (PASSWORD, app.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert hidden.encode() not in stored


def test_a_password_that_would_not_protect_is_not_taken(begun: Story, me: Me, clock: StoryClock) -> None:
    passwords = begun.ledger.passwords
    secret = passwords.secret()
    new = NewPassword("ketua-dpp", PASSWORD, secret, shown(pyotp.TOTP(secret), clock))
    own = begun.ledger.registrants.names([me.person], reader="test", purpose="test")[me.person].reveal()

    for change, code in (
        ({"name": "Ab"}, "sign-in-name"),
        ({"name": "ketua dpp"}, "sign-in-name"),
        ({"password": "empat belas kr"}, "password-length"),
        ({"password": "x" * 129}, "password-length"),
        ({"password": "milik ketua-dpp sendiri"}, "password-guessable"),
        ({"password": "abababababababab"}, "password-guessable"),
        ({"password": "password12345678"}, "password-guessable"),
        ({"password": "ipspi peksos ipspi"}, "password-guessable"),
        ({"password": f"{own} 1234"}, "password-guessable"),
        ({"code": "000000x"}, "code-wrong"),
        ({"secret": "short"}, "code-wrong"),
    ):
        assert refusal(InputError, partial(passwords.choose, me, replace(new, **change))) == code

    assert passwords.name(me) is None


def test_two_officers_do_not_share_a_name(begun: Story, me: Me, clock: StoryClock) -> None:
    access = begun.ledger.access
    chosen(begun, me, clock)
    others = access.me(access.begin(begun.officers["sekretaris"]))

    assert refusal(ConflictError, lambda: chosen(begun, others, clock)) == "sign-in-name-taken"
