"""Ways to sign in: passkeys, password with code, codes that are good once; what each of them refuses."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cbor2
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from sqlalchemy import select

from ledger.application.access import Me
from ledger.application.passwords import NewPassword
from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import AuthenticationError, BudgetError, ConflictError, ForbiddenError, InputError, LedgerError
from ledger.store.passwords import CODES, PASSWORDS
from tests.application.authenticator import UP, UV, Authenticator, octets, text

MINUTE, HOUR = 60_000, 3_600_000
HERE = "192.0.2.1"
PASSWORD = "kursi hujan wayang pelan"


def refusal(of: type[LedgerError], act: Callable[[], object]) -> str:
    with pytest.raises(of) as refused:
        act()
    return refused.value.code


@pytest.fixture
def database(tmp_path: Path) -> tuple[str, str]:
    """On SQLite; a whole life of an account is tried on both."""
    return f"sqlite:///{tmp_path / 'main.db'}", f"sqlite:///{tmp_path / 'keys.db'}"


@pytest.fixture
def begun(story: Story) -> Story:
    story.begins()
    return story


@pytest.fixture
def me(begun: Story) -> Me:
    access = begun.ledger.access
    return access.me(access.begin(begun.officers["ketua"]))


def registered(story: Story, me: Me, phone: Authenticator, name: str = "Ponsel") -> Authenticator:
    passkeys = story.ledger.passkeys
    passkeys.register(me, name, phone.made(passkeys.offered(me)))
    return phone


def signed_in(story: Story, phone: Authenticator) -> Me:
    passkeys, access = story.ledger.passkeys, story.ledger.access
    return access.me(passkeys.sign_in(phone.signed(passkeys.asked(address=HERE)), address=HERE))


def test_an_officer_registers_passkeys_of_both_kinds_and_signs_in_by_either(
    begun: Story, me: Me, clock: StoryClock
) -> None:
    first = registered(begun, me, Authenticator(), "Ponsel")
    assert clock.ms is not None
    clock.ms += 1
    second = registered(begun, me, Authenticator(key=ed25519.Ed25519PrivateKey.generate()), "Kunci USB")

    kept = begun.ledger.access.passkeys(me.officer)

    assert [key.name for key in kept] == ["Ponsel", "Kunci USB"]
    decoded = [cbor2.loads(key.key) for key in kept]
    assert [list(key) for key in decoded] == [[1, -1, -2, -3], [1, -1, -2]]  # Deterministic: no algorithm, in order.
    for phone in (first, second):
        assert signed_in(begun, phone).officer == me.officer


def test_a_question_names_the_host_of_the_desk_and_wants_its_holder_recognised(begun: Story, me: Me) -> None:
    phone = registered(begun, me, Authenticator())

    offered = json.loads(begun.ledger.passkeys.offered(me))
    asked = json.loads(begun.ledger.passkeys.asked(address=HERE))

    assert (offered["rp"]["id"], asked["rpId"]) == ("localhost", "localhost")
    assert octets(offered["user"]["id"]) == me.officer.bytes
    assert offered["authenticatorSelection"]["residentKey"] == "required"
    assert offered["authenticatorSelection"]["userVerification"] == asked["userVerification"] == "required"
    assert [one["alg"] for one in offered["pubKeyCredParams"]] == [-7, -8]
    assert [one["id"] for one in offered["excludeCredentials"]] == [text(phone.id)]
    assert asked["allowCredentials"] == []


def test_an_answer_is_good_once_and_for_five_minutes(begun: Story, me: Me, clock: StoryClock) -> None:
    passkeys = begun.ledger.passkeys
    phone = registered(begun, me, Authenticator())
    answer = phone.signed(passkeys.asked(address=HERE))
    passkeys.sign_in(answer, address=HERE)
    late = phone.signed(passkeys.asked(address=HERE))
    assert clock.ms is not None

    assert refusal(AuthenticationError, lambda: passkeys.sign_in(answer, address=HERE)) == "challenge-over"
    clock.ms += 5 * MINUTE + 1
    assert refusal(AuthenticationError, lambda: passkeys.sign_in(late, address=HERE)) == "challenge-over"


WRONG: dict[str, dict[str, Any]] = {
    "another site": {"origin": "https://localhost.evil.example"},
    "not recognised": {"flags": UP},
    "not present": {"flags": UV},
    "another officer": {"user": bytes(16)},
    "no officer": {"user": b""},
    "unknown": {"id": bytes(32)},
    "another key": {"key": Authenticator().key},
    "counted before": {"count": 5},
}


def test_a_passkey_that_is_not_quite_the_registered_one_is_refused(begun: Story, me: Me) -> None:
    passkeys = begun.ledger.passkeys
    phone = registered(begun, me, Authenticator(count=5))
    signed_in(begun, phone)

    for why, change in WRONG.items():
        answer = replace(phone, **change).signed(passkeys.asked(address=HERE))
        assert refusal(AuthenticationError, partial(passkeys.sign_in, answer, address=HERE)) == "sign-in-refused", why

    assert signed_in(begun, phone).officer == me.officer


def test_what_is_no_answer_at_all_is_refused_like_a_wrong_one(begun: Story, me: Me) -> None:
    passkeys = begun.ledger.passkeys

    for answer in ("", "{", "[]", "{}", '"x"', "9" * 30_000, '{"id": 1}'):
        assert refusal(AuthenticationError, partial(passkeys.sign_in, answer, address=HERE)) == "sign-in-refused"
        assert refusal(InputError, partial(passkeys.register, me, "Ponsel", answer)) == "passkey-malformed"


def test_a_passkey_is_registered_by_the_session_that_was_asked_once_and_under_a_name(begun: Story, me: Me) -> None:
    passkeys, access = begun.ledger.passkeys, begun.ledger.access
    phone = registered(begun, me, Authenticator())
    others = access.me(access.begin(begun.officers["sekretaris"]))
    stolen = Authenticator().made(passkeys.offered(me))
    blind = Authenticator(flags=UP).made(passkeys.offered(me))
    again = phone.made(passkeys.offered(me))

    assert refusal(AuthenticationError, lambda: passkeys.register(others, "Ponsel", stolen)) == "challenge-over"
    assert refusal(InputError, lambda: passkeys.register(me, "Ponsel", blind)) == "passkey-malformed"
    assert refusal(ConflictError, lambda: passkeys.register(me, "Ponsel", again)) == "passkey-known"
    assert refusal(InputError, lambda: passkeys.register(me, " \n", stolen)) == "passkey-name"
    assert len(access.passkeys(me.officer)) == 1


def test_the_last_way_to_sign_in_stays_and_nobody_removes_anothers(begun: Story, me: Me) -> None:
    passkeys, access = begun.ledger.passkeys, begun.ledger.access
    phone, other = registered(begun, me, Authenticator()), registered(begun, me, Authenticator(), "Laptop")
    others = access.me(access.begin(begun.officers["sekretaris"]))
    registered(begun, others, Authenticator())

    assert passkeys.remove(others, phone.id) == 0
    assert passkeys.remove(me, phone.id) == 1
    assert refusal(ConflictError, lambda: passkeys.remove(me, other.id)) == "sign-in-last"

    assert [key.id for key in access.passkeys(me.officer)] == [other.id]
    answer = phone.signed(passkeys.asked(address=HERE))
    assert refusal(AuthenticationError, lambda: passkeys.sign_in(answer, address=HERE)) == "sign-in-refused"


def chosen(story: Story, me: Me, clock: StoryClock, name: str = "ketua-dpp") -> pyotp.TOTP:
    passwords = story.ledger.passwords
    secret = passwords.secret()
    app = pyotp.TOTP(secret)
    passwords.choose(me, NewPassword(name, PASSWORD, secret, shown(app, clock)))
    return app


def shown(app: pyotp.TOTP, clock: StoryClock, steps: int = 0) -> str:
    return app.generate_otp((clock.ms or 0) // 30_000 + steps)


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

    for change, code in (
        ({"name": "Ab"}, "sign-in-name"),
        ({"name": "ketua dpp"}, "sign-in-name"),
        ({"password": "empat belas kr"}, "password-length"),
        ({"password": "x" * 129}, "password-length"),
        ({"password": "milik ketua-dpp sendiri"}, "password-guessable"),
        ({"password": "abababababababab"}, "password-guessable"),
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


def test_a_recovery_code_signs_in_once_however_it_is_typed(begun: Story, me: Me) -> None:
    codes, access = begun.ledger.codes, begun.ledger.access
    old = codes.renew(me)
    kept = codes.renew(me)

    assert (len(set(kept)), codes.left(me)) == (10, 10)
    assert refusal(AuthenticationError, lambda: codes.sign_in(old[0], address=HERE)) == "sign-in-refused"
    typed = kept[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    again = access.me(codes.sign_in(typed, address=HERE))
    assert refusal(AuthenticationError, lambda: codes.sign_in(kept[0], address=HERE)) == "sign-in-refused"

    assert (again.officer, again.enrolling, codes.left(me)) == (me.officer, False, 9)


def test_an_invitation_is_good_for_a_day_and_leads_to_a_passkey(begun: Story, clock: StoryClock) -> None:
    codes, access, ketua = begun.ledger.codes, begun.ledger.access, begun.officers["ketua"]
    replaced = codes.invite(ketua)["code"]
    late = codes.invite(ketua)["code"]
    assert refusal(AuthenticationError, lambda: codes.sign_in(replaced, address=HERE)) == "sign-in-refused"
    assert clock.ms is not None
    clock.ms += 24 * HOUR + 1
    assert refusal(AuthenticationError, lambda: codes.sign_in(late, address=HERE)) == "sign-in-refused"

    cookie = codes.sign_in(codes.invite(ketua)["code"], address=HERE)
    newcomer = access.me(cookie, enrolling=True)
    clock.ms += 15 * MINUTE
    registered(begun, newcomer, Authenticator())

    assert newcomer.enrolling
    assert not access.me(cookie).enrolling


def test_an_invitation_after_a_theft_ends_all_that_was_before(begun: Story, me: Me, clock: StoryClock) -> None:
    ledger = begun.ledger
    registered(begun, me, Authenticator())
    chosen(begun, me, clock)
    kept = ledger.codes.renew(me)
    bystander = ledger.access.begin(begun.officers["sekretaris"])

    ledger.codes.invite(me.officer, anew=True)

    assert ledger.access.sessions(me) == []
    assert ledger.access.passkeys(me.officer) == []
    assert ledger.passwords.name(me) is None
    assert refusal(AuthenticationError, lambda: ledger.codes.sign_in(kept[0], address=HERE)) == "sign-in-refused"
    assert ledger.access.me(bystander).officer == begun.officers["sekretaris"]


def test_nothing_is_changed_long_after_the_sign_in(begun: Story, me: Me, clock: StoryClock) -> None:
    ledger = begun.ledger
    new = NewPassword("ketua-dpp", PASSWORD, ledger.passwords.secret(), "000000")
    assert clock.ms is not None
    clock.ms += 10 * MINUTE + 1

    for change in (
        lambda: ledger.passkeys.offered(me),
        lambda: ledger.passkeys.register(me, "Ponsel", ""),
        lambda: ledger.passkeys.remove(me, b""),
        lambda: ledger.passwords.choose(me, new),
        lambda: ledger.passwords.remove(me),
        lambda: ledger.codes.renew(me),
    ):
        assert refusal(ForbiddenError, change) == "sign-in-again"


def test_guessing_ends_for_the_name_and_for_the_address(begun: Story) -> None:
    ledger = begun.ledger

    def guess(name: str, address: str) -> str:
        return refusal(LedgerError, lambda: ledger.passwords.sign_in(name, PASSWORD, "000000", address=address))

    of_name = [guess("ketua-dpp", f"198.51.100.{n}") for n in range(11)]
    of_address = [refusal(LedgerError, lambda: ledger.codes.sign_in("0", address=HERE)) for _ in range(61)]

    assert of_name == ["sign-in-refused"] * 10 + ["budget-spent"]
    assert of_address == ["sign-in-refused"] * 60 + ["budget-spent"]
    assert refusal(BudgetError, lambda: ledger.passkeys.asked(address=HERE)) == "budget-spent"
    assert guess("another", "203.0.113.9") == "sign-in-refused"
