"""Approvals by passkey: made on a page of this desk, by the device itself; a sign-in is none."""

import json
from uuid import UUID

import pytest

from ledger.application.access import Me
from ledger.cli.story import Story
from ledger.errors import AuthenticationError, RuleError, VerificationError
from ledger.signing import cbor
from ledger.signing.approval import challenge, raw_public
from tests.application.authenticator import Authenticator, octets, text
from tests.application.signing_in import HERE, refusal, registered

pytestmark = pytest.mark.parametrize("db", ["sqlite"])


@pytest.fixture
def phone(begun: Story, me: Me) -> Authenticator:
    """The chair's, which signs in and approves; it has signed five times."""
    device = registered(begun, me, Authenticator(count=5))
    (passkey,) = begun.ledger.access.passkeys(me.officer)
    assert passkey.key is not None
    begun.approved("ketua", "sekretaris", [begun.ledger.officers.enrol_key(me.officer, raw_public(passkey.key))])
    return device


@pytest.fixture
def proposal(begun: Story) -> UUID:
    act = begun.ledger.authorities.register("IPSPI", f"{begun.ledger.config.public_url}/status/ipspi")
    return UUID(begun.ledger.proposals.propose(begun.actor("sekretaris"), [act])["proposal"])


def asked(story: Story, proposal: UUID) -> bytes:
    return challenge(bytes.fromhex(story.ledger.proposals.show(proposal, reader="test")["signing"]))


def signed(phone: Authenticator, question: dict[str, str]) -> bytes:
    said = json.loads(phone.signed(json.dumps(question)))["response"]
    return cbor.encode([octets(said[name]) for name in ("authenticatorData", "clientDataJSON", "signature")])


def approve(story: Story, proposal: UUID, phone: Authenticator, host: str = "localhost") -> None:
    question = {"challenge": text(asked(story, proposal)), "rpId": host}
    story.ledger.proposals.approve(story.actor("ketua"), proposal, signed(phone, question), "webauthn")


def test_a_passkey_approves_at_the_desk_and_is_counted(begun: Story, phone: Authenticator, proposal: UUID) -> None:
    passkeys = begun.ledger.passkeys

    approve(begun, proposal, phone)

    phone.count = 5  # A copy of before: the approval counted on.
    answer = phone.signed(passkeys.asked(address=HERE))
    assert refusal(AuthenticationError, lambda: passkeys.sign_in(answer, address=HERE)) == "sign-in-refused"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "localhost"),
        ("http://localhost:8000", "evil.example"),
        ("http://localhost", "localhost"),
    ],
)
def test_an_approval_made_elsewhere_is_none(
    begun: Story, phone: Authenticator, proposal: UUID, origin: str, host: str
) -> None:
    size, phone.origin = begun.ledger.histories.size(), origin

    with pytest.raises(VerificationError) as refused:
        approve(begun, proposal, phone, host)

    assert refused.value.code == "assertion-elsewhere"
    assert begun.ledger.histories.size() == size
    phone.origin = begun.ledger.config.desk
    approve(begun, proposal, phone)


def test_an_approval_in_a_frame_of_another_page_is_none(
    begun: Story, phone: Authenticator, proposal: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Authenticator._said

    def framed(self: Authenticator, kind: str, question: dict[str, str]) -> bytes:
        return json.dumps(json.loads(said(self, kind, question)) | {"crossOrigin": True}).encode()

    monkeypatch.setattr(Authenticator, "_said", framed)

    with pytest.raises(VerificationError) as refused:
        approve(begun, proposal, phone)

    assert refused.value.code == "assertion-elsewhere"


def test_a_copied_device_approves_nothing(begun: Story, phone: Authenticator, proposal: UUID) -> None:
    passkeys, size = begun.ledger.passkeys, begun.ledger.histories.size()
    passkeys.sign_in(phone.signed(passkeys.asked(address=HERE)), address=HERE)
    phone.count = 5  # The copy, made before.

    with pytest.raises(VerificationError) as refused:
        approve(begun, proposal, phone)

    assert refused.value.code == "passkey-copied"
    assert begun.ledger.histories.size() == size


def test_what_is_signed_at_a_sign_in_is_never_an_approval(begun: Story, phone: Authenticator, proposal: UUID) -> None:
    """The service asks another thing: longer than the digest of a proposal, and beginning otherwise."""
    question = json.loads(begun.ledger.passkeys.asked(address=HERE))
    given = octets(question["challenge"])

    with pytest.raises(RuleError):
        begun.ledger.proposals.approve(begun.actor("ketua"), proposal, signed(phone, question), "webauthn")

    assert given.startswith(b"peksos/sign-in/1\x00")
    assert len(given) > len(asked(begun, proposal)) == 32
