"""Codes that sign in once: invitations and recovery codes; and what holds for every way to sign in."""

import pytest
from pyotp import TOTP

from ledger.application.access import Me
from ledger.application.passwords import NewPassword
from ledger.cli.story import Story, StoryClock
from ledger.errors import AuthenticationError, BudgetError, ConflictError, ForbiddenError, LedgerError
from tests.application.authenticator import Authenticator
from tests.application.signing_in import HERE, HOUR, MINUTE, PASSWORD, chosen, refusal, registered, shown, signed_in

pytestmark = pytest.mark.parametrize("db", ["sqlite"])


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
    assert guess("another", "203.0.113.9") == "sign-in-refused"


def test_whoever_spends_one_way_to_sign_in_stops_no_other(begun: Story, me: Me) -> None:
    ledger = begun.ledger
    phone, (code, *_) = registered(begun, me, Authenticator()), ledger.codes.renew(me)

    def guess(name: str) -> str:
        return refusal(LedgerError, lambda: ledger.passwords.sign_in(name, PASSWORD, "000000", address=HERE))

    guesses = [guess(f"name-{n}") for n in range(61)]

    by_passkey, by_code = signed_in(begun, phone), ledger.access.me(ledger.codes.sign_in(code, address=HERE))
    for _ in range(598):
        ledger.passkeys.asked(address=HERE)

    assert guesses[-1] == "budget-spent"
    assert by_passkey.officer == by_code.officer == me.officer
    assert refusal(BudgetError, lambda: ledger.passkeys.asked(address=HERE)) == "budget-spent"


def test_what_arrives_after_everything_was_ended_changes_no_way_to_sign_in(
    begun: Story, me: Me, clock: StoryClock
) -> None:
    ledger, phone, late = begun.ledger, Authenticator(), Authenticator()
    registered(begun, me, phone)
    secret = ledger.passwords.secret()
    new = NewPassword("pencuri", PASSWORD, secret, shown(TOTP(secret), clock))
    answer = late.made(ledger.passkeys.offered(me))

    ledger.codes.invite(me.officer, anew=True)

    for change in (
        lambda: ledger.passwords.choose(me, new),
        lambda: ledger.passwords.remove(me),
        lambda: ledger.passkeys.register(me, "Ponsel", answer),
        lambda: ledger.passkeys.remove(me, phone.id),
        lambda: ledger.codes.renew(me),
        lambda: ledger.codes.invite(begun.officers["sekretaris"], by=me),
    ):
        assert refusal(AuthenticationError, change) == "session-ended"
    assert (ledger.passwords.name(me), ledger.access.passkeys(me.officer), ledger.codes.left(me)) == (None, [], 0)


def test_a_change_that_arrives_after_the_dismissal_is_refused(begun: Story) -> None:
    begun.authorities()
    begun.staff()
    ledger, wakil = begun.ledger, begun.officers["wakil"]
    me = ledger.access.me(ledger.access.begin(wakil))
    begun.approved("ketua", "sekretaris", [ledger.officers.dismiss(wakil, "ended")])

    assert refusal(AuthenticationError, lambda: ledger.codes.renew(me)) == "session-ended"


def test_until_a_newcomer_has_chosen_a_new_code_ends_what_an_earlier_one_opened(begun: Story) -> None:
    ledger, ketua = begun.ledger, begun.officers["ketua"]
    early = ledger.access.me(ledger.codes.sign_in(ledger.codes.invite(ketua)["code"], address=HERE), enrolling=True)
    answer = Authenticator().made(ledger.passkeys.offered(early))

    kept = refusal(ForbiddenError, lambda: ledger.codes.renew(early))
    ledger.codes.invite(ketua)

    assert kept == "session-enrolling"
    for change in (lambda: ledger.passkeys.register(early, "Ponsel", answer), lambda: ledger.codes.renew(early)):
        assert refusal(AuthenticationError, change) == "session-ended"
    assert ledger.access.passkeys(ketua) == []


def test_once_a_newcomer_has_chosen_no_code_that_was_made_before_opens_the_account(begun: Story, me: Me) -> None:
    ledger, sekretaris = begun.ledger, begun.officers["sekretaris"]
    cookie = ledger.codes.sign_in(ledger.codes.invite(sekretaris)["code"], address=HERE)
    spare = ledger.codes.invite(sekretaris, by=me)["code"]
    assert refusal(AuthenticationError, lambda: ledger.access.me(cookie, enrolling=True)) == "session-ended"
    cookie = ledger.codes.sign_in(spare, address=HERE)
    newcomer = ledger.access.me(cookie, enrolling=True)

    registered(begun, newcomer, Authenticator())

    assert ledger.access.knows(sekretaris)
    assert [one["this"] for one in ledger.access.sessions(newcomer)] == [True]
    assert refusal(ConflictError, lambda: ledger.codes.invite(sekretaris, by=me)) == "officer-signs-in"
    assert ledger.codes.left(newcomer) == 0
    assert len(ledger.codes.renew(newcomer)) == 10


def test_a_code_from_the_server_for_who_signs_in_already_ends_the_rest_once_it_was_used(begun: Story, me: Me) -> None:
    ledger = begun.ledger
    registered(begun, me, Authenticator())
    kept = ledger.codes.renew(me)
    cookie = ledger.codes.sign_in(ledger.codes.invite(me.officer)["code"], address=HERE)
    spare = ledger.codes.invite(me.officer)["code"]
    assert len(ledger.access.sessions(me)) == 2

    registered(begun, ledger.access.me(cookie, enrolling=True), Authenticator())

    assert len(ledger.access.sessions(me)) == 1
    for code in (spare, kept[0]):
        assert (
            refusal(AuthenticationError, lambda code=code: ledger.codes.sign_in(code, address=HERE))
            == "sign-in-refused"
        )
