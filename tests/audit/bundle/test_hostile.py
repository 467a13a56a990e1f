"""Bundles made to exhaust whoever reads them: refused, or named, and never a failure of ours."""

import json
import os
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.audit import kept
from ledger.audit.bundle import opened
from ledger.audit.outcome import UNREADABLE
from ledger.cli.main import cli
from ledger.errors import BundleError
from ledger.rules.published import canonical
from ledger.transparency import policy as policies
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import ML_DSA_44, Note, NoteKey, Signature
from tests.audit.bundle.conftest import Maker
from tests.audit.insider import second_opinion

LONG = "x001/" * 1500 + "001"


def refused(path: Path) -> tuple[object, object]:
    with pytest.raises(BundleError) as refusal, opened(path):
        pass
    return refusal.value.facts["why"], refusal.value.facts["file"]


def test_a_listed_path_without_end_is_refused(sound: Path) -> None:
    said = json.loads((sound / "MANIFEST.json").read_bytes())
    said["files"][f"log/tile/0/{LONG}"] = {"bytes": 0, "sha256": ""}
    (sound / "MANIFEST.json").write_bytes(canonical(said))

    assert refused(sound) == ("manifest", "MANIFEST.json")


@pytest.mark.parametrize("path", ["/".join("d" * 13), "d" * 256])
def test_folders_within_folders_are_refused(tmp_path: Path, path: str) -> None:
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(path))

    assert refused(tmp_path / "b.tar.gz") == ("path", path)


@pytest.fixture
def deep(sound: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bundle with more folders within folders than Python has calls; too deep to be left for others to remove."""
    monkeypatch.chdir(sound)
    for _ in range(1100):
        Path("d").mkdir()
        os.chdir("d")
    yield sound
    for _ in range(1100):
        os.chdir("..")
        Path("d").rmdir()


def test_a_folder_deeper_than_a_thousand_is_refused(deep: Path) -> None:
    assert refused(deep) == ("path", "/".join("d" * 13))
    assert second_opinion(deep)["exit"] == UNREADABLE


def test_twelve_parts_are_read(sound: Path) -> None:
    (sound / "/".join("d" * 11)).mkdir(parents=True)

    with opened(sound) as bundle:
        assert bundle.read("README.txt")


@pytest.mark.parametrize("origin", ["ünï", "", "a b", "a+b", "x" * 256])
def test_an_origin_that_no_log_has_is_refused(maker: Maker, tmp_path: Path, origin: str) -> None:
    assert refused(maker.write(tmp_path / "bundle", origin=origin)) == ("manifest", "MANIFEST.json")


@pytest.mark.parametrize("origin", ["o" * 300, "é" * 128])
def test_a_note_of_a_log_whose_name_fits_into_no_cosignature_is_named(maker: Maker, sound: Path, origin: str) -> None:
    key = NoteKey("saksi.contoh.invalid/pq", ML_DSA_44, MLDSA44PrivateKey.generate().public_key().public_bytes_raw())
    text = maker.policy_text().replace("group two", f"witness pq {key.encode()}\ngroup two")
    signature = Signature(key.name, key.id, bytes(7) + b"\1" + bytes(2420))
    note = Note(Checkpoint(origin, 1, bytes(32)).text(), (signature,))
    (sound / "checkpoints/000000000001").write_bytes(note.encode())

    found = maker.found(maker.resign(sound), policy=policies.parse(text.encode()))

    assert found == [("checkpoint-malformed", "checkpoints/000000000001")]
    theirs = second_opinion(sound, "--witness", key.encode(), "--quorum", "0")
    assert [one["what"] for one in theirs["findings"]] == ["checkpoint-malformed"]


@pytest.mark.parametrize("place", ["taken", "taken/below"])
def test_a_report_that_cannot_be_written_is_one_line(sound: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "taken").write_text("")

    done = CliRunner().invoke(
        cli, ["audit", str(sound), "--report", str(tmp_path / place)], env={"LEDGER_LANGUAGE": "en"}
    )

    assert done.exit_code == 64
    assert isinstance(done.exception, SystemExit)


def note_of(maker: Maker, size: int, lines: int) -> bytes:
    line = Signature("x", b"abcd", bytes(2428))
    return Note(Checkpoint(maker.origin, size, bytes(32)).text(), (line,) * lines).encode()


def test_notes_stay_in_their_files(maker: Maker, sound: Path) -> None:
    for size in range(1000, 1060):
        (sound / f"checkpoints/{size:012d}").write_bytes(note_of(maker, size, 19))
    tracemalloc.start()

    with opened(sound) as bundle:
        found, _ = kept.read(bundle, None)
        held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) >= 60
    assert held < 1_000_000  # bytes; the notes have four times as many


@pytest.mark.parametrize(("lines", "code"), [(19, "checkpoint-differs"), (21, "note-malformed")])
def test_a_note_of_more_than_64_kilobytes_is_named(maker: Maker, sound: Path, lines: int, code: str) -> None:
    name = "checkpoints/000000000020"
    (sound / name).write_bytes(note_of(maker, 20, lines))

    assert maker.found(maker.resign(sound)) == [(code, name)]
