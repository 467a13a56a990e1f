"""Other people's implementations: skipped loudly where they are missing, required where the gate says so."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, NoReturn

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".venv" / "interop"  # Kept between runs.
REQUIRED = "INTEROP_REQUIRED"  # Set by .ci/run: what is missing fails.
PACKAGES = ("cwt==3.3.0", "dilithium-py==1.5.1")  # cwt pins cbor2 < 6: an environment of their own.
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}  # Where Debian's golang-golang-x-mod-dev is.
Ask = Callable[[str, list[dict[str, Any]]], list[str]]


def missing(what: str) -> NoReturn:
    if os.environ.get(REQUIRED):
        pytest.fail(f"{what} is missing, and {REQUIRED} is set")
    pytest.skip(f"NOT CHECKED against another implementation: {what} is missing")


def made_once(name: str, make: Callable[[Path], bool], what: str) -> Path:
    """A folder in the cache, made by the first process that asks; half of one is made again."""
    folder = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            if not make(folder):
                missing(what)
            (folder / "ready").touch()
    return folder


def named(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def done(*command: str | Path, env: dict[str, str] | None = None) -> bool:
    return not subprocess.run(command, capture_output=True, check=False, env=env, timeout=300).returncode


@pytest.fixture(scope="session")
def go() -> Path:
    """Our program over Go's own packages, compiled."""
    if shutil.which("go") is None or not Path(GO["GOPATH"], "src/golang.org/x/mod/sumdb/tlog").exists():
        missing("golang-go or golang-golang-x-mod-dev")
    source = HERE / "go" / "main.go"
    build = lambda folder: done("go", "build", "-o", folder / "verify", source, env=os.environ | GO)  # noqa: E731
    return made_once(f"go-{named(source.read_bytes())}", build, "a program that Go compiles") / "verify"


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Runs a script of this folder where only python-cwt and dilithium-py are; one answer a case."""

    def make(folder: Path) -> bool:
        python = folder / "bin" / "python"
        install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
        return done(sys.executable, "-m", "venv", folder) and done(*install)

    folder = made_once(f"python-{named(*(p.encode() for p in PACKAGES))}", make, "python-cwt or dilithium-py")

    def asked(script: str, cases: list[dict[str, Any]]) -> list[str]:
        command = [folder / "bin" / "python", "-I", HERE / script]
        answers = subprocess.run(command, input=json.dumps(cases), capture_output=True, check=True, text=True)
        found: list[str] = json.loads(answers.stdout)
        return found

    return asked
