"""The second opinion needs nothing of ours, and says by its exit what it found."""

import ast
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.story import Story
from ledger.events import CONTEXT, TYPE
from ledger.signing.cose import Signer
from ledger.transparency import notes
from tests.audit.insider import SECOND, Insider, alone, found, second_opinion

Forger = Any  # tests/audit/conftest.py
History = list[bytes]
AT = 30


@pytest.fixture
def insider(forger: Forger, tmp_path: Path) -> Insider:
    return Insider(forger, tmp_path / "bundle")


def entries(forger: Forger) -> History:
    return [entry for _, entry, _ in forger.entries]


def signed(forger: Forger, payload: bytes) -> bytes:
    return Signer(forger.key(), context=CONTEXT, origin=forger.origin, typ=TYPE).sign(payload)


def removed(forger: Forger) -> History:
    return entries(forger)[:AT] + entries(forger)[AT + 1 :]


def test_it_imports_nothing_but_the_standard_library_and_two_packages() -> None:
    tree = ast.parse(SECOND.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"cbor2", "cryptography"}


@pytest.mark.parametrize("db", ["sqlite"])
def test_the_exported_story_is_sound_for_the_file_alone(told: Story, tmp_path: Path) -> None:
    """The checker is the one in the bundle."""
    folder = tmp_path / "bundle"
    what = {"purpose": "annual-audit", "recipient": "BPK", "retention": date(2027, 12, 31)}
    made = told.ledger.exports.make(told.actor("ketua"), folder, **what)

    status, said = alone(folder, "--json")
    report = json.loads(said)

    assert (folder / "audit_min.py").read_bytes() == SECOND.read_bytes()
    assert (status, report["exit"], report["size"], report["findings"]) == (3, 3, made["size"], [])
    assert report["asserted"] == {"approval-without-signature": 1, "identity-checked": 491, "proposal-made": 12}


def test_the_file_alone_says_by_its_exit_what_it_found(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    root = insider.keys.roots.fingerprint()

    assert alone(folder, *insider.anchors)[0] == 0
    assert alone(folder, "--root", root)[0] == 3
    assert alone(folder, "--root", "00" * 32)[0] == 1
    assert alone(folder / "log")[0] == 2
    assert alone()[0] == 64


def test_people_read_what_was_found_and_where(insider: Insider) -> None:
    folder = insider.write(removed(insider.forger))

    status, said = alone(folder)

    stream = insider.forger.records[AT + 1].event.originator_id
    assert status == 1
    assert f"FOUND position={AT} stream={stream}" in said
    assert said.endswith("what=index-gap\n")


def test_another_root_than_the_auditors_is_found_at_the_first_event(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))

    assert found(second_opinion(folder, "--root", "00" * 32)) == [(0, "root-not-anchored", "")]


def test_a_sound_bundle_with_every_anchor_is_sound(insider: Insider, tmp_path: Path) -> None:
    folder = insider.write(entries(insider.forger), kept=[1, 40, 86])
    (tmp_path / "previous").write_bytes(insider.note(entries(insider.forger), 50).encode())
    public = insider.ledger.context.keyring.of_log(insider.keys)[0].public_key().public_bytes_raw()
    log = notes.NoteKey(insider.origin, notes.ED25519, public).encode()

    said = second_opinion(folder, *insider.anchors, "--log", log, "--previous", str(tmp_path / "previous"))

    assert (said["exit"], said["findings"]) == (0, [])


@pytest.mark.parametrize("wrong", [["--nothing"], ["--log", "no+key"], ["--previous", "nowhere"], ["--quorum", "two"]])
def test_wrong_usage_is_told_from_a_broken_bundle(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        second_opinion(tmp_path, *wrong)

    assert left.value.code == 64
