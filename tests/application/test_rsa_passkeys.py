"""Passkeys of older Windows computers: RSA, good for signing in, and for nothing that stays."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ledger.cli.story import Story
from ledger.errors import InputError
from tests.application.authenticator import Authenticator

HERE = "192.0.2.1"


def computer(bits: int) -> Authenticator:
    return Authenticator(key=rsa.generate_private_key(65537, bits))


def test_an_officer_signs_in_with_an_rsa_passkey_which_is_offered_for_no_approval(story: Story) -> None:
    story.begins()
    access, passkeys, laptop = story.ledger.access, story.ledger.passkeys, computer(2048)
    me = access.me(access.begin(story.officers["ketua"]))

    passkeys.register(me, "Laptop kantor", laptop.made(passkeys.offered(me)))
    cookie = passkeys.sign_in(laptop.signed(passkeys.asked(address=HERE)), address=HERE)

    assert access.me(cookie).officer == me.officer
    assert [one.key for one in access.passkeys(me.officer)] == [None]


def test_a_short_rsa_key_is_refused(story: Story) -> None:
    story.begins()
    access, passkeys, laptop = story.ledger.access, story.ledger.passkeys, computer(1024)
    me = access.me(access.begin(story.officers["ketua"]))

    with pytest.raises(InputError) as refused:
        passkeys.register(me, "Laptop tua", laptop.made(passkeys.offered(me)))

    assert refused.value.code == "passkey-malformed"
    assert access.passkeys(me.officer) == []
