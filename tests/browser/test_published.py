"""A published folder behind `python3 -m http.server`, with the application stopped, verifies a certificate."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.cli.publish import unlisted
from ledger.cli.story import Story, StoryClock
from ledger.web import verifier_files
from tests.browser.conftest import Phone
from tests.browser.seen import colour, visit

MINUTE = 60_000  # ms


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        (port,) = re.findall(r"port (\d+)", server.stdout.readline())
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_plain_folder_is_enough(told: Story, clock: StoryClock, phone: Phone, tmp_path: Path) -> None:
    ledger, folder = told.ledger, tmp_path / "public"
    digits = ledger.certificates.code(told.numbers["graduates"][0], reader="test").partition("#")[2]
    clock.ms = (clock.ms or 0) + MINUTE
    ledger.log.keep()
    ledger.publishing.keep()
    page = {f"q/{name}": data for name, (data, _) in verifier_files.files(ledger).items()}
    ledger.folders.publish(folder, page=page, unlisted=unlisted())
    ledger.close()
    reader = phone(clock=clock.ms // 1000)

    with plain_server(folder) as address:
        first = visit(reader, f"{address}/q/#{digits}"), colour(reader)
        reader.evaluate("navigator.serviceWorker.ready.then(() => true)")
        reader.goto("about:blank")
    second = visit(reader, f"{address}/q/#{digits}"), colour(reader)  # Not even that server is there any more.

    assert first == ("valid", "green")
    assert second == ("valid", "green")
