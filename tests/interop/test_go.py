"""Go's own transparency code reads our folder: the checkpoint, every leaf, every size that the log ever had."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.application import bundle
from ledger.cli.story import Story
from ledger.database import reading
from ledger.store import recorder
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import COSIGNED, ED25519, NoteKey

ORIGIN = "ledger.contoh.invalid"
SIZES = (1, 2, 3, 255, 256, 257, 512, 1000)
TILE = "tile/0/000.p/255"


class Log:
    """A folder with a log of its own keys; a witness has cosigned."""

    def __init__(self, folder: Path, entries: Iterable[bytes]) -> None:
        self.folder = folder
        self._keys = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
        self.vkey = NoteKey(ORIGIN, ED25519, self._keys[0].public_key().public_bytes_raw()).encode()
        frontier = Frontier()
        for file in bundle.log_files(entries, frontier):
            path = folder.parent / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
        self.publish(Checkpoint(ORIGIN, frontier.size, frontier.root()))

    def publish(self, point: Checkpoint) -> None:
        witness = notes.cosign(point.cosigned()[COSIGNED], "saksi.contoh.invalid", Ed25519PrivateKey.generate(), 1)
        note = checkpoint.signed(point, *self._keys, 1).with_signatures([witness])
        (self.folder / "checkpoint").write_bytes(note.encode())

    @property
    def point(self) -> Checkpoint:
        return checkpoint.parse(notes.parse((self.folder / "checkpoint").read_bytes()))

    def flip(self, path: str, at: int) -> None:
        data = bytearray((self.folder / path).read_bytes())
        data[at] ^= 1
        (self.folder / path).write_bytes(bytes(data))


def read(go: Path, log: Log, vkey: str | None = None) -> Any:
    return subprocess.run([go, log.folder, vkey or log.vkey], capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log", [b"entry %d" % n for n in range(255)])


@pytest.mark.parametrize("size", SIZES)
def test_go_reads_a_log_of_every_shape(go: Path, tmp_path: Path, size: int) -> None:
    log = Log(tmp_path / "log", (b"entry %d" % n for n in range(size)))

    told = read(go, log)

    assert (told.stderr, told.stdout) == ("", f"{size} {log.point.root.hex()}\n")


@pytest.mark.parametrize("db", ["sqlite"])
def test_go_reads_the_whole_story(go: Path, told: Story, tmp_path: Path) -> None:
    with reading(told.ledger.engine) as connection:
        log = Log(tmp_path / "log", [entry for _, entry, _ in recorder.entries(connection)])

    said = read(go, log)

    assert log.point.size > 2000
    assert (said.stderr, said.stdout) == ("", f"{log.point.size} {log.point.root.hex()}\n")


@pytest.mark.parametrize(
    ("path", "at"), [("checkpoint", 3), ("checkpoint", 30), (TILE, 0), (TILE, -1), ("tile/entries/000.p/255", 4)]
)
def test_go_refuses_a_folder_in_which_a_byte_was_changed(go: Path, log: Log, path: str, at: int) -> None:
    log.flip(path, at)

    assert read(go, log).returncode == 1


def test_go_refuses_another_key(go: Path, log: Log, tmp_path: Path) -> None:
    other = Log(tmp_path / "other" / "log", [b"entry"])

    assert read(go, log, other.vkey).returncode == 1


@pytest.mark.parametrize("change", [{"root": bytes(32)}, {"size": 254}, {"size": 256}])
def test_go_refuses_a_checkpoint_over_something_else(go: Path, log: Log, change: dict[str, Any]) -> None:
    """Rightly signed."""
    log.publish(Checkpoint(**{"origin": ORIGIN, "size": 255, "root": log.point.root} | change))

    assert read(go, log).returncode == 1


@pytest.mark.parametrize("path", ["checkpoint", TILE, "tile/entries/000.p/255"])
def test_go_refuses_a_folder_with_a_file_missing(go: Path, log: Log, path: str) -> None:
    (log.folder / path).unlink()

    assert read(go, log).returncode == 1
