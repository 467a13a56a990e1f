"""Passkeys: registered under a name, asked once; what is not quite the registered one is refused."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from ledger.application.access import Me
from ledger.cli.story import Story, StoryClock
from ledger.errors import AuthenticationError, ConflictError, InputError
from tests.application.authenticator import UP, UV, Authenticator, octets, text
from tests.application.signing_in import HERE, MINUTE, refusal, registered, signed_in

pytestmark = pytest.mark.parametrize("db", ["sqlite"])


def test_an_officer_registers_passkeys_of_both_kinds_and_signs_in_by_either(
    begun: Story, me: Me, clock: StoryClock
) -> None:
    first = registered(begun, me, Authenticator(), "Ponsel")
    assert clock.ms is not None
    clock.ms += 1
    second = registered(begun, me, Authenticator(key=ed25519.Ed25519PrivateKey.generate()), "Kunci USB")

    kept = begun.ledger.access.passkeys(me.officer)

    assert [key.name for key in kept] == ["Ponsel", "Kunci USB"]
    decoded = [cbor2.loads(key.key or b"") for key in kept]
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
    assert [one["alg"] for one in offered["pubKeyCredParams"]] == [-7, -8, -257]
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
