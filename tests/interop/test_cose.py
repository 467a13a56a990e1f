"""python-cwt believes what we sign, and nothing that was changed."""

from collections.abc import Callable
from typing import Any

import cbor2
import pytest

from ledger.cli.story import Story
from ledger.credentials import digits, token
from ledger.database import reading
from ledger.domain.keys import Keys
from ledger.events import CONTEXT, decode, payload_of
from ledger.signing import cose, key_list
from ledger.signing.key_records import KeyList
from ledger.store import recorder

pytestmark = pytest.mark.parametrize("db", ["sqlite"])
Ask = Callable[[str, list[dict[str, Any]]], list[str]]
Case = dict[str, str]


def kid_of(statement: bytes) -> bytes:
    """From the protected header, read by the library and not by us."""
    kid: bytes = cbor2.loads(cbor2.loads(statement).value[0])[4]
    return kid


def case(
    story: Story, statement: bytes, context: str, publics: dict[bytes, bytes], payload: bytes | None = None
) -> Case:
    kid = kid_of(statement)
    aad = context.encode() + b"\0" + story.ledger.config.origin.encode()
    found = {"data": statement, "key": publics[kid], "kid": kid, "aad": aad}
    return {name: raw.hex() for name, raw in (found | ({"payload": payload} if payload else {})).items()}


def changed(one: Case, name: str) -> Case:
    """The last bit flipped."""
    raw = bytearray.fromhex(one[name])
    raw[-1] ^= 1
    return one | {name: raw.hex()}


def service_keys(story: Story) -> dict[bytes, bytes]:
    return {key.kid: key.public for key in story.ledger.keys.current().keys}


def entries(story: Story) -> list[bytes]:
    with reading(story.ledger.engine) as connection:
        return [entry for _, entry, _ in recorder.entries(connection)]


def test_every_kind_of_event_is_a_cose_sign1_for_others(told: Story, ask: Ask) -> None:
    by_kind = {decode(payload_of(entry)).event.TOPIC: entry for entry in entries(told)}
    cases = [case(told, entry, CONTEXT, service_keys(told)) for entry in by_kind.values()]
    tampered = [changed(one, name) for one in cases[:3] for name in ("data", "aad", "key")]

    assert len(cases) > 20
    assert ask("with_cwt.py", cases) == ["holds"] * len(cases)
    assert "holds" not in ask("with_cwt.py", tampered)


def test_every_key_list_is_signed_beside_its_bytes_for_others(told: Story, ask: Ask) -> None:
    events = [decode(payload_of(entry)).event for entry in entries(told)]
    lists = [event for event in events if isinstance(event, Keys.Created | Keys.Changed)]
    cases = []
    for event in lists:
        roots = {root.kid: root.public for root in KeyList.decode(event.list).roots.keys}
        cases += [case(told, one, key_list.CONTEXT, roots, event.list) for one in event.signed]
    tampered = [changed(one, name) for one in cases for name in ("data", "aad", "payload")]

    assert len(cases) >= len(lists) > 1
    assert ask("with_cwt.py", cases) == ["holds"] * len(cases)
    assert "holds" not in ask("with_cwt.py", tampered)


def test_every_sort_of_certificate_is_a_token_for_others(told: Story, ask: Ask) -> None:
    numbers = [some[0] for some in told.numbers.values()]
    codes = [told.ledger.certificates.code(number, reader="auditor") for number in numbers]
    tokens = [digits.scanned(code, told.ledger.config.public_url) for code in codes]
    cases = [case(told, one, token.CONTEXT, service_keys(told)) for one in tokens]

    assert len(cases) == 3
    assert ask("with_cwt.py", cases) == ["holds"] * 3
    assert "holds" not in ask("with_cwt.py", [changed(one, name) for one in cases for name in ("data", "aad")])


def test_no_signature_counts_in_another_context(told: Story, ask: Ask) -> None:
    entry = entries(told)[-1]
    elsewhere = case(told, entry, key_list.CONTEXT, service_keys(told))

    assert ask("with_cwt.py", [elsewhere]) == ["VerifyError"]
    assert cose.peek(entry) == cbor2.loads(entry).value[2]
