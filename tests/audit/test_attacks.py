"""Whoever holds the database, or a key that is not entitled, is found: where, and how."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.audit.report import audit
from ledger.database import writing
from ledger.domain.lifecycle import First
from ledger.domain.proposals import Proposal
from ledger.events import Record
from ledger.store import recorder
from ledger.transparency.merkle import leaf_hash

Forger = Any  # tests/audit/conftest.py
AT = 30
RUNS = pytest.mark.parametrize("run", [1, 7, 500])


def test_an_untouched_history_has_no_finding(forger: Forger) -> None:
    roots = forger.world.ledger.keys.current().roots

    assert forger.findings(forger.entries) == []
    assert forger.findings(forger.entries, anchor=roots.fingerprint()) == []
    assert forger.findings(forger.entries, anchor=roots.fingerprint().replace("-", " ").upper()) == []


@RUNS
@pytest.mark.parametrize("end", [-1, 40])
def test_a_flipped_byte_is_found(forger: Forger, run: int, end: int) -> None:
    """In the signature, which ends the entry, and in the payload."""
    position, entry, columns = forger.entries[AT]
    flipped = bytearray(entry)
    flipped[end] ^= 1
    tampered = (position, bytes(flipped), (leaf_hash(bytes(flipped)), *columns[1:]))

    at, rule, _ = forger.found([*forger.entries[:AT], tampered, *forger.entries[AT + 1 :]], run=run)

    assert at == AT
    assert rule in ("signature", "envelope")


def test_no_flipped_byte_of_an_entry_goes_unnoticed(forger: Forger) -> None:
    position, entry, _ = forger.entries[3]
    unnoticed = []
    for n in range(0, len(entry), 13):
        flipped = bytearray(entry)
        flipped[n] ^= 0x10
        findings = forger.findings([*forger.entries[:3], (position, bytes(flipped), None)])
        if [finding.position for finding in findings] != [3]:
            unnoticed.append(n)

    assert unnoticed == []


@RUNS
def test_a_removed_event_is_found_where_it_is_missing(forger: Forger, run: int) -> None:
    removed = [*forger.entries[:AT], *forger.entries[AT + 1 :]]

    assert forger.found(removed, run=run) == (AT, "chain", "index-gap")


def test_events_cut_off_at_the_beginning_are_found(forger: Forger) -> None:
    assert forger.found(forger.entries[1:]) == (0, "chain", "index-gap")


@RUNS
def test_two_swapped_events_are_found(forger: Forger, run: int) -> None:
    one, two = forger.entries[AT : AT + 2]

    assert forger.found([*forger.entries[:AT], two, one, *forger.entries[AT + 2 :]], run=run) == (
        AT,
        "chain",
        "index-gap",
    )


def test_a_duplicated_event_is_found(forger: Forger) -> None:
    doubled = [*forger.entries[: AT + 1], forger.entries[AT], *forger.entries[AT + 1 :]]

    assert forger.found(doubled) == (AT + 1, "chain", "index-gap")


def test_another_leaf_hash_than_the_entrys_is_found(forger: Forger) -> None:
    position, entry, columns = forger.entries[AT]

    tampered = [*forger.entries[:AT], (position, entry, (bytes(32), *columns[1:])), *forger.entries[AT + 1 :]]

    assert forger.found(tampered) == (AT, "chain", "leaf-differs")


@pytest.mark.parametrize(
    "change", ["stream = randomblob(16)", "version = 77", "recorded = recorded + 1", "position = 10000"]
)
def test_a_column_that_says_something_else_than_the_signed_entry_is_found(forger: Forger, change: str) -> None:
    """Nobody signs the columns, yet the service finds an entry by them."""
    with writing(forger.world.ledger.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER events_keep_update")
        connection.exec_driver_sql(f"UPDATE events SET {change} WHERE position = (SELECT max(position) FROM events)")
        stored = list(recorder.entries(connection))

    assert forger.found(stored) == (len(stored) - 1, "chain", "columns-differ")


@RUNS
def test_an_earlier_time_than_the_event_before_is_found(forger: Forger, run: int) -> None:
    earlier = forger.records[AT - 1].recorded - 1

    assert forger.found(forger.changed(AT, recorded=earlier), run=run) == (AT, "chain", "time-reversed")


def test_a_signed_wrong_index_is_found(forger: Forger) -> None:
    assert forger.found(forger.changed(AT, position=AT + 1)) == (AT, "chain", "index-gap")


@RUNS
def test_a_key_of_another_ledger_is_found(forger: Forger, run: int) -> None:
    forged = forger.changed(AT, Ed25519PrivateKey.generate())

    assert forger.found(forged, run=run) == (AT, "signature", "key-unknown")


def test_a_certificate_key_signs_no_event(forger: Forger) -> None:
    forged = forger.changed(AT, forger.key("certificate", "KEMENSOS"))

    assert forger.found(forged) == (AT, "signature", "key-not-entitled")


def test_another_origin_is_found_at_the_first_event(forger: Forger) -> None:
    (finding,) = forger.findings(forger.entries, origin="lain.contoh.invalid")

    assert (finding.position, finding.rule, finding.code) == (0, "signature", "signature-wrong")


def test_an_event_signed_for_another_origin_is_found(forger: Forger) -> None:
    other = forger.sign(forger.records[AT], origin="lain.contoh.invalid")

    forged = [*forger.entries[:AT], other, *forger.entries[AT + 1 :]]

    assert forger.found(forged) == (AT, "signature", "signature-wrong")


def test_a_first_list_of_other_roots_than_the_anchor_is_found(forger: Forger) -> None:
    (first, *_) = forger.findings(forger.entries, anchor="0000-" * 15 + "0000")

    assert (first.position, first.rule, first.code) == (0, "signature", "root-not-anchored")


def test_a_history_that_does_not_begin_with_a_key_list_is_found(forger: Forger) -> None:
    first = forger.records[1]
    first.position = 0

    assert forger.found([forger.sign(first)]) == (0, "signature", "key-unknown")


def test_a_history_cut_in_the_middle_of_an_approved_batch_is_found(forger: Forger) -> None:
    approvals = [record.position for record in forger.records if isinstance(record.event, Proposal.Approved)]

    for approval in approvals:
        found = forger.found(forger.entries[: approval + 1])
        assert found == (approval + 1, "R25", "batch-incomplete")


def test_a_finding_comes_before_what_is_found_further_on(forger: Forger) -> None:
    late = forger.changed(AT, Ed25519PrivateKey.generate())

    both = [*late[:20], forger.sign(forger.records[20], forger.key("checkpoint")), *late[21:]]

    assert forger.found(both) == (20, "signature", "key-not-entitled")


def after_rotation(forger: Forger, forger_of: Callable[[Any], Any]) -> tuple[Any, Any]:
    """A new event key and one more event; the old key beside."""
    old = forger.key()
    forger.world.ledger.keys.rotate("event")
    catalogue(forger.world, "UU 1/2020")
    return forger_of(forger.world), old


def catalogue(world: Any, regulation: str) -> None:
    world.ledger.authorities.catalogue(world.actor("ketua"), regulation=regulation, rank="UU", begins=date(2020, 3, 1))


def test_a_retired_key_signs_nothing_after_its_end(forger: Forger, forger_of: Callable[[Any], Any]) -> None:
    after, old = after_rotation(forger, forger_of)
    last = len(after.entries) - 1
    assert after.findings(after.entries) == []

    forged = [*after.entries[:last], after.sign(after.records[last], old)]

    assert after.found(forged) == (last, "signature", "key-not-entitled")


def test_a_key_that_was_compromised_earlier_makes_its_last_event_suspect(
    forger: Forger, forger_of: Callable[[Any], Any]
) -> None:
    after_rotation(forger, forger_of)
    rotation = len(forger.entries)  # The last that the old key signed.
    (old,) = (k for k in forger.world.ledger.keys.current().keys if (k.role, k.state) == ("event", "retired"))

    for honest in (rotation + 1, rotation):  # The rotation itself is what the roots signed, whoever recorded it.
        forger.world.ledger.keys.compromise(old.kid, honest)
        assert forger_of(forger.world).findings(forger_of(forger.world).entries) == []
    forger.world.ledger.keys.compromise(old.kid, rotation - 1)

    later = forger_of(forger.world)
    assert later.found(later.entries) == (rotation - 1, "signature", "key-compromised")


def compromised(forger: Forger, forger_of: Callable[[Any], Any], index: int) -> Any:
    """The event key is compromised from `index` on, counted from the size before; two more events follow."""
    keys = forger.world.ledger.keys
    (kid,) = (k.kid for k in keys.current().keys if (k.role, k.state) == ("event", "active"))
    keys.compromise(kid, len(forger.entries) + index)
    for regulation in ("UU 1/2020", "UU 2/2020"):
        catalogue(forger.world, regulation)
    return forger_of(forger.world)


def test_a_compromised_key_signs_nothing_from_its_index_on(forger: Forger, forger_of: Callable[[Any], Any]) -> None:
    """The first of two forged events is found, not only that there is one."""
    old, start = forger.key(), len(forger.entries) + 1
    after = compromised(forger, forger_of, 1)
    assert after.findings(after.entries) == []

    forged = [*after.entries[:start], *(after.sign(record, old) for record in after.records[start:])]

    assert after.found(forged) == (start, "signature", "key-compromised")


def test_a_broken_signature_of_a_key_that_is_honest_there_is_called_broken(
    forger: Forger, forger_of: Callable[[Any], Any]
) -> None:
    old, start = forger.key(), len(forger.entries) + 1
    after = compromised(forger, forger_of, 9)
    position, entry, _ = after.sign(after.records[start], old)
    flipped = entry[:-1] + bytes([entry[-1] ^ 1])

    forged = [*after.entries[:start], (position, flipped, None), *after.entries[start + 1 :]]

    assert after.found(forged) == (start, "signature", "signature-wrong")


def test_the_report_of_a_broken_history_is_not_sound(forger: Forger) -> None:
    engine = forger.world.ledger.engine

    whole = audit(forger.entries, engine, origin=forger.origin, anchor=None)
    broken = audit(forger.entries[1:], engine, origin=forger.origin, anchor=None)

    assert whole.sound
    assert not broken.sound
    assert broken.as_json()["findings"][0]["code"] == "index-gap"


@RUNS
def test_a_stream_that_two_kinds_of_things_share_is_found(forger: Forger, run: int) -> None:
    """Each of them would be the first of its kind."""
    records = forger.records
    one = records[AT]
    other = next(r for r in records[AT + 1 :] if isinstance(r.event, First) and r.event.TOPIC != one.event.TOPIC)
    at = other.position
    object.__setattr__(other.event, "originator_id", UUID(bytes=one.stream))
    forged = Record(at, other.recorded, other.effective, other.authority, other.actor, other.capacity, other.event)

    found = forger.found([*forger.entries[:at], forger.sign(forged), *forger.entries[at + 1 :]], run=run)

    assert found == (at, "chain", "state-refuses")
