"""The story's bundle with something in it that harms whoever opens it: exit 2, at once, and nothing is written."""

import gzip
import io
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli.main import cli

TEN_GB = 10 << 30
PIECE = 16 << 20  # bytes, below the limit of one file
SECONDS = 20
MEMORY = 1 << 30  # bytes of data; an audit of this history needs a fraction.


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the audit runs, and its temporary files are; afterwards nothing is there, and nothing beside it."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    beside = {"work", "bundle", "bundle.tar.gz"}
    begun = time.monotonic()
    yield place
    assert time.monotonic() - begun < SECONDS
    assert list(place.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} <= beside


def audited(path: Path) -> tuple[int, str]:
    """Exit and what is said."""
    done = CliRunner().invoke(cli, ["audit", str(path)], env={"LEDGER_LANGUAGE": "en"})
    return done.exit_code, done.stderr


def audited_apart(path: Path, work: Path) -> tuple[int, str]:
    """By a process of its own with little memory."""
    done = subprocess.run(
        [sys.executable, "-m", "ledger", "audit", str(path)],
        env={"TMPDIR": str(work), "LEDGER_LANGUAGE": "en"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def with_member(source: Path, target: Path, member: tarfile.TarInfo, data: bytes = b"") -> Path:
    """The bundle's archive with one more member, the last."""
    with tarfile.open(target, "w:gz", compresslevel=1) as tar:
        tar.add(source, arcname=".")
        tar.addfile(member, io.BytesIO(data))
    return target


def member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, target
    return made


HOSTILE: dict[str, tuple[tarfile.TarInfo, bytes]] = {
    "a path that leaves": (member("../outside", size=5), b"taken"),
    "a path that leaves further on": (member("status/../../outside", size=5), b"taken"),
    "a path from the root": (member("/tmp/outside-of-the-bundle", size=5), b"taken"),
    "a link": (member("status/list", tarfile.SYMTYPE, target="/etc/passwd"), b""),
    "a hard link": (member("status/list", tarfile.LNKTYPE, target="MANIFEST.json"), b""),
    "a pipe": (member("status/list", tarfile.FIFOTYPE), b""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_member_that_reaches_outside_is_refused(exported: Path, tmp_path: Path, work: Path, what: str) -> None:
    one, data = HOSTILE[what]
    archive = with_member(exported, tmp_path / "bundle.tar.gz", one, data)

    status, said = audited(archive)

    assert (status, said.split(":")[0]) == (2, "bundle-unreadable")
    assert one.name.split("/")[-1] in said
    assert not Path("/tmp/outside-of-the-bundle").exists()


# Ten gigabytes of zeros -----------------------------------------------------------------------------------------------


def bomb(source: Path, target: Path, *, each: int, header: Callable[[int], bytes]) -> Path:
    """The bundle's archive and more files of zeros in it; gzip streams one after the other are one stream."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        tar.add(source, arcname=".")
        end = tar.offset
    zeros = gzip.compress(bytes(PIECE))
    with target.open("wb") as packed:
        packed.write(gzip.compress(whole.getvalue()[:end], 1))
        for n in range(TEN_GB // each):
            packed.write(gzip.compress(header(n)) + zeros * (each // PIECE))
    return target


BOMBS: dict[str, tuple[int, Callable[[int], bytes], str]] = {
    "one file": (TEN_GB, lambda _: member("status/list", size=TEN_GB).tobuf(tarfile.GNU_FORMAT), "file too long"),
    "one sparse file": (
        TEN_GB,
        lambda _: member("status/list", tarfile.GNUTYPE_SPARSE, size=TEN_GB).tobuf(tarfile.GNU_FORMAT),
        "link or device",
    ),
    "many files": (PIECE, lambda n: member(f"status/{n}", size=PIECE).tobuf(tarfile.GNU_FORMAT), "too much"),
    "a long name": (
        TEN_GB,
        lambda _: member("name", tarfile.GNUTYPE_LONGNAME, size=TEN_GB).tobuf(tarfile.GNU_FORMAT),
        "header",
    ),
    "an attribute": (
        TEN_GB,
        lambda _: member("name", tarfile.XHDTYPE, size=TEN_GB).tobuf(tarfile.GNU_FORMAT),
        "header",
    ),
}


@pytest.mark.parametrize("way", BOMBS)
def test_ten_gigabytes_of_zeros_are_refused(exported: Path, tmp_path: Path, work: Path, way: str) -> None:
    each, header, why = BOMBS[way]
    archive = bomb(exported, tmp_path / "bundle.tar.gz", each=each, header=header)
    assert archive.stat().st_size < 32 << 20

    status, said = audited_apart(archive, work)

    assert (status, said.split(":")[0]) == (2, "bundle-unreadable")
    assert why in said


def test_zeros_behind_the_end_of_an_archive_are_not_read(exported: Path, tmp_path: Path, work: Path) -> None:
    archive = bomb(exported, tmp_path / "bundle.tar.gz", each=TEN_GB, header=lambda _: bytes(1024))

    status, _ = audited(archive)

    assert status == 3


def test_a_file_of_ten_gigabytes_in_a_folder_is_refused(bundle: Path, work: Path) -> None:
    os.truncate(bundle / "README.txt", TEN_GB)

    status, said = audited(bundle)

    assert (status, "file too long" in said) == (2, True)
