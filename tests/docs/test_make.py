"""`make run` itself, in a copy of the repository: the demonstration, the server, and a second start that keeps it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
START_SECONDS = 120


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What git would hand out, with the environment that is installed already."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "clone" / name)
    (tmp_path / "clone" / ".venv").symlink_to(ROOT / ".venv")
    for name in ("pyproject.toml", "requirements.lock"):  # Else make would install it anew.
        os.utime(tmp_path / "clone" / name, (0, 0))
    return tmp_path / "clone"


@contextmanager
def made(clone: Path, port: int) -> Iterator[str]:
    """`make run` until its server answers; what it printed until then."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    environment = kept | {"LEDGER_PORT": str(port), "LEDGER_LANGUAGE": "en"}
    with (clone / "said").open("w") as said:
        process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        wait_for(port, START_SECONDS)
        yield (clone / "said").read_text()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def test_make_run_starts_the_demonstration_and_keeps_it(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    place = f"http://127.0.0.1:{port}"

    with made(clone, port) as said:
        for address in (f"{place}/periksa", f"{place}/docs", f"{place}/log/checkpoint"):
            with urlopen(address) as answer:
                assert answer.status == 200
        assert place in said
        first = re.findall(r"[A-Z]+-[A-Z]+-\d{4}-\d{6}-\w", said)
    begun = time.monotonic()
    with made(clone, port) as again:
        assert time.monotonic() - begun < START_SECONDS / 4

    assert first
    assert first[0] in again
