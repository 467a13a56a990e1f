"""What is done to the files of a bundle is found, whoever signs it anew."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.rules.published import canonical
from ledger.transparency import tiles
from tests.audit.insider import Insider, alone, both, found, second_opinion

Forger = Any  # tests/audit/conftest.py
TILE, ENTRIES = "log/tile/0/000.p/89", "log/tile/entries/000.p/89"


@pytest.fixture
def insider(forger: Forger, tmp_path: Path) -> Insider:
    return Insider(forger, tmp_path / "bundle")


def entries(forger: Forger) -> list[bytes]:
    return [entry for _, entry, _ in forger.entries]


# Files --------------------------------------------------------------------------------------------------------------


def altered(folder: Path, path: str, at: int = -1) -> None:
    data = bytearray((folder / path).read_bytes())
    data[at] ^= 1
    (folder / path).write_bytes(bytes(data))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_flipped_byte_is_found_in_whatever_file_it_is(insider: Insider) -> None:
    """One of each folder; the manifest itself is unreadable then, or no more signed."""
    folder = insider.write(entries(insider.forger), kept=[40])
    some = {Path(path).parent: path for path in names(folder)}.values()
    assert len(some) == 8

    for path in some:
        before = (folder / path).read_bytes()
        altered(folder, path, at=len(before) // 2)
        said = second_opinion(folder, *insider.anchors)
        (folder / path).write_bytes(before)

        assert said["exit"] == 2 or (None, "file-differs", path) in found(said) or path.startswith("MANIFEST"), path
        assert said["exit"] in (1, 2)
    assert both(folder) == []
    assert second_opinion(folder, *insider.anchors)["exit"] == 0


def test_the_manifest_is_signed_by_an_event_key(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.sign(key=insider.forger.key("receipt"))

    assert both(folder) == [(None, "manifest-unsigned", "MANIFEST.sig")]


@pytest.mark.parametrize("at", [-1, 5, 0])
def test_a_manifest_whose_signature_was_changed_is_unsigned(insider: Insider, at: int) -> None:
    folder = insider.write(entries(insider.forger))
    altered(folder, "MANIFEST.sig", at)

    assert both(folder) == [(None, "manifest-unsigned", "MANIFEST.sig")]


def test_a_manifest_of_another_root_than_the_newest_checkpoint_is_found(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.sign(root="00" * 32)

    assert both(folder) == [(None, "checkpoint-differs", "log/checkpoint")]


@pytest.mark.parametrize("other", [{"purpose": "research"}, {"retention": "2030-12-31"}, {"from": 1}, {"made": 1}])
def test_a_bundle_that_no_event_recorded_is_found(insider: Insider, other: dict[str, Any]) -> None:
    folder = insider.write(entries(insider.forger))
    insider.sign(**other)

    assert both(folder) == [(None, "export-differs", "MANIFEST.json")]


@pytest.mark.parametrize(
    ("path", "at", "expected"),
    [
        (TILE, 40, (0, "tile-differs", TILE)),
        (ENTRIES, 0, (0, "tile-malformed", ENTRIES)),
        ("keys/000001.cbor", -1, (0, "key-list-differs", "keys/000001.cbor")),
    ],
)
def test_what_was_changed_and_listed_anew_differs_from_what_was_signed(
    insider: Insider, path: str, at: int, expected: tuple[int | None, str, str]
) -> None:
    folder = insider.write(entries(insider.forger))
    altered(folder, path, at)
    insider.sign()

    assert both(folder) == [expected]


@pytest.mark.parametrize("path", [TILE, ENTRIES, "log/checkpoint", "README.txt", "keys/000002.cbor"])
def test_a_file_that_is_missing_is_found(insider: Insider, path: str) -> None:
    folder = insider.write(entries(insider.forger))
    (folder / path).unlink()

    assert (None, "file-missing", path) in both(folder)


def test_a_tile_of_entries_with_fewer_than_its_name_says_is_found(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.put(ENTRIES, tiles.bundle(entries(insider.forger)[:-1]))
    insider.sign()

    assert both(folder) == [(0, "tile-malformed", ENTRIES)]


def test_a_key_list_that_the_manifest_leaves_out_or_the_history_is_found(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    (folder / "keys/000002.cbor").rename(folder / "keys/000003.cbor")
    insider.sign()

    assert both(folder) == [
        (None, "file-missing", "keys/000002.cbor"),
        (None, "key-list-differs", "keys/000003.cbor"),
    ]


def test_a_file_too_many_is_found_listed_or_not(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.put("log/tile/0/001", b"")

    unlisted = both(folder)
    insider.sign()

    assert unlisted == both(folder) == [(None, "file-unknown", "log/tile/0/001")]


def test_what_an_older_bundle_left_in_the_folder_is_no_finding(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.put("log/tile/0/000.p/50", bytes(50 * 32))
    insider.put("checkpoints/000000000050", insider.note(entries(insider.forger), 50).encode())

    assert both(folder) == []
    assert second_opinion(folder, *insider.anchors)["exit"] == 0


def test_the_name_of_a_file_cannot_write_on_the_screen(insider: Insider) -> None:
    folder = insider.write(entries(insider.forger))
    insider.put("\x1b[2J", b"")

    status, said = alone(folder)

    assert status == 1
    assert said.isascii()
    assert said.replace("\n", "").isprintable()


def linked(folder: Path) -> None:
    (folder / "README.txt").unlink()
    (folder / "README.txt").symlink_to("/etc/hostname")


def long(folder: Path) -> None:
    with (folder / "README.txt").open("wb") as file:
        file.truncate((17 << 20) + 1)


def spaced(folder: Path) -> None:
    manifest = folder / "MANIFEST.json"
    manifest.write_bytes(manifest.read_bytes().replace(b":", b": ", 1))


def claiming(**other: Any) -> Callable[[Path], None]:
    """In the one form that JSON may have."""

    def claim(folder: Path) -> None:
        manifest = folder / "MANIFEST.json"
        manifest.write_bytes(canonical(json.loads(manifest.read_bytes()) | other))

    return claim


def without(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        *(linked, long, spaced, without("MANIFEST.json"), without("rules/lifecycles.json")),
        *(
            claiming(bundle=2),
            claiming(size=1 << 39),
            claiming(size=-1),
            claiming(more=1),
            claiming(made=-1),
            claiming(**{"from": 1 << 40}),
            claiming(made=1.5),
        ),
        *(claiming(origin="demo\x1b[2J"), claiming(files={"README.txt": {"bytes": 1}})),
    ],
)
def test_what_is_no_bundle_is_unreadable(insider: Insider, spoil: Callable[[Path], None]) -> None:
    folder = insider.write(entries(insider.forger))
    spoil(folder)

    assert second_opinion(folder, *insider.anchors) == {"exit": 2}
