"""An entry changed, removed, doubled or signed by a key that may not; hashes, notes and manifest agree with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.cli.story import Story
from ledger.events import payload_of
from tests.audit.attacks.attacker import Attacker
from tests.audit.bundle.conftest import of
from tests.conftest import GREEN_DAY

DEEP = 600  # Deeper takes longer.
GRANT = "authority.granted"  # Fields of every type but a truth, early in the history.
FIELDS = {  # What a flipped last byte of the field's value is called; its signature is asked after place and form.
    "v": "event-malformed",
    "body": "signature-wrong",
    "kind": "event-unknown",
    "actor": "signature-wrong",
    "index": "index-gap",
    "stream": "signature-wrong",
    "version": "signature-wrong",
    "capacity": "signature-wrong",
    "recorded": "signature-wrong",
    "authority": "signature-wrong",
    "effective": "signature-wrong",
}
BODY = ("name", "basis", "scope", "begins", "schemes", "proposal")


def flipped(entry: bytes, at: int) -> bytes:
    changed = bytearray(entry)
    changed[at] ^= 1
    return bytes(changed)


def end_of(entry: bytes, fields: dict[str, Any], name: str) -> int:
    """Where the last byte of a field's value stands in the entry."""
    written = cbor2.dumps(name) + cbor2.dumps(fields[name], canonical=True)
    return entry.index(written) + len(written) - 1


def test_the_fields_are_those_of_the_entry(attacker: Attacker) -> None:
    payload = cbor2.loads(payload_of(attacker.entries[attacker.first(GRANT)]))

    assert payload.keys() == FIELDS.keys()
    assert payload["body"].keys() == {*BODY}


@pytest.mark.parametrize("field", FIELDS)
def test_a_flipped_byte_of_every_field_of_an_entry_is_found(attacker: Attacker, tmp_path: Path, field: str) -> None:
    at = attacker.first(GRANT)
    entry = attacker.entries[at]
    attacker.entries[at] = flipped(entry, end_of(entry, cbor2.loads(payload_of(entry)), field))

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(at, FIELDS[field], "")]


@pytest.mark.parametrize("field", BODY)
def test_a_flipped_byte_of_every_field_of_a_body_is_found(attacker: Attacker, tmp_path: Path, field: str) -> None:
    at = attacker.first(GRANT)
    entry = attacker.entries[at]
    attacker.entries[at] = flipped(entry, end_of(entry, cbor2.loads(payload_of(entry))["body"], field))

    assert attacker.found(attacker.write(tmp_path / "bundle")) == [("signature-wrong", at)]


# Offsets in a COSE_Sign1: tag, array, and the protected map's algorithm, kid and typ.
HEADERS = {
    **dict.fromkeys((0, 1, 4, 20), "statement-malformed"),
    6: "algorithm-refused",
    9: "key-unknown",
    -64: "signature-wrong",
    -65: "statement-malformed",
}


@pytest.mark.parametrize("offset", HEADERS)
def test_a_flipped_byte_of_an_entrys_envelope_is_found(attacker: Attacker, tmp_path: Path, offset: int) -> None:
    at = attacker.first(GRANT)
    attacker.entries[at] = flipped(attacker.entries[at], offset)

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(at, HEADERS[offset], "")]


def test_a_flipped_byte_at_the_end_of_the_history_is_found(attacker: Attacker, tmp_path: Path) -> None:
    attacker.entries[-1] = flipped(attacker.entries[-1], -1)

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(len(attacker.entries) - 1, "signature-wrong", "")]


def removed(entries: list[bytes]) -> None:
    del entries[DEEP]


def swapped(entries: list[bytes]) -> None:
    entries[DEEP : DEEP + 2] = reversed(entries[DEEP : DEEP + 2])


def doubled(entries: list[bytes]) -> None:
    entries.insert(DEEP - 1, entries[DEEP - 1])


@pytest.mark.parametrize("damage", [removed, swapped, doubled])
def test_an_entry_removed_swapped_or_doubled_is_found_there(
    attacker: Attacker, tmp_path: Path, damage: Callable[[list[bytes]], None]
) -> None:
    damage(attacker.entries)

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(DEEP, "index-gap", "")]


SIGNERS: dict[str, tuple[Callable[[Attacker], Any], str]] = {
    "a stranger's": (lambda _: Ed25519PrivateKey.generate(), "key-unknown"),
    "the log's own": (lambda attacker: attacker.key("checkpoint"), "key-not-entitled"),
    "for receipts": (lambda attacker: attacker.key("receipt"), "key-not-entitled"),
    "for certificates": (lambda attacker: attacker.key("certificate", "KEMENSOS"), "key-not-entitled"),
}


@pytest.mark.parametrize("whose", SIGNERS)
def test_an_event_signed_again_by_another_key_is_found(attacker: Attacker, tmp_path: Path, whose: str) -> None:
    key, code = SIGNERS[whose]
    attacker.entries[DEEP] = attacker.sign(attacker.record(DEEP), key(attacker))

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(DEEP, code, "")]


def test_an_event_signed_again_for_another_ledger_is_found(attacker: Attacker, tmp_path: Path) -> None:
    attacker.entries[DEEP] = attacker.sign(attacker.record(DEEP), origin="lain.contoh.invalid")

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(DEEP, "signature-wrong", "")]


@pytest.mark.parametrize("what", ["retired", "compromised"])
def test_an_event_signed_again_by_a_former_key_is_found(story: Story, tmp_path: Path, what: str) -> None:
    former = Attacker(story.ledger, []).key()
    size, keys = story.ledger.histories.size(), story.ledger.keys
    if what == "retired":
        keys.rotate("event")
    else:
        (kid,) = (k.kid for k in keys.current().keys if (k.role, k.state) == ("event", "active"))
        keys.compromise(kid, size + 1)
    for number in (1, 2):
        story.ledger.authorities.catalogue(
            story.actor("ketua"), regulation=f"UU {number}/2026", rank="UU", begins=GREEN_DAY
        )
    attacker = Attacker(story.ledger, of(story.ledger).entries)
    attacker.entries[-1] = attacker.sign(attacker.record(-1), former)

    found = attacker.both(attacker.write(tmp_path / "bundle"))

    code = {"retired": "key-not-entitled", "compromised": "key-compromised"}[what]
    assert found == [(len(attacker.entries) - 1, code, "")]
