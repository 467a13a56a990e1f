"""The command line as people use it: in a folder of its own, on real files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ledger.cli.main import cli

PROGRAM = (sys.executable, "-m", "ledger")


def settings(**given: str) -> dict[str, str]:
    """The environment without a LEDGER_ name of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    return kept | {"LEDGER_LANGUAGE": "en"} | given


@dataclass
class Terminal:
    """Runs commands in one folder; `officers`, `people` and `numbers` are those of the demonstration's notes."""

    folder: Path
    notes: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: str, said: str | None = None, **given: str) -> Result:
        return CliRunner().invoke(cli, arguments, input=said, env={"LEDGER_LANGUAGE": "en"} | given)

    def answer(self, *arguments: str, said: str | None = None, **given: str) -> Any:
        """Of a command that must succeed."""
        done = self.run(*arguments, "--json", said=said, **given)
        assert done.exit_code == 0, (arguments, done.stderr, done.exception)
        return json.loads(done.stdout)

    def refused(self, *arguments: str, said: str | None = None, **given: str) -> str:
        """The one line on standard error of a command that must be refused."""
        done = self.run(*arguments, said=said, **given)
        assert done.exit_code == 1, (arguments, done.output, done.exception)
        *_, line = done.stderr.splitlines()
        return line

    def process(self, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
        """The same as a process of its own."""
        command = (*PROGRAM, *arguments)
        return subprocess.run(
            command, cwd=self.folder, env=settings(**given), capture_output=True, text=True, timeout=120, check=False
        )

    def approve(self, proposal: str, who: str) -> Any:
        """By one of the demonstration's officers, with the key file."""
        key = f"keys/demo/officers/{who}.pem"
        return self.answer("approve", proposal, "--yes", "--officer", self.officer(who), "--officer-key", key)

    def officer(self, who: str) -> str:
        found: str = self.notes["officers"][who]
        return found

    def size(self) -> int:
        """Events in the history."""
        events: int = self.answer("audit")["events"]
        return events

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Nothing has begun."""
    for name in [name for name in os.environ if name.startswith("LEDGER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, loaded once by a process; tests work on copies."""
    folder = tmp_path_factory.mktemp("demonstration")
    done = Terminal(folder).process("demo")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def terminal(loaded: Path, empty: Terminal) -> Terminal:
    """The demonstration's ledger."""
    shutil.copytree(loaded, empty.folder, dirs_exist_ok=True)
    notes = json.loads((empty.folder / "keys/demo/demonstration.json").read_text(encoding="utf-8"))
    return Terminal(empty.folder, notes)


@pytest.fixture
def planned(terminal: Terminal) -> Callable[..., str]:
    """Plans a training of the clerk's like the demonstration's; its id."""

    def plan(*options: str) -> str:
        answer = terminal.answer(
            *("training", "plan", "--programme", "PSM-DASAR", "--day", "2020-02-17", "--day", "2020-02-18"),
            *("--hours", "16", "--announced", "475", "--quota", "32.75=225", "--quota", "32.16=225"),
            *("--quota", "PUSAT=25", "--basis", "Permensos 10/2019", "--tier", "PSM/DASAR"),
            *("--officer", terminal.officer("petugas"), *options),
        )
        return str(answer["training"])

    return plan
