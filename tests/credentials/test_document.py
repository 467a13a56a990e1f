"""Documents: the sheets printed of one token, in a list that only the ledger's own key signs."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials import document, published
from ledger.credentials.document import Document
from ledger.errors import LedgerError, VerificationError
from tests.conformance import world
from tests.conformance.world import FRESH, KEYS, ORIGIN, RECEIPT, signer

TOKEN = sha256(world.PLAIN).digest()
SHEETS = document.in_order([sha256(b"a4").digest(), sha256(b"f4").digest(), sha256(b"a4").digest()])
DOCUMENT = Document(token=TOKEN, iat=FRESH, sheets=SHEETS)
SIGNER = signer(RECEIPT, document.CONTEXT)
DATA = document.publish(DOCUMENT, SIGNER)
FIELDS = {"v": 1, "token": TOKEN, "iat": FRESH, "sheets": list(SHEETS)}


def opened(data: bytes, token: bytes = TOKEN) -> Document:
    return document.open_signed(data, key_list=KEYS, origin=ORIGIN, token=token)


@pytest.mark.parametrize("sheets", [(), SHEETS[:1], SHEETS])
def test_a_document_is_read_as_it_was_published(sheets: tuple[bytes, ...]) -> None:
    wanted = replace(DOCUMENT, sheets=sheets)

    assert opened(document.publish(wanted, SIGNER)) == wanted


def test_a_sheet_stands_in_it_once() -> None:
    assert len(SHEETS) == 2
    assert list(SHEETS) == sorted(SHEETS)


def test_its_place_is_the_hash_of_the_token() -> None:
    assert document.path(TOKEN) == f"document/{TOKEN.hex()}"


def test_the_document_of_another_token_is_refused_by_its_name() -> None:
    with pytest.raises(VerificationError) as refused:
        opened(DATA, token=bytes(32))

    assert refused.value.code == "list-other"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"token": TOKEN[:31]}, "bytes"),
        ({"iat": -1}, "number"),
        ({"iat": True}, "number"),
        ({"sheets": SHEETS[0]}, "sheets"),
        ({"sheets": [SHEETS[1], SHEETS[0]]}, "order"),
        ({"sheets": [SHEETS[0], SHEETS[0]]}, "order"),
        ({"sheets": [SHEETS[0][:31]]}, "bytes"),
        ({"exp": FRESH + 1}, "fields"),
    ],
)
def test_what_is_not_of_its_form_is_refused_although_it_is_signed(changes: dict[str, object], why: str) -> None:
    data = published.sign(FIELDS | changes, SIGNER)

    with pytest.raises(VerificationError) as refused:
        opened(data)

    assert (refused.value.code, refused.value.facts["why"]) == ("list-malformed", why)


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        (world.STATUS, "key-not-entitled"),
        (world.CERTIFICATE, "key-not-entitled"),
        (world.RECEIPT_LEAKED, "key-compromised"),
        (world.STRANGER, "key-unknown"),
    ],
)
def test_only_the_ledgers_key_of_receipts_signs_it(seed: int, code: str) -> None:
    data = document.publish(DOCUMENT, signer(seed, document.CONTEXT))

    with pytest.raises(VerificationError) as refused:
        opened(data)

    assert refused.value.code == code


@pytest.mark.parametrize(("context", "origin"), [("peksos/registered/1", ORIGIN), (document.CONTEXT, "other.example")])
def test_a_signature_for_another_purpose_or_ledger_is_none(context: str, origin: str) -> None:
    data = document.publish(DOCUMENT, signer(RECEIPT, context, origin=origin))

    with pytest.raises(VerificationError) as refused:
        opened(data)

    assert refused.value.code == "signature-wrong"


@given(st.data())
def test_a_changed_byte_is_never_another_document(data: st.DataObject) -> None:
    changed = bytearray(DATA)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(LedgerError):
        opened(bytes(changed))
