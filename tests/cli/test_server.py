"""`ledger serve` and `ledger demo --serve`, as processes."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from .conftest import PROGRAM, Terminal, settings

PATIENCE = 30  # seconds
FOUNDERS = [
    {
        "person": {"name": name, "nik": nik, "born": "1975-08-17", "sex": "L", "region": "32.75"},
        "authority": "IPSPI",
        "office": office,
        "roles": ["admin", "approve"],
        "begins": "2019-01-01",
    }
    for name, nik, office in (
        ("Ratna Wulandari", "3275011708759001", "Ketua DPP"),
        ("Hendra Gunawan", "3275011708759002", "Sekretaris DPP"),
    )
]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(
    folder: Path, port: int, *command: str, descriptors: tuple[int, ...] = (), **given: str
) -> Iterator["subprocess.Popen[str]"]:
    environment = settings(LEDGER_PORT=str(port), **given)
    ends: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "pass_fds": descriptors}
    process = subprocess.Popen(
        (*PROGRAM, *command), cwd=folder, env=environment, text=True, start_new_session=True, **ends
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                _ended(process)


def _ended(process: "subprocess.Popen[str]") -> None:
    """In peace: killed, it would leave its workers behind."""
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def fetched(url: str) -> tuple[int, str]:
    """As soon as somebody answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def terminated(process: "subprocess.Popen[str]") -> None:
    process.terminate()


def interrupted(process: "subprocess.Popen[str]") -> None:
    """As by Ctrl-C: every process of the group is told."""
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.parametrize("stop", [terminated, interrupted])
def test_the_demonstration_is_served_until_it_is_stopped(
    terminal: Terminal, stop: Callable[["subprocess.Popen[str]"], None]
) -> None:
    port = free_port()
    with served(terminal.folder, port, "demo", "--serve") as process:
        status, page = fetched(f"http://127.0.0.1:{port}/periksa")
        described, _ = fetched(f"http://127.0.0.1:{port}/openapi.json")

        stop(process)
        said, complained = process.communicate(timeout=PATIENCE)

    assert (status, described) == (200, 200)
    assert "<html" in page
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/docs" in said
    assert complained == ""
    assert "WARNING" not in said


def test_the_log_says_when_somebody_was_refused_and_why(terminal: Terminal) -> None:
    port = free_port()
    with served(terminal.folder, port, "serve") as process:
        fetched(f"http://127.0.0.1:{port}/periksa")
        with pytest.raises(HTTPError):
            urlopen(f"http://127.0.0.1:{port}/api/v1/proposals", timeout=PATIENCE)
        process.terminate()
        _, complained = process.communicate(timeout=PATIENCE)

    instant = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.fullmatch(rf"{instant} WARNING ledger: somebody refused at \S+: token-missing\n", complained), complained


def test_a_port_that_is_taken_is_told_in_one_line(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = terminal.process("serve", LEDGER_PORT=str(taken.getsockname()[1]))

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("port-taken: ")


def test_without_a_ledger_nothing_is_served(empty: Terminal) -> None:
    done = empty.process("serve")

    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "history-empty")
    assert list(empty.folder.iterdir()) == []


def test_every_process_of_a_real_server_reads_the_passphrase_from_a_descriptor(empty: Terminal) -> None:
    port, file = free_port(), empty.folder / empty.write("secret", "a long enough passphrase\n")
    real = {"LEDGER_ORIGIN": "lain.contoh.invalid"}  # One that may begin without a ceremony.
    file.chmod(0o600)
    begun = empty.run("init", "-", said=json.dumps(FOUNDERS), LEDGER_PASSPHRASE=f"file:{file}", **real)
    assert begun.exit_code == 0, begun.stderr

    with file.open("rb") as secret:
        source, number = {"LEDGER_PASSPHRASE": f"fd:{secret.fileno()}"}, secret.fileno()
        with served(empty.folder, port, "serve", descriptors=(number,), **real, **source) as process:
            answers = [fetched(f"http://127.0.0.1:{port}/periksa")[0] for _ in range(4)]
            process.send_signal(signal.SIGTERM)
            _, complained = process.communicate(timeout=PATIENCE)

    assert (answers, complained, process.returncode) == ([200] * 4, "", 0)
