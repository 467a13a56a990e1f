"""A bundle from a stranger: read within limits, or refused whole."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.bundle import opened
from ledger.audit.unpack import MAX_FILE, unpack
from ledger.errors import BundleError
from tests.audit.bundle.conftest import Maker


def refusal(path: Path) -> tuple[object, object]:
    """Why, and the file to blame."""
    with pytest.raises(BundleError) as refused, opened(path):
        pass
    assert refused.value.code == "bundle-unreadable"
    return refused.value.facts["why"], refused.value.facts["file"]


def packed(path: Path, *members: tarfile.TarInfo, data: bytes = b"") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, **other: Any) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    for field, value in other.items():
        setattr(made, field, value)
    return made


def test_a_folder_an_archive_and_an_archive_of_the_folder_are_one_bundle(
    maker: Maker, sound: Path, tmp_path: Path
) -> None:
    for name, inside in (("flat.tar.gz", ""), ("nested.tar.gz", "bundle")):
        with tarfile.open(tmp_path / name, "w:gz") as tar:
            tar.add(sound, arcname=inside or ".")

        assert maker.audited(tmp_path / name).exit == 0


@pytest.mark.parametrize(
    "name", ["../outside", "/outside", "log/../../outside", "a/./b", "a//b", "a\\b", "a\nb", "a/..", "\u202ea"]
)
def test_a_path_that_leaves_the_bundle_or_misleads_is_refused(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "b.tar.gz", member(name))

    assert refusal(archive) == ("path", name)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE]
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    archive = packed(tmp_path / "b.tar.gz", member("log/checkpoint", kind, linkname="/etc/passwd"))

    assert refusal(archive) == ("link or device", "log/checkpoint")


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(packed(tmp_path / "b.tar.gz", member("a"), member("a"))) == ("twice", "a")
    assert refusal(packed(tmp_path / "b.tar.gz", member("a"), member("./a"))) == ("twice", "a")


def test_ten_gigabytes_of_zeros_are_refused_by_what_they_say(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "b.tar.gz", "wb") as squeezed:
        squeezed.write(member("log/checkpoint", size=10 << 30).tobuf())
        squeezed.write(bytes(1 << 20))

    assert refusal(tmp_path / "b.tar.gz") == ("file too long", "log/checkpoint")


def test_many_files_of_zeros_are_refused_before_they_fill_the_disk(tmp_path: Path) -> None:
    size = 16 << 20
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz", compresslevel=1) as tar:
        for n in range(6):
            tar.addfile(member(f"log/{n}", size=size), io.BytesIO(bytes(size)))
    place = tmp_path / "place"
    place.mkdir()

    with pytest.raises(BundleError) as refused:
        unpack(tmp_path / "b.tar.gz", place)

    assert refused.value.facts["why"] == "too much"
    assert sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) <= 64 << 20


def test_a_header_that_is_longer_than_the_memory_is_refused(tmp_path: Path) -> None:
    """tarfile reads an extended header whole, however long it says it is."""
    with gzip.open(tmp_path / "b.tar.gz", "wb", compresslevel=1) as squeezed:
        squeezed.write(member("x", tarfile.XHDTYPE, size=64 << 20).tobuf())
        squeezed.write(bytes(64 << 20))

    assert refusal(tmp_path / "b.tar.gz") == ("header", None)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.audit.unpack.MAX_FILES", 2)

    assert refusal(packed(tmp_path / "b.tar.gz", *(member(str(n)) for n in range(3)))) == ("too much", None)


@pytest.mark.parametrize(
    "data", [b"", b"not an archive", gzip.compress(b"no tar" * 200, mtime=0)], ids=["empty", "text", "gzip"]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.tar.gz").write_bytes(data)

    assert refusal(tmp_path / "b.tar.gz") == ("archive", None)
    assert refusal(tmp_path / "nothing") == ("archive", None)


@pytest.mark.parametrize("way", ["link", "folder link", "pipe", "long"])
def test_a_folder_is_looked_at_the_same_way(sound: Path, tmp_path: Path, way: str) -> None:
    place = sound / "rules/more"
    if way == "pipe":
        os.mkfifo(place)
    elif way == "long":
        with place.open("wb") as stream:
            stream.truncate(MAX_FILE + 1)
    else:
        place.symlink_to(tmp_path if way == "folder link" else sound / "README.txt")

    assert refusal(sound) == ("file too long" if way == "long" else "link or device", "rules/more")


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == ("missing", "MANIFEST.json")


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "a field missing": lambda said: said.pop("purpose"),
    "a field too many": lambda said: said.update(more=1),
    "another version": lambda said: said.update(bundle=2),
    "a number as text": lambda said: said.update(size="88"),
    "a truth as number": lambda said: said.update({"from": False}),
    "a fraction": lambda said: said.update(made=1.5),
    "a negative size": lambda said: said.update(size=-1),
    "a difference to more": lambda said: said.update({"from": said["size"] + 1}),
    "a root of another length": lambda said: said.update(root="00"),
    "a path that leaves": lambda said: said["files"].update({"../README.txt": {"bytes": 1, "sha256": "00"}}),
    "itself": lambda said: said["files"].update({"MANIFEST.json": {"bytes": 1, "sha256": "00"}}),
    "a file without hash": lambda said: said["files"].update({"README.txt": {"bytes": 1}}),
    "a file with a list": lambda said: said["files"].update({"README.txt": [1]}),
    "no list of files": lambda said: said.update(files=[]),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_manifest_that_says_something_else_is_refused(sound: Path, what: str) -> None:
    said = json.loads((sound / "MANIFEST.json").read_bytes())
    SPOILT[what](said)
    (sound / "MANIFEST.json").write_text(json.dumps(said, sort_keys=True, separators=(",", ":")))

    assert refusal(sound) == ("manifest", "MANIFEST.json")


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{", b"[" * 100_000, b"1" * 5000])
def test_a_manifest_that_is_no_json_is_refused(sound: Path, data: bytes) -> None:
    (sound / "MANIFEST.json").write_bytes(data)

    assert refusal(sound) == ("manifest", "MANIFEST.json")


def test_a_manifest_in_another_spelling_is_refused(sound: Path) -> None:
    raw = (sound / "MANIFEST.json").read_bytes()
    for other in (raw + b"\n", raw.replace(b":", b": ", 1), raw[:-1] + b',"size":1}'):
        (sound / "MANIFEST.json").write_bytes(other)

        assert refusal(sound) == ("manifest", "MANIFEST.json")
