"""`ledger audit BUNDLE` and `ledger compare-checkpoints` in an empty folder, where no ledger ever was."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.main import cli
from ledger.transparency import paper
from ledger.transparency.checkpoint import Checkpoint
from tests.audit.bundle.conftest import Maker


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "elsewhere"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments], env={"LEDGER_LANGUAGE": "en"})


@pytest.fixture
def anchors(maker: Maker, tmp_path: Path) -> list[object]:
    (tmp_path / "policy").write_text(maker.policy_text())
    (tmp_path / "kept").write_bytes(maker.note(20))
    (tmp_path / "minutes").write_text(paper.write(maker.point(40), date(2020, 3, 2)).upper())
    given = {"root": maker.fingerprint.upper(), "policy": tmp_path / "policy", "previous": tmp_path / "kept"}
    return [part for name, one in given.items() for part in (f"--{name}", one)] + ["--seen", f"@{tmp_path}/minutes"]


def test_a_sound_bundle_is_exit_0_and_needs_nothing_here(sound: Path, elsewhere: Path, anchors: list[object]) -> None:
    done = run("audit", sound, *anchors)

    assert done.exit_code == 0, done.output
    assert "The history is intact and its origin is proved." in done.stdout
    assert "Agrees with the checkpoint on paper: holds" in done.stdout
    assert list(elsewhere.iterdir()) == []


def test_a_process_of_its_own_says_the_same_without_any_environment(sound: Path, elsewhere: Path) -> None:
    command = [sys.executable, "-m", "ledger", "audit", str(sound), "--json"]

    done = subprocess.run(command, cwd=elsewhere, env={}, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (3, "")
    assert json.loads(done.stdout)["exit"] == 3
    assert list(elsewhere.iterdir()) == []


def test_findings_are_exit_1_with_their_place(sound: Path, elsewhere: Path, anchors: list[object]) -> None:
    (sound / "README.txt").write_bytes(b"")

    done = run("audit", sound, *anchors)

    assert done.exit_code == 1
    assert "README.txt: file-differs: The file is not what the manifest says." in done.stdout


def test_a_bundle_that_cannot_be_read_is_exit_2(elsewhere: Path) -> None:
    (elsewhere / "bundle.tar.gz").write_bytes(b"?")

    for path in ("bundle.tar.gz", "nothing"):
        done = run("audit", path)

        assert done.exit_code == 2
        assert done.stderr.startswith("bundle-unreadable: ")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--root", "12"],
        ["--policy", "policy"],
        ["--policy", "nothing"],
        ["--previous", "policy"],
        ["--seen", "yesterday"],
        ["--unknown"],
        ["another"],
    ],
)
def test_wrong_usage_is_exit_64(sound: Path, elsewhere: Path, wrong: list[str]) -> None:
    (elsewhere / "policy").write_text("?\n")

    done = run("audit", sound, *wrong)

    assert done.exit_code == 64
    assert done.stderr


def test_anchors_without_a_bundle_are_wrong_usage(elsewhere: Path) -> None:
    for given in (["--root", "0" * 64], ["--report", "out"]):
        assert run("audit", *given).exit_code == 64


def test_reports_are_written_to_a_folder(sound: Path, elsewhere: Path) -> None:
    done = run("audit", sound, "--report", "out", "--json")

    said = json.loads((elsewhere / "out/report.json").read_text())
    assert said == json.loads(done.stdout)
    assert said["root"] in (elsewhere / "out/report.html").read_text()


def test_a_split_view_is_shown_with_both_notes(maker: Maker, sound: Path, elsewhere: Path) -> None:
    (elsewhere / "a").write_bytes(maker.note(20))
    (elsewhere / "b").write_bytes(maker.note(20, Checkpoint(maker.origin, 20, bytes(32))))
    (elsewhere / "c").write_bytes(maker.note(60))
    (elsewhere / "d").write_bytes(b"?")
    (elsewhere / "policy").write_text(maker.policy_text())
    given = ["--policy", "policy", "--bundle", sound]

    split = run("compare-checkpoints", "a", "b", *given)

    assert split.exit_code == 1
    assert (elsewhere / "a").read_text() in split.stdout
    assert (elsewhere / "b").read_text() in split.stdout
    assert run("compare-checkpoints", "a", "c", *given).exit_code == 0
    assert run("compare-checkpoints", "a", "c").exit_code == 3
    assert "Signatures were not checked" in run("compare-checkpoints", "a", "a").stdout
    assert run("compare-checkpoints", "a", "d").exit_code == 2
    assert run("compare-checkpoints", "a").exit_code == 64
