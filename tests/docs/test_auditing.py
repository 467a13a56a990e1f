"""docs/auditing.md: its commands run in their order as they stand, typed into a shell, and end as the page says."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Timer

import pytest

from ledger.audit import outcome
from ledger.messages import catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/auditing.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE, re.M | re.S)
SECOND = "# In a second terminal"
PAPER = "ledger checkpoint --text\n"
EXIT = re.compile(r"  # exit (\d+)$")
END = "--- ended with"
PATIENCE_SECONDS = 300


class Terminal:
    """A shell on a machine on which `ledger` is installed and nothing is set; stopped at the end."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
        here = kept | {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self._shell = subprocess.Popen(["bash"], env=here, cwd=home, text=True, **pipes)
        self._patience = Timer(PATIENCE_SECONDS, self._shell.kill)
        self._patience.start()

    def typed(self, line: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{line}\n")
        self._shell.stdin.flush()

    def until(self, mark: str) -> tuple[str, str]:
        """What was printed before the mark, and after it on its line."""
        assert self._shell.stdout is not None
        said = ""
        for line in self._shell.stdout:
            before, found, after = line.partition(mark)
            said += before
            if found:
                return said, after
        raise AssertionError(said)

    def run(self, line: str) -> tuple[str, int]:
        """What a command printed, and its exit code."""
        self.typed(f"{line}\necho '{END}' $?")
        said, code = self.until(END)
        return said, int(code)

    def close(self) -> None:
        self._patience.cancel()
        self._shell.terminate()
        self._shell.communicate()


@contextmanager
def terminal(home: Path) -> Iterator[Terminal]:
    opened = Terminal(home)
    try:
        yield opened
    finally:
        opened.close()


@dataclass(frozen=True)
class Walk:
    """The page, done once. `said`: what each block of commands printed; `wrong`: commands that ended otherwise."""

    home: Path
    said: dict[int, str]
    wrong: list[tuple[str, int, str]]


def with_own(block: str, values: dict[str, str]) -> str:
    """A reader's own values of what the page calls by these names."""
    for name, value in values.items():
        block = re.sub(rf"^{name}=.*$", lambda _, own=f"{name}={value}": own, block, flags=re.M)
    return block


def free_ports() -> int:
    """The first of three."""
    for first in range(20_000 + os.getpid() % 20_000, 60_000, 3):
        try:
            for port in range(first, first + 3):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
    raise AssertionError("ports")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    done = Walk(tmp_path_factory.mktemp("home"), {}, [])
    next_year = date.today() + timedelta(days=365)  # noqa: DTZ011 - any day to come
    values = {"SOURCE": shlex.quote(str(ROOT)), "UNTIL": next_year.isoformat(), "PORT": str(free_ports())}
    with terminal(done.home) as first, terminal(done.home) as second:
        for n, (kind, block) in enumerate(BLOCKS):
            lines = with_own(block, values).splitlines()
            if kind == "text":
                continue
            if SECOND in block:
                second.typed("\n".join([*lines[:-1], f"exec {lines[-1]}"]))  # Ended with the terminal.
                second.until("http://")
                continue
            said = ""
            for line in lines:
                told = EXIT.search(line)
                printed, code = first.run(line)
                if code != (int(told[1]) if told else 0):
                    done.wrong.append((line, code, printed))
                said += printed
            done.said[n] = said
            if block.endswith(PAPER):
                values.setdefault("SEEN", shlex.quote(" ".join(said.split())))  # As it was written into the minutes.
        yield done


def test_every_command_ends_as_the_page_says(walk: Walk) -> None:
    assert walk.wrong == []
    assert sum(len(EXIT.findall(line)) for _, block in BLOCKS for line in block.splitlines()) >= 8


@pytest.mark.parametrize("n", [n for n, (kind, _) in enumerate(BLOCKS) if kind == "text"])
def test_what_the_page_shows_is_what_was_printed(walk: Walk, n: int) -> None:
    printed = walk.said[n - 1].splitlines()

    for line in BLOCKS[n][1].splitlines():
        assert any(one.startswith(line.removesuffix("…")) for one in printed), (line, printed)


def test_the_reports_are_where_the_page_says(walk: Walk) -> None:
    report = walk.home / "rehearsal/auditor/report"

    assert "<svg" in (report / "report.html").read_text(encoding="utf-8")
    assert (report / "report.json").read_text(encoding="utf-8").startswith('{"exit": 0, "findings": []')


def test_what_the_auditor_keeps_for_ever_is_small_and_continues(walk: Walk) -> None:
    kept = [(walk.home / "rehearsal/auditor" / f"checkpoint-{year}").read_bytes() for year in (2026, 2027)]

    assert all(len(note) < 5000 for note in kept)
    assert int(kept[0].split()[1]) < int(kept[1].split()[1])


def test_the_table_of_exit_codes_is_the_program_s() -> None:
    codes = [int(code) for code in re.findall(r"^\| (\d+) \| ", PAGE, re.M)]

    assert codes == [outcome.SOUND, outcome.BROKEN, outcome.UNREADABLE, outcome.UNPROVED, outcome.USAGE]


def test_every_finding_of_the_table_has_its_sentence() -> None:
    table = PAGE.partition("| finding |")[2].partition("\n\n")[0]
    named = [code for row in table.splitlines()[2:] for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])]

    assert len(named) >= 15
    assert [code for code in named if f"e.{code}" not in catalogue("en")] == []
