"""`ledger checkpoint`, `ledger proof`, `ledger verify --proof`, `ledger restore`, on the demonstration's files."""

import shutil
from pathlib import Path

import pytest

from ledger.config import Config
from ledger.transparency import checkpoint, notes, paper
from ledger.transparency.notes import NoteKey
from ledger.wiring import build

from .conftest import Terminal

NOWHERE = {
    "LEDGER_DATABASE": "sqlite:///nowhere.db",
    "LEDGER_KEYS": "nokeys",
    "LEDGER_MIRROR": "nomirror",
    "LEDGER_ORIGIN": "lain.contoh.invalid",
    "LEDGER_PUBLIC_URL": "https://lain.contoh.invalid",
}


@pytest.fixture
def number(terminal: Terminal) -> str:
    return str(terminal.notes["numbers"]["graduates"][0])


@pytest.fixture
def receipt(terminal: Terminal, number: str) -> dict[str, str]:
    """What a holder carries: the code, and in files the receipt and the key list; `root` from the minutes."""
    terminal.run("proof", number, "-o", "receipt.tlog-proof")
    service = build(Config())
    (terminal.folder / "keys.cbor").write_bytes(service.keys.published())
    code = service.certificates.code(number, reader="test")
    root = service.keys.current().roots.fingerprint()
    service.close()
    return {"code": code, "root": root}


def test_the_demonstration_has_a_checkpoint_and_it_is_printed(terminal: Terminal) -> None:
    keys = [NoteKey.parse(line) for line in terminal.run("checkpoint", "--keys").stdout.splitlines()]
    printed = terminal.run("checkpoint").stdout

    opened = checkpoint.opened(printed.encode(), keys)
    assert opened.point.size == terminal.size()


def test_the_same_stands_on_paper(terminal: Terminal) -> None:
    terminal.run("checkpoint", "-o", "kept")
    point = checkpoint.parse(notes.parse((terminal.folder / "kept").read_bytes()))

    text = terminal.run("checkpoint", "--text").stdout

    assert paper.read(text.upper().replace("\n", " ")) == point


def test_a_receipt_is_enough_where_there_is_no_ledger(terminal: Terminal, receipt: dict[str, str], number: str) -> None:
    options = ("--proof", "receipt.tlog-proof", "--keys", "keys.cbor", "--root", receipt["root"])
    for place in ("data", "keys"):
        shutil.move(terminal.folder / place, terminal.folder / f"away-{place}")

    done = terminal.run("verify", receipt["code"], *options, **NOWHERE)

    assert done.exit_code == 3, done.stderr  # Genuine and logged; of its status the log says nothing.
    assert "\nSignature: yes\n" in done.stdout
    assert "\nRegistration among those issued: yes\n" in done.stdout
    assert "Log up to entry " in done.stdout
    assert not (terminal.folder / "nowhere.db").exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (("--root", "00" * 32), "root-not-anchored"),
        (("--proof", "keys.cbor"), "proof-malformed"),
        (("--keys", "receipt.tlog-proof"), "key-list-malformed"),
    ],
)
def test_what_does_not_hold_is_refused(
    terminal: Terminal, receipt: dict[str, str], change: tuple[str, str], refusal: str
) -> None:
    options = {"--proof": "receipt.tlog-proof", "--keys": "keys.cbor", "--root": receipt["root"]} | dict([change])

    line = terminal.refused("verify", receipt["code"], *(part for pair in options.items() for part in pair), **NOWHERE)

    assert line.startswith(refusal)


def test_a_picture_of_the_code_does_as_well_and_a_number_does_not(
    terminal: Terminal, receipt: dict[str, str], number: str
) -> None:
    terminal.run("code", number, "--png", "code.png")

    by_picture = terminal.run("verify", "--picture", "code.png", "--proof", "receipt.tlog-proof")
    by_number = terminal.run("verify", "--number", number, "--name", "x", "--proof", "receipt.tlog-proof")

    assert by_picture.exit_code == 3
    assert "--proof" in by_number.stderr


def test_another_certificate_s_receipt_is_refused(terminal: Terminal, receipt: dict[str, str]) -> None:
    terminal.run("proof", terminal.notes["numbers"]["graduates"][1], "-o", "other.tlog-proof")

    assert terminal.refused("verify", receipt["code"], "--proof", "other.tlog-proof").startswith("proof-foreign")


def test_a_receipt_is_not_overwritten(terminal: Terminal, number: str) -> None:
    terminal.run("proof", number, "-o", "mine")

    assert terminal.refused("proof", number, "-o", "mine").startswith("file-exists")


def test_after_the_loss_of_the_database_the_mirror_brings_the_history_back(terminal: Terminal) -> None:
    size = terminal.size()
    for file in Path("data").glob("ledger.db*"):
        file.unlink()

    refused = terminal.refused("checkpoint")
    answer = terminal.answer("restore")

    assert refused.startswith("log-shorter")
    assert answer == {"restored": size, "size": size}
    assert terminal.size() == size
    terminal.run("checkpoint", "-o", "after")
    assert checkpoint.parse(notes.parse((terminal.folder / "after").read_bytes())).size == size
