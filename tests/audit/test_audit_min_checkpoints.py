"""What is done to the checkpoints of a bundle is found, and what a checkpoint from outside shows."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.transparency import notes
from tests.audit.insider import Insider, both, found, second_opinion

Forger = Any  # tests/audit/conftest.py
KEPT = "checkpoints/000000000040"


@pytest.fixture
def insider(forger: Forger, tmp_path: Path) -> Insider:
    return Insider(forger, tmp_path / "bundle")


def entries(forger: Forger) -> list[bytes]:
    return [entry for _, entry, _ in forger.entries]


def noted(insider: Insider, path: str, note: notes.Note) -> list[tuple[int | None, str, str]]:
    """What is found when this note stands there."""
    folder = insider.write(entries(insider.forger), kept=[40])
    insider.put(path, note.encode())
    insider.sign()
    return both(folder)


def test_a_checkpoint_that_one_of_two_keys_signed_is_unsigned(insider: Insider) -> None:
    """The second is ML-DSA-44."""
    note = insider.note(entries(insider.forger), 40)
    for signature in note.signatures[:2]:
        less = notes.Note(note.text, tuple(s for s in note.signatures if s != signature))

        assert noted(insider, KEPT, less) == [(None, "checkpoint-unsigned", KEPT)]
        shutil.rmtree(insider.folder)


@pytest.mark.parametrize("at", [0, 1])
def test_a_signature_of_a_checkpoint_that_does_not_hold_is_found(insider: Insider, at: int) -> None:
    note = insider.note(entries(insider.forger), 40)
    wrong = note.signatures[at]
    flipped = replace(wrong, raw=wrong.raw[:-1] + bytes([wrong.raw[-1] ^ 1]))

    assert noted(insider, KEPT, note.with_signatures([flipped])) == [(None, "note-signature-wrong", KEPT)]


def test_a_checkpoint_over_another_history_is_found(insider: Insider) -> None:
    other = insider.note(entries(insider.forger)[1:], 40)
    elsewhere = insider.note(entries(insider.forger), 41)

    over_another = noted(insider, KEPT, other)
    shutil.rmtree(insider.folder)
    under_another_name = noted(insider, KEPT, elsewhere)

    assert over_another == under_another_name == [(None, "checkpoint-differs", KEPT)]


def test_a_note_that_is_no_checkpoint_is_found(insider: Insider) -> None:
    note = insider.note(entries(insider.forger), 40)

    assert noted(insider, KEPT, replace(note, text=note.text + "more\n")) == [(None, "checkpoint-malformed", KEPT)]


def test_the_newest_checkpoint_is_one_of_those_that_were_kept(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    (folder / "checkpoints" / f"{len(entries(insider.forger)):012d}").unlink()
    insider.sign()

    assert both(folder) == [(None, "checkpoint-differs", "log/checkpoint")]


def test_a_history_cut_and_signed_anew_is_found_by_whoever_kept_a_checkpoint(insider: Insider, tmp_path: Path) -> None:
    """Nothing in the bundle shows it; its export was recorded anew."""
    kept = tmp_path / "kept"
    kept.write_bytes(insider.note(entries(insider.forger), 88).encode())
    export = insider.forger.records[-1]
    export.position = vars(export.event)["size"] = 77
    cut = [*entries(insider.forger)[:77], insider.forger.sign(export)[1]]
    folder = insider.write(cut, cosigned=False)

    unseen = second_opinion(folder)
    by_checkpoint = second_opinion(folder, "--previous", str(kept))
    by_witness = second_opinion(folder, *insider.anchors)

    assert unseen["exit"] == 3
    assert found(by_checkpoint) == [(None, "previous-differs", "previous")]
    assert found(by_witness) == [(None, "witness-quorum", "log/checkpoint")]


def test_another_log_key_than_the_auditors_is_found(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    other = notes.NoteKey(insider.origin, notes.ED25519, Ed25519PrivateKey.generate().public_key().public_bytes_raw())

    assert found(second_opinion(folder, "--log", other.encode())) == [(None, "checkpoint-unsigned", "log/checkpoint")]


def test_a_log_key_that_was_rotated_is_over_where_the_root_says_so(
    forger: Forger, forger_of: Callable[[Any], Forger], tmp_path: Path
) -> None:
    ledger = forger.world.ledger
    public = ledger.context.keyring.of_log(ledger.keys.current())[0].public_key().public_bytes_raw()
    old = notes.NoteKey(forger.origin, notes.ED25519, public).encode()
    ledger.keys.rotate("checkpoint")
    insider = Insider(forger_of(forger.world), tmp_path / "bundle")
    folder = insider.write(entries(insider.forger))

    unproved = second_opinion(folder, "--log", old)
    proved = second_opinion(folder, "--log", old, *insider.anchors)

    assert found(unproved) == [(None, "checkpoint-unsigned", "log/checkpoint")]
    assert proved["exit"] == 0
