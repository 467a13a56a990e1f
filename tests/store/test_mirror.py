"""Every entry a second time: what is in the folder after bundles fill up, after a crash, after a torn write."""

from pathlib import Path

import pytest

from ledger.errors import StoreError
from ledger.store.mirror import Mirror
from ledger.transparency.tiles import Tile, unbundle


def entries(start: int, stop: int) -> list[bytes]:
    return [f"entry {n}".encode() for n in range(start, stop)]


@pytest.mark.parametrize("sizes", [(1,), (255, 1), (256,), (100, 156, 1), (257, 0, 255), (1000,)])
def test_whatever_the_steps_the_entries_are_there_in_order(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    done = 0
    for size in sizes:
        Mirror(tmp_path).extend(entries(done, done + size))
        done += size

    mirror = Mirror(tmp_path)

    assert mirror.size() == done
    assert list(mirror.entries(0)) == entries(0, done)
    assert list(mirror.entries(done - 1)) == entries(done - 1, done)


def test_a_full_bundle_is_the_log_s_own_file(tmp_path: Path) -> None:
    Mirror(tmp_path).extend(entries(0, 300))

    assert unbundle((tmp_path / Tile(-1, 0).path()).read_bytes()) == entries(0, 256)


def test_a_torn_write_is_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.extend(entries(0, 10))
    with (tmp_path / "tail.0").open("ab") as file:
        file.write(b"\x00\x20half")

    assert mirror.size() == 10
    mirror.extend(entries(10, 12))

    assert list(mirror.entries(0)) == entries(0, 12)


def test_a_tail_that_its_bundle_has_overtaken_is_not_read_twice(tmp_path: Path) -> None:
    """The crash came between the bundle and the removal of its tail."""
    mirror = Mirror(tmp_path)
    mirror.extend(entries(0, 200))
    left = (tmp_path / "tail.0").read_bytes()
    mirror.extend(entries(200, 256))
    (tmp_path / "tail.0").write_bytes(left)

    assert mirror.size() == 256
    assert list(mirror.entries(255)) == entries(255, 256)


def test_a_bundle_that_lacks_entries_is_named(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.extend(entries(0, 256))
    path = tmp_path / Tile(-1, 0).path()
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(StoreError) as refused:
        list(mirror.entries(0))

    assert refused.value.code == "mirror-malformed"


def test_the_last_note_stays_and_an_empty_mirror_has_none(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")

    assert (mirror.size(), mirror.note(), mirror.edge().entry) == (0, None, b"")
    mirror.keep(b"first")
    mirror.keep(b"second")

    assert mirror.note() == b"second"
    assert not list((tmp_path / "mirror").glob(".*"))


def test_a_folder_that_cannot_be_one_is_a_refusal_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    mirror = Mirror(tmp_path / "file" / "mirror")

    with pytest.raises(StoreError) as refused, mirror.alone():
        pass

    assert refused.value.code == "mirror-unreachable"
