"""`ledger export` as an officer runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

Terminal = Any  # tests/cli/conftest.py
WHY = ("--purpose", "annual-audit", "--recipient", "BPK", "--retention", "2030-12-31")


def test_an_export_and_the_difference_since_its_checkpoint(terminal: Terminal) -> None:
    whose = ("--officer", terminal.officer("ketua"))
    first = terminal.answer("export", "out", *WHY, *whose)

    by_note = terminal.answer("export", "by-note", *WHY, "--since", "out/log/checkpoint", *whose)
    by_size = terminal.answer("export", "by-size.tar.gz", *WHY, "--since", str(first["size"]), *whose)

    assert Path("by-size.tar.gz").stat().st_size < 200_000
    assert (Path("out/log/tile/0/000").exists(), Path("by-note/log/tile/0/000").exists()) == (True, False)
    assert json.loads(Path("by-note/MANIFEST.json").read_text())["from"] == first["size"]
    assert by_note["size"] < by_size["size"]


def test_the_answer_for_people_says_where_the_copy_is(terminal: Terminal) -> None:
    done = terminal.run("export", "out", *WHY, "--officer", terminal.officer("ketua"))

    assert (done.exit_code, done.exception) == (0, None)
    assert "file: out" in done.stdout
    assert terminal.run("export", "out", *WHY, "--officer", terminal.officer("ketua")).exit_code == 1


@pytest.mark.parametrize(
    ("who", "other", "code"),
    [
        ("petugas", (), "role-missing"),
        ("ketua", ("--purpose", "curiosity"), "text-not-plain"),
        ("ketua", ("--retention", "2020-01-01"), "retention-out-of-range"),
        ("ketua", ("--since", "note"), "checkpoint-foreign"),
    ],
)
def test_a_refusal_is_one_line_and_nothing_is_written(
    terminal: Terminal, who: str, other: tuple[str, ...], code: str
) -> None:
    root = "A" * 43 + "="
    terminal.write("note", f"demo.contoh.invalid\n3\n{root}\n\n— demo.contoh.invalid AAAAAAA=\n")
    terminal.answer("export", "first", *WHY, "--officer", terminal.officer("ketua"))
    before = {path.name for path in terminal.folder.iterdir()}

    said = terminal.refused("export", "out", *WHY, *other, "--officer", terminal.officer(who))

    assert said.startswith(f"{code}: ")
    assert {path.name for path in terminal.folder.iterdir()} == before


def test_a_missing_checkpoint_file_is_wrong_usage(terminal: Terminal) -> None:
    done = terminal.run("export", "out", *WHY, "--since", "nowhere", "--officer", terminal.officer("ketua"))

    assert done.exit_code == 2
    assert "--since" in done.stderr
