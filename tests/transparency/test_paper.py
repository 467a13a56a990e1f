"""The text form of a checkpoint: typed again however people type, and never wrong unseen."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import VerificationError
from ledger.transparency import paper
from ledger.transparency.checkpoint import Checkpoint

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "paper.md"
ROOT = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
POINT, DAY = Checkpoint("ledger.contoh.invalid", 8, ROOT), date(2026, 10, 14)
TEXT = paper.write(POINT, DAY)


def test_the_page_shows_what_is_written() -> None:
    (shown,) = re.findall(r"```\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    assert shown == TEXT
    assert paper.read(shown) == POINT


@given(
    st.from_regex(r"[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){1,3}", fullmatch=True),
    st.integers(0, 2**60),
    st.binary(min_size=32, max_size=32),
)
def test_what_was_written_is_read(origin: str, size: int, root: bytes) -> None:
    point = Checkpoint(origin, size, root)

    assert paper.read(paper.write(point, DAY)) == point


@pytest.mark.parametrize(
    "typed",
    [
        TEXT.upper(),
        "\n\n  " + TEXT.replace("\n", "  \r\n\t") + "\n",
        " ".join(TEXT.split()),
        "\n".join([*TEXT.split("\n")[:3], "".join(TEXT.split("\n")[3:]).replace(" ", "")]),
        "\n".join([*TEXT.split("\n")[:3], "-".join(" ".join(TEXT.split("\n")[3:]).split())]),
    ],
)
def test_it_does_not_matter_how_it_is_typed(typed: str) -> None:
    assert paper.read(typed) == POINT


def test_letters_that_look_like_digits_are_these_digits() -> None:
    head, digits = TEXT.split("\n")[:3], " ".join(TEXT.split("\n")[3:])

    assert paper.read("\n".join([*head, digits.replace("0", "O").replace("1", "l")])) == POINT


def test_no_single_mistyped_character_is_believed() -> None:
    for n, character in enumerate(TEXT):
        for other in "17af":
            if other != character and character not in " \n":
                with pytest.raises(VerificationError) as refused:
                    paper.read(TEXT[:n] + other + TEXT[n + 1 :])
                assert refused.value.code in ("paper-mistyped", "paper-malformed")


def test_two_groups_in_the_wrong_order_are_not_believed() -> None:
    lines = TEXT.split("\n")
    lines[3], lines[4] = lines[4], lines[3]

    with pytest.raises(VerificationError) as refused:
        paper.read("\n".join(lines))

    assert refused.value.code == "paper-mistyped"


@pytest.mark.parametrize(
    "text", ["", "?", "a 1 2026-10-14", TEXT + " 00", TEXT[:-1], TEXT.replace("\n8\n", "\n08\n"), "\0" * 9]
)
def test_what_lacks_a_part_is_refused(text: str) -> None:
    with pytest.raises(VerificationError) as refused:
        paper.read(text)

    assert refused.value.code == "paper-malformed"
