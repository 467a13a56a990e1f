import re

import pytest

from ledger.credentials import check_code


def test_a_new_code_has_eight_characters_that_no_hand_mistakes() -> None:
    codes = [check_code.new() for _ in range(2000)]

    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)
    assert {character for code in codes for character in code} == set(check_code.ALPHABET)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    "typed",
    [
        "01KX-9ZQ8",
        "01kx9zq8",
        " O1KX 9ZQ8 ",
        "oikx-9zq8",
        "OLKX–9ZQ8",
        "0 1 K X - 9 Z Q 8",
        "0lkx\u20119zq8\n",
    ],
)
def test_a_code_is_read_as_a_hand_writes_it(typed: str) -> None:
    assert check_code.typed(typed) == "01KX9ZQ8"


def test_what_is_printed_is_what_is_read() -> None:
    code = check_code.new()

    assert check_code.typed(check_code.shown(code)) == code
    assert re.fullmatch(".{4}-.{4}", check_code.shown(code))


@pytest.mark.parametrize("typed", ["", "U", "palsu", "\0", "é" * 100_000, "1234567", "123456789"])
def test_any_text_is_some_code_that_nothing_has(typed: str) -> None:
    read = check_code.typed(typed)

    assert len(read) <= check_code.LONGEST
    assert not re.fullmatch(f"[{check_code.ALPHABET}]{{8}}", read)
