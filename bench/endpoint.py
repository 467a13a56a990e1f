"""Verification by code through the API, beside a bare Flask application under the same server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from json import dumps
from pathlib import Path
from statistics import median

from bench.figures import Figure
from bench.ledgers import told
from bench.load import answered, post
from ledger.cli.server import THREADS
from ledger.config import PREFIX, Config
from ledger.wiring import Ledger

WORKERS = 2
START_SECONDS = 60


def beside_hello(folder: Path, *, seconds: float, rounds: int) -> list[Figure]:
    ledger = told(folder / "served", 1)
    with served("wsgi:app", ledger.config) as ours, served("bench.hello:app", ledger.config) as hello:
        asked, plain = post("/api/v1/verifications", dumps({"code": _code(ledger)}).encode()), post("/", b"{}")
        for port, request in ((ours, asked), (hello, plain)):
            answered(port, request, seconds)
        pairs = [(answered(ours, asked, seconds), answered(hello, plain, seconds)) for _ in range(rounds)]
    rate, other = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return [Figure(f"verification by code, {WORKERS} workers", rate, "Flask hello, same server", other, ratio, 0.20)]


def _code(ledger: Ledger) -> str:
    number = next(iter(ledger.certificates.listed(limit=100_000)))
    return ledger.certificates.code(number, reader="bench")


@contextmanager
def served(application: str, config: Config) -> Iterator[int]:
    """The port on which two workers of granian answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings = {PREFIX + field.name.upper(): getattr(config, field.name) for field in fields(config)}
    sizes = ["--workers", str(WORKERS), "--blocking-threads", str(THREADS)]  # As `ledger serve` has it.
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), *sizes]
    process = subprocess.Popen([*command, "--log-level", "error", application], env=os.environ | settings)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"no server on port {port} after {START_SECONDS} s")
