"""The second opinion finds in a history what the audit finds, where and as it finds it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.domain.certificates import Certificate
from ledger.domain.keys import Keys
from ledger.domain.officers import Officer
from ledger.domain.proposals import Proposal
from ledger.signing import cbor
from tests.audit.forgeries import (
    AT,
    Forger,
    History,
    approved_by_another_key,
    approved_by_the_proposer,
    approved_late,
    by_the_other,
    changed,
    conspired,
    doubled,
    earlier,
    entries,
    flipped,
    later_in_effect,
    moved,
    of_another_ledger,
    of_bytes,
    other_act,
    registered_twice,
    removed,
    signed,
    swapped,
    with_event,
    without_payload,
)
from tests.audit.insider import Insider, both


@pytest.fixture
def insider(forger: Forger, tmp_path: Path) -> Insider:
    return Insider(forger, tmp_path / "bundle")


def second_writing(key: bytes) -> bytes:
    """Of a COSE_Key: True equals 1."""
    return cbor.encode(cbor.decode(key, limit=100) | {1: True})  # type: ignore[operator]


HISTORIES: dict[str, tuple[Callable[[Forger], History], str]] = {
    "removed": (removed, "index-gap"),
    "swapped": (swapped, "index-gap"),
    "doubled": (doubled, "index-gap"),
    "the beginning cut": (lambda forger: entries(forger)[1:], "index-gap"),
    "another index": (changed(position=AT + 1), "index-gap"),
    "an earlier time": (earlier, "time-reversed"),
    "in effect tomorrow": (later_in_effect, "effective-in-future"),
    "the signature flipped": (flipped(-1), "signature-wrong"),
    "the envelope flipped": (flipped(0), "statement-malformed"),
    "no payload": (without_payload, "statement-malformed"),
    "the payload flipped": (flipped(-80), "signature-wrong"),
    "signed by a stranger": (changed(key=lambda _: Ed25519PrivateKey.generate()), "key-unknown"),
    "signed by the log's key": (changed(key=lambda forger: forger.key("receipt")), "key-not-entitled"),
    "signed for another ledger": (of_another_ledger, "signature-wrong"),
    "a field too many": (of_bytes(lambda value: value["body"].update(extra=1)), "field-unknown"),
    "a field too few": (of_bytes(lambda value: value["body"].pop(min(value["body"]))), "field-missing"),
    "a field of another type": (of_bytes(lambda v: v["body"].update({min(v["body"]): 1.5})), "cbor-malformed"),
    "an unknown kind": (of_bytes(lambda value: value.update(kind="officer.crowned")), "event-unknown"),
    "another order": (of_bytes(lambda v: v.update(v=v.pop("v")), canonical=False), "cbor-malformed"),
    "no capacity": (of_bytes(lambda value: value.pop("capacity")), "event-malformed"),
    "something beside the fields": (of_bytes(lambda value: value.update(w=1)), "event-malformed"),
    "a capacity that is no text": (of_bytes(lambda value: value.update(capacity=b"Ketua")), "event-malformed"),
    "another format": (of_bytes(lambda value: value.update(v=2)), "event-malformed"),
    "a stream of fifteen bytes": (of_bytes(lambda value: value.update(stream=bytes(15))), "event-malformed"),
    "an actor of no bytes": (of_bytes(lambda value: value.update(actor=b"")), "event-malformed"),
    "a time after all days": (of_bytes(lambda v: v.update(recorded=253_402_214_400_001)), "event-malformed"),
    "a day of no year": (of_bytes(lambda value: value.update(effective=2_932_897)), "day-out-of-range"),
    "an index below the first": (of_bytes(lambda value: value.update(index=-1)), "index-gap"),
    "not even a map": (lambda forger: [*entries(forger)[:AT], signed(forger, b"\x80")], "event-malformed"),
    "an actor of no office": (changed(actor=None), "officer-needed"),
    "an officer whom nobody appointed": (
        of_bytes(lambda value: value.update(actor=bytes(16))),
        "officer-not-in-office",
    ),
    "a version left out": (of_bytes(lambda value: value.update(version=2)), "version-gap"),
    "a person registered twice": (registered_twice, "state-refuses"),
    "two officers who are one": (
        with_event(Officer.Created, 1, person=lambda forger, _: forger.records[1].event.person),
        "person-is-officer",
    ),
    "an approval of another proposal": (with_event(Proposal.Approved, 3, proposal=bytes(32)), "approval-of-another"),
    "an approval that somebody else signed": (
        with_event(Proposal.Approved, 3, assertion=approved_by_another_key),
        "assertion-wrong",
    ),
    "an approval that nobody signed": (
        with_event(Proposal.Approved, 3, assertion=None, assertion_kind=None),
        "assertion-missing",
    ),
    "an approval by the proposer": (approved_by_the_proposer, "own-proposal"),
    "an approval too late": (approved_late, "proposal-expired"),
    "another act than the approved one": (
        with_event(Officer.Created, 3, begins=date(2019, 1, 1)),
        "not-what-was-approved",
    ),
    "an act without its approval": (with_event(Certificate.Created, proposal=UUID(int=1)), "reference-unknown"),
    "an approval of another authority": (by_the_other(80), "approval-elsewhere"),
    "an act in another's name": (by_the_other(35), "not-what-was-approved"),
    "an act that needs approval without any": (with_event(Officer.Created, 3, proposal=None), "approval-missing"),
    "an act before its approval": (moved(34, 33), "approval-missing"),
    "something between an approval and its acts": (moved(11, 34), "batch-interrupted"),
    "an act on a founder's word": (conspired(7, other_act), "assertion-missing"),
    "a key that another officer holds": (
        conspired(42, lambda forger, value: value["body"].update(key=forger.records[39].event.key)),
        "key-taken",
    ),
    "a key of another officer in a second writing": (
        conspired(42, lambda forger, value: value["body"].update(key=second_writing(forger.records[39].event.key))),
        "key-unsound",
    ),
    "an approval that names a signature and has none": (
        with_event(Proposal.Approved, 3, assertion=None),
        "bytes-malformed",
    ),
    "a field of another type that CBOR knows": (
        of_bytes(lambda value: value["body"].update({min(value["body"]): []})),
        "field-malformed",
    ),
    "a batch cut short": (lambda forger: entries(forger)[:34], "batch-incomplete"),
    "a key list that no root signed": (with_event(Keys.Changed, signed=()), "key-list-refused"),
}


@pytest.mark.parametrize("damage", HISTORIES)
def test_a_broken_history_is_found_where_and_as_the_audit_finds_it(insider: Insider, damage: str) -> None:
    """Though everything is hashed and signed anew."""
    forge, code = HISTORIES[damage]
    folder = insider.write(forge(insider.forger))

    assert [what for _, what, file in both(folder) if not file] == [code]


def test_what_a_compromised_key_signed_last_is_suspect(
    forger: Forger, forger_of: Callable[[Any], Forger], tmp_path: Path
) -> None:
    keys, last = forger.world.ledger.keys, len(forger.entries) - 1
    (kid,) = (k.kid for k in keys.current().keys if (k.role, k.state) == ("event", "active"))
    keys.compromise(kid, last)
    after = forger_of(forger.world)

    insider = Insider(after, tmp_path / "bundle")

    folder = insider.write(entries(insider.forger))

    assert both(folder) == [(last, "key-compromised", "")]


def test_what_a_compromised_key_signs_later_is_found_at_the_first_event(
    forger: Forger, forger_of: Callable[[Any], Forger], tmp_path: Path
) -> None:
    old, start = forger.key(), len(forger.entries) + 1
    (kid,) = (k.kid for k in forger.world.ledger.keys.current().keys if (k.role, k.state) == ("event", "active"))
    forger.world.ledger.keys.compromise(kid, start)
    actor = forger.world.actor("ketua")
    for regulation in ("UU 1/2020", "UU 2/2020"):
        forger.world.ledger.authorities.catalogue(actor, regulation=regulation, rank="UU", begins=date(2020, 3, 1))
    after = forger_of(forger.world)
    forged = [entry for _, entry, _ in (after.sign(record, old) for record in after.records[start:])]

    folder = Insider(after, tmp_path / "bundle").write([*entries(after)[:start], *forged])

    assert both(folder) == [(start, "key-compromised", "")]
