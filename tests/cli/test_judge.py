"""`ledger judge`: a certificate against a folder or host of signed files, without any ledger."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.credentials.status_list import Status
from tests.conformance import outages, world

DATA = world.certificate({4: None})  # These tests have the real clock.
NAMES = ("--origin", world.ORIGIN, "--base", world.BASE)
MINUTE, DAY = 60, 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `ledger publish` makes, as far as this certificate goes."""
    publish(tmp_path / "published", Status.VALID)
    return tmp_path / "published"


def publish(folder: Path, state: Status, age: int = MINUTE) -> None:
    now = int(time.time())
    keys = replace(world.KEYS, iat=now - 30 * DAY, exp=now + DAY)
    at = {"iat": now - age}
    files = {
        "keys/list": world.keys_file(keys),
        world.status_path(): world.status(state, keys=world.named(keys), **at),
        world.bucket_path(DATA): world.bucket(DATA, **at),
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def check(source: object, *more: object, root: str = world.ROOT) -> subprocess.CompletedProcess[str]:
    arguments = [world.address(DATA), "--from", source, "--root", root, *NAMES, *more]
    return subprocess.run(
        [sys.executable, "-m", "ledger", "judge", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LEDGER_LANGUAGE": "en"},
    )


def answer(source: object, *more: object, **root: str) -> dict[str, Any]:
    done = check(source, "--json", *more, **root)
    said: dict[str, Any] = json.loads(done.stdout)
    return said | {"exit": done.returncode}


def test_a_folder_verifies_a_certificate(folder: Path) -> None:
    done = check(folder)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("GENUINE AND IN FORCE (green)\n")
    assert "Siti Rahmawati" in done.stdout


@pytest.mark.parametrize(
    ("state", "reason", "exit"), [(Status.INVALID, "revoked", 1), (Status.SUSPENDED, "suspended", 2)]
)
def test_the_exit_code_says_the_colour(state: Status, reason: str, exit: int, folder: Path) -> None:
    publish(folder, state)

    said = answer(folder)

    assert (said["reason"], said["exit"]) == (reason, exit)


def test_a_host_that_does_not_answer_is_grey() -> None:
    said = answer(outages.closed())

    assert (said["reason"], said["exit"]) == ("nokey", 3)


def test_another_fingerprint_is_believed_nowhere(folder: Path) -> None:
    said = answer(folder, root=world.roots(4, 5).fingerprint())

    assert (said["reason"], said["exit"]) == ("wronglist", 3)


def test_what_was_verified_is_held_and_finds_a_rollback(folder: Path, tmp_path: Path) -> None:
    held = tmp_path / "held"
    assert answer(folder, "--held", held)["lines"] == ["k.competence"]
    older = tmp_path / "older"
    publish(older, Status.VALID, age=30 * MINUTE)
    (older / "keys" / "list").write_bytes((folder / "keys" / "list").read_bytes())

    said = answer(older, "--held", held)

    assert (said["reason"], said["lines"]) == ("valid.noend", ["k.competence", "l.rollback"])
    assert answer(outages.closed(), "--held", held)["colour"] == "green"


def test_what_is_held_under_one_root_is_no_proof_under_another(folder: Path, tmp_path: Path) -> None:
    held = tmp_path / "held"
    answer(folder, "--held", held)

    said = answer(folder, "--held", held, root=world.roots(4, 5).fingerprint())

    assert said["reason"] == "wronglist"


def test_a_clock_that_is_off_is_said_in_words(folder: Path) -> None:
    publish(folder, Status.VALID, age=-2 * 3600)

    done = check(folder)

    assert done.returncode == 0
    assert "PHONE CLOCK IS OFF BY about 2 hours" in done.stdout


def test_a_place_that_is_none_is_refused_in_one_line() -> None:
    done = check("nowhere")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("host-malformed: ")
