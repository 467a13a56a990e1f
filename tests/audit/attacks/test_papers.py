"""A certificate that the log does not know, and one in the name of another authority: no verdict is green."""

from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.cli.story import Story
from ledger.credentials import digits, token
from ledger.credentials.token import Token
from ledger.credentials.verdict import Colour, Reason, Verdict
from ledger.errors import NotFoundError


def scanned(story: Story, number: str) -> bytes:
    code = story.ledger.certificates.code(number, reader="test")
    return digits.scanned(code, story.ledger.config.public_url)


def graduate(story: Story) -> Token:
    """What a rightly issued certificate of the association says."""
    return token.read(token.parse(scanned(story, story.numbers["graduates"][0])).payload or b"")


def forged(story: Story, paper: Token, authority: str) -> bytes:
    """Signed by an online key of an authority, without an event."""
    keys, keyring = story.ledger.keys.current(), story.ledger.context.keyring
    signer = keyring.signer(keys, "certificate", authority, context=token.CONTEXT, typ=None)
    return token.issue(paper, signer, base=story.ledger.config.public_url)


def judged(story: Story, data: bytes) -> Verdict:
    return story.ledger.verifications.by_code(digits.url(story.ledger.config.public_url, data))


def test_a_certificate_that_was_never_logged_is_unregistered_and_has_no_receipt(story: Story) -> None:
    story.ledger.checkpoints.sign()
    true = scanned(story, story.numbers["graduates"][0])
    assert judged(story, true).colour is Colour.GREEN
    assert story.ledger.receipts.of_token(sha256(true).digest())

    data = forged(story, replace(graduate(story), id=bytes(16)), "IPSPI")

    verdict = judged(story, data)
    assert (verdict.colour, verdict.reason) == (Colour.RED, Reason.UNREGISTERED)
    with pytest.raises(NotFoundError):
        story.ledger.receipts.of_token(sha256(data).digest())


@pytest.mark.parametrize("scope", ["*", "KEMENSOS"])
def test_a_mandate_that_is_borrowed_is_never_green(story: Story, scope: str) -> None:
    """The ministry's key under a certificate of the association, which counts everywhere."""
    data = forged(story, replace(graduate(story), scope=scope), "KEMENSOS")

    verdict = judged(story, data)

    assert (verdict.colour, verdict.reason) == (Colour.RED, Reason.AUTHORITY)
