"""`ledger demo`: loaded once, whole or not at all, and what it prints works."""

import json
import re
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from ledger.cli.story import STEPS
from ledger.messages import LANGUAGES, catalogue

from .conftest import PROGRAM, Terminal, settings

PLACES = {
    "LEDGER_MIRROR": "secret/mirror",
    "LEDGER_DATABASE": "sqlite:///here/main.db",
    "LEDGER_KEYS_DATABASE": "sqlite:///there/other.db",
    "LEDGER_KEYS": "secret/keys",
}
CODE = re.compile("([0-9A-Z]{4}-){5}[0-9A-Z]{4}")


def events(folder: Path, name: str = "data/ledger.db") -> int:
    engine = create_engine(f"sqlite:///{folder / name}")
    with engine.connect() as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
    engine.dispose()
    return found


def test_a_second_start_keeps_the_data_wherever_the_settings_put_it(empty: Terminal) -> None:
    first = empty.process("demo", **PLACES)
    chair = officers(empty.folder / "secret/keys")["ketua"]
    law = ("UU 1/2023", "--rank", "UU", "--begins", "2023-01-01")
    registered = empty.answer("regulation", "catalogue", *law, LEDGER_OFFICER=chair, **PLACES)
    size = events(empty.folder, "here/main.db")

    second = empty.process("demo", **PLACES)

    assert (first.returncode, second.returncode) == (0, 0)
    assert ("Loading" in first.stderr, second.stderr) == (True, "")
    assert registered["size"] == size == events(empty.folder, "here/main.db")
    assert CODE.sub("", second.stdout) == CODE.sub("", first.stdout)  # Codes to sign in with are new ones.
    assert "DEMONSTRATION: keys without a passphrase, origin demo.contoh.invalid." in first.stdout
    assert sorted(path.name for path in empty.folder.iterdir()) == ["here", "secret", "there"]
    assert [path.name for path in (empty.folder / "here").iterdir()] == ["main.db"]


def officers(keys: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((keys / "demonstration.json").read_text(encoding="utf-8"))["officers"]
    return found


def test_every_command_that_it_prints_works_as_it_stands(terminal: Terminal) -> None:
    said = terminal.process("demo").stdout
    printed = re.findall(r"^  \d\. (.+)$", said, re.MULTILINE)

    options: Any = {"shell": True, "cwd": terminal.folder, "env": settings(), "capture_output": True, "text": True}
    done = [subprocess.run(line, check=False, **options) for line in printed]

    assert len(printed) == 4
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 4
    assert "GENUINE AND IN FORCE (green)" in done[0].stdout
    assert shlex.split(printed[0])[0] == sys.executable


def test_the_officers_keys_are_for_their_owner_alone(terminal: Terminal) -> None:
    keys = [path for path in (terminal.folder / "keys/demo").rglob("*") if path.suffix == ".pem" or path.name == "kek"]

    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert sorted(path.stem for path in (terminal.folder / "keys/demo/officers").iterdir()) == [
        *("kepala", "ketua", "ketua-dpd", "sekretaris", "wakil")
    ]


@pytest.mark.parametrize("seconds", [0, 0.4, 1])
def test_a_crash_while_it_loads_needs_no_hand(empty: Terminal, loaded: Path, seconds: float) -> None:
    with subprocess.Popen((*PROGRAM, "demo"), cwd=empty.folder, env=settings(), stdout=subprocess.PIPE) as process:
        while not (empty.folder / "data/.ledger.db.loading").exists():
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)

    done = empty.process("demo")

    assert done.returncode == 0, done.stderr
    assert events(empty.folder) == events(loaded)
    assert [path.name for path in (empty.folder / "data").iterdir() if path.name.startswith(".")] == []


def test_a_crash_while_it_is_moved_into_place_is_finished_by_the_next_start(terminal: Terminal) -> None:
    data, loaded = terminal.folder / "data", terminal.folder / "data/.ledger.db.loaded"
    size = events(terminal.folder)
    loaded.mkdir()
    (data / "ledger.db").rename(loaded / "main.db")  # The keys were there already.

    done = terminal.process("demo")

    assert done.returncode == 0, done.stderr
    assert events(terminal.folder) == size
    assert not loaded.exists()
    assert terminal.answer("audit")["sound"] is True


def test_what_stands_in_the_way_is_set_aside_and_not_deleted(empty: Terminal) -> None:
    old = empty.folder / "keys/demo/kek"
    old.parent.mkdir(parents=True)
    old.write_text("somebody's", encoding="ascii")

    done = empty.process("demo")

    (aside,) = (empty.folder / "keys").glob("demo.*")
    assert done.returncode == 0, done.stderr
    assert (aside / "kek").read_text(encoding="ascii") == "somebody's"


def test_a_ledger_that_somebody_began_is_left_alone(terminal: Terminal) -> None:
    (terminal.folder / "keys/demo/demonstration.json").unlink()
    size = events(terminal.folder)

    done = terminal.process("demo")

    assert done.returncode == 0
    assert "IPSPI-PSG" not in done.stdout
    assert events(terminal.folder) == size


def test_it_is_refused_for_a_real_origin_and_for_another_database(empty: Terminal) -> None:
    passphrase = empty.write("passphrase", "a long enough passphrase")
    (empty.folder / passphrase).chmod(0o600)

    real = empty.refused("demo", LEDGER_ORIGIN="ledger.example.org", LEDGER_PASSPHRASE=f"file:{passphrase}")
    other = empty.refused("demo", LEDGER_DATABASE="postgresql+psycopg://localhost/demo")

    assert real.startswith("demo-origin: ")
    assert other.startswith("demo-needs-sqlite: ")
    assert [path.name for path in empty.folder.iterdir()] == ["passphrase"]


def test_every_step_of_the_story_has_its_words() -> None:
    assert [f"c.story.{s}" for s in STEPS for lang in LANGUAGES if f"c.story.{s}" not in catalogue(lang)] == []
