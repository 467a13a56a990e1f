"""What a witness remembers, whatever happens to its process and to its files."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import ConfigError, ConflictError, LedgerError, StoreError
from ledger.transparency.notes import COSIGNED, NoteKey
from ledger.witness.book import FILE, Book
from ledger.witness.server import wall_clock
from ledger.witness.witness import KEY, SECOND, Witness, create
from tests.witness.conftest import NAME
from tests.witness.dying import FAULTS
from tests.witness.made import Log, folder_hashes

ROOT = Path(__file__).parents[2]


def refusal(folder: Path) -> str:
    with pytest.raises(LedgerError) as refused:
        Witness(folder, wall_clock)
    return refused.value.code


@pytest.mark.parametrize("step", FAULTS)
def test_a_killed_witness_has_kept_whatever_it_may_have_answered(log: Log, folder: Path, step: str) -> None:
    Witness(folder, wall_clock).add_checkpoint(log.submission(0, 5))

    command = (sys.executable, "-m", "tests.witness.dying", str(folder), step)
    done = subprocess.run(command, cwd=ROOT, input=log.submission(5, 9), check=False, timeout=60)

    after = Witness(folder, wall_clock)
    size = 9 if step == "after the answer is made" else 5
    assert done.returncode == -signal.SIGKILL
    assert after.book.seen(log.origin).size == size
    assert after.add_checkpoint(log.forked(5).submission(0, size + 1)).body == f"{size}\n"
    assert after.add_checkpoint(log.submission(size, 12)).status == 200


def test_what_was_cosigned_is_remembered_by_the_next_process(log: Log, folder: Path) -> None:
    first = Witness(folder, wall_clock)
    first.add_checkpoint(log.submission(0, 9))

    again = Witness(folder, wall_clock)

    assert (again.name, again.public) == (NAME, first.public)
    assert again.add_checkpoint(log.submission(0, 4)).status == 409


def test_a_key_whose_book_is_lost_signs_nothing_any_more(log: Log, folder: Path) -> None:
    (folder / FILE).unlink()
    before = folder_hashes(folder)

    assert refusal(folder) == "witness-book-missing"
    with pytest.raises(ConfigError) as refused:
        create(folder, "another.contoh.invalid", log.keys())
    assert refused.value.code == "witness-exists"
    assert folder_hashes(folder) == before


def test_the_book_of_another_witness_is_refused(log: Log, folder: Path, tmp_path: Path) -> None:
    create(tmp_path / "other", NAME, log.keys(), second=True)
    shutil.copy(tmp_path / "other" / FILE, folder / FILE)

    assert refusal(folder) == "witness-book-differs"


@pytest.mark.parametrize("file", [KEY, SECOND])
def test_a_witness_without_one_of_its_keys_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()

    assert refusal(folder) == "key-file-missing"


def test_a_second_beginning_changes_nothing(log: Log, folder: Path) -> None:
    before = folder_hashes(folder)

    with pytest.raises(ConfigError):
        create(folder, "another.contoh.invalid", log.keys())

    assert folder_hashes(folder) == before


def test_a_beginning_that_was_cut_short_can_be_made_again(log: Log, tmp_path: Path) -> None:
    (tmp_path / f".{FILE}.draft").write_bytes(b"half of a book")

    create(tmp_path, NAME, log.keys())

    assert Witness(tmp_path, wall_clock).add_checkpoint(log.submission(0, 3)).status == 200


def test_a_folder_that_cannot_be_made_is_told(log: Log, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ConfigError) as refused:
        create(tmp_path / "file" / "witness", NAME, log.keys())

    assert refused.value.code == "folder-unwritable"


def test_a_log_changes_its_key_only_where_that_is_said(log: Log, folder: Path) -> None:
    renewed = Log(log.origin, Ed25519PrivateKey.generate(), log.second)
    witness = Witness(folder, wall_clock)
    book = Book(folder)

    book.add_log(log.keys()[0])
    with pytest.raises(ConflictError):
        book.add_log(renewed.keys()[0])
    assert witness.add_checkpoint(renewed.submission(0, 4)).status == 403
    book.add_log(renewed.keys()[0], replace=True)

    assert witness.add_checkpoint(renewed.submission(0, 4)).status == 200
    assert witness.add_checkpoint(log.submission(4, 5)).status == 403


def test_a_witness_key_is_no_log_key(folder: Path) -> None:
    key = NoteKey("log.contoh.invalid", COSIGNED, Ed25519PrivateKey.generate().public_key().public_bytes_raw())

    with pytest.raises(ConfigError) as refused:
        Book(folder).add_log(key)

    assert refused.value.code == "log-key-kind"


def test_logs_are_kept_apart(log: Log, folder: Path) -> None:
    other = Log("other.contoh.invalid")
    witness = Witness(folder, wall_clock)
    witness.book.add_log(other.keys()[0])

    answers = [witness.add_checkpoint(one.submission(0, size)).status for one, size in ((log, 7), (other, 5))]

    assert answers == [200, 200]
    assert {origin: witness.book.seen(origin).size for origin in witness.book.origins()} == {
        log.origin: 7,
        other.origin: 5,
    }


def test_a_witness_whose_turn_never_comes_says_so(log: Log, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.witness.book.WAIT_SECONDS", 0.1)
    witness = Witness(folder, wall_clock)

    with witness.book.turn(), pytest.raises(StoreError) as refused:
        witness.add_checkpoint(log.submission(0, 7))

    assert refused.value.code == "witness-busy"
