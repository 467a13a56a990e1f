"""Two checkpoints that two people were shown."""

from pathlib import Path

import pytest

from ledger.audit.bundle import opened
from ledger.audit.split import Comparison, compare
from ledger.errors import InputError, VerificationError
from ledger.transparency import checkpoint
from ledger.transparency.checkpoint import Checkpoint
from tests.audit.bundle.conftest import WITNESSES, Maker

OTHER = bytes(32)


def compared(maker: Maker, folder: Path, one: bytes, other: bytes) -> Comparison:
    with opened(folder) as bundle:
        return compare(one, other, maker.policy(), bundle)


def test_the_same_and_a_continued_checkpoint_agree(maker: Maker, sound: Path) -> None:
    small, large = maker.note(20), maker.note(60, cosigners=[])

    assert compared(maker, sound, small, small).view == "same"
    assert compared(maker, sound, small, large).view == "continued"
    found = compared(maker, sound, large, small)
    assert (found.view, found.older.size, found.newer.size, found.signed) == ("continued", 20, 60, True)


def test_another_root_of_one_size_is_a_split_view(maker: Maker, sound: Path) -> None:
    assert compare(maker.note(20), maker.note(20, Checkpoint(maker.origin, 20, OTHER))).view == "split"


@pytest.mark.parametrize("which", [20, 60])
def test_a_checkpoint_that_does_not_continue_the_other_is_a_split_view(maker: Maker, sound: Path, which: int) -> None:
    notes = {size: maker.note(size) for size in (20, 60)}
    notes[which] = maker.note(which, Checkpoint(maker.origin, which, OTHER))

    assert compared(maker, sound, notes[20], notes[60]).view == "split"


def test_two_sizes_are_not_told_apart_without_tiles_that_cover_them(maker: Maker, sound: Path) -> None:
    beyond = len(maker.entries) + 1

    assert compare(maker.note(20), maker.note(60)).view == "unknown"
    assert compared(maker, sound, maker.note(20), maker.note(beyond)).view == "unknown"


def test_what_the_log_did_not_sign_is_no_evidence(maker: Maker) -> None:
    forged = checkpoint.signed(maker.point(20), WITNESSES["a"], None, 1).encode()

    assert not compare(maker.note(20), forged).signed
    with pytest.raises(VerificationError):
        compare(maker.note(20), forged, maker.policy())


def test_checkpoints_of_two_logs_are_not_compared(maker: Maker) -> None:
    elsewhere = maker.note(20, Checkpoint("lain.contoh.invalid", 20, OTHER))

    with pytest.raises(InputError) as refused:
        compare(maker.note(20), elsewhere)

    assert refused.value.code == "checkpoints-unrelated"


def test_a_tile_that_is_missing_is_said(maker: Maker, sound: Path, tmp_path: Path) -> None:
    (tile,) = (sound / "log/tile/0/000.p").iterdir()
    tile.unlink()

    with pytest.raises(VerificationError) as refused:
        compared(maker, sound, maker.note(20), maker.note(60))

    assert refused.value.code == "file-missing"
