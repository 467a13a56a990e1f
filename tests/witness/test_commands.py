"""`ledger witness` as an outsider uses it: without a ledger, in processes of its own."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.application.witnesses import Outcome, Witnesses
from ledger.transparency import policy
from ledger.transparency.notes import COSIGNED, ML_DSA_44, NoteKey
from tests.cli.conftest import Terminal
from tests.cli.test_server import free_port, interrupted, served, terminated
from tests.witness.made import PATIENCE, Log, Reply, asked, free_ports, posted

NAME = "saksi.contoh.invalid/dpd-32"
SIZE = "text/x.tlog.size"


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """An empty folder."""
    for name in [name for name in os.environ if name.startswith("LEDGER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


def answered(port: int) -> Reply:
    """As soon as somebody answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return asked(port, "GET", "/health")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def test_a_witness_is_made_and_described_without_a_ledger(terminal: Terminal) -> None:
    terminal.write("log.vkey", Log().keys()[0].encode() + "\n")

    made = terminal.answer("witness", "init", "w", "--name", NAME, "--log", "@log.vkey", "--ml-dsa")

    assert [NoteKey.parse(key).kind for key in made["keys"]] == [COSIGNED, ML_DSA_44]
    assert (made["name"], made["logs"]) == (NAME, ["log.contoh.invalid"])
    assert terminal.answer("witness", "key", "w") == made
    assert terminal.answer("witness", "forks", "w") == []
    assert [path.name for path in terminal.folder.iterdir() if path.is_dir()] == ["w"]


def test_a_log_is_added_and_its_key_replaced_only_on_demand(terminal: Terminal) -> None:
    first, other, renewed = (log.keys()[0].encode() for log in (Log(), Log("other.contoh.invalid"), Log()))
    terminal.answer("witness", "init", "w", "--name", NAME, "--log", first)

    assert terminal.answer("witness", "add-log", "w", other)["logs"] == ["log.contoh.invalid", "other.contoh.invalid"]
    assert terminal.refused("witness", "add-log", "w", renewed).startswith("log-key-known: ")
    assert terminal.answer("witness", "add-log", "w", renewed, "--replace")["name"] == NAME


def test_what_is_missing_or_malformed_is_told_in_one_line(terminal: Terminal) -> None:
    key = Log().keys()[0].encode()

    assert terminal.refused("witness", "key", "w").startswith("witness-book-missing: ")
    assert terminal.refused("witness", "serve", "w", "--port", "1").startswith("witness-book-missing: ")
    assert terminal.refused("witness", "init", "w", "--name", "a b", "--log", key).startswith("note-key-malformed: ")
    assert terminal.refused("witness", "init", "w", "--name", NAME, "--log", "x").startswith("note-key-malformed: ")
    assert terminal.refused("witness", "three", "w").startswith("logs-missing: ")
    assert list(terminal.folder.iterdir()) == []


def test_a_witness_that_was_killed_goes_on_from_where_it_was(terminal: Terminal) -> None:
    log, port = Log(), free_port()
    terminal.answer("witness", "init", "w", "--name", NAME, "--log", log.keys()[0].encode())
    command = ("witness", "serve", "w", "--port", str(port))

    with served(terminal.folder, port, *command) as process:
        answered(port)
        first = posted(port, log.submission(0, 7))
        for killed in (*children(process.pid), process.pid):
            os.kill(killed, signal.SIGKILL)
    with served(terminal.folder, port, *command) as process:
        answered(port)
        fork = posted(port, log.forked(5).submission(0, 7))
        process.terminate()
        _, complained = process.communicate(timeout=PATIENCE)

    assert (first.status, fork, complained, process.returncode) == (200, Reply(409, SIZE, "7\n"), "", 0)
    (kept,) = terminal.answer("witness", "forks", "w")
    assert kept["theirs"].startswith("log.contoh.invalid\n7\n")


@pytest.mark.parametrize("stop", [terminated, interrupted])
def test_three_witnesses_in_one_command_are_a_quorum(
    terminal: Terminal, stop: Callable[["subprocess.Popen[str]"], None]
) -> None:
    log, port = Log(), free_ports(3)
    command = ("witness", "three", "here", "--port", str(port), "--log", log.keys()[0].encode())

    with served(terminal.folder, port, *command) as process:
        for n in range(3):
            answered(port + n)
        read = policy.read(terminal.folder / "here" / "policy.txt")
        found = Witnesses(read, keep=None).ask(log.note(9), 9, log.prove(9))
        stop(process)
        said, complained = process.communicate(timeout=PATIENCE)

    assert [one.outcome for one in found] == [Outcome.COSIGNED] * 3
    assert read.satisfied([one.witness for one in found[1:]])
    assert not read.satisfied([found[0].witness])
    assert (complained, process.returncode, f"http://127.0.0.1:{port + 2}" in said) == ("", 0, True)


def test_three_witnesses_remember_and_their_policy_follows_the_port(terminal: Terminal) -> None:
    log, first, second = Log(), free_ports(3), free_ports(3)
    with served(
        terminal.folder, first, "witness", "three", "here", "--port", str(first), "--log", log.keys()[0].encode()
    ) as process:
        answered(first)
        posted(first, log.submission(0, 7))
        terminated(process)
        process.communicate(timeout=PATIENCE)

    with served(terminal.folder, second, "witness", "three", "here", "--port", str(second)) as process:
        health = json.loads(answered(second).body)
        terminated(process)
        process.communicate(timeout=PATIENCE)

    urls = [one.url for one in policy.read(terminal.folder / "here" / "policy.txt").witnesses.values()]
    assert [one["size"] for one in health["logs"]] == [7]
    assert urls == [f"http://127.0.0.1:{second + n}" for n in range(3)]
