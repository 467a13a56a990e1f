import re
from pathlib import Path
from typing import Any

import pytest

from ledger.credentials import digits, token
from ledger.credentials.verdict import Reason
from ledger.errors import LedgerError, VerificationError

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "certificate-code.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"^https://\S+$", PAGE, re.MULTILINE)
SPELLINGS = re.findall(r"^\| `([0-9a-f]+)` \| `(\d+)` \|$", PAGE, re.MULTILINE)
REFUSED = re.search(r"^Refused: (.+)\.$", PAGE, re.MULTILINE)


@pytest.fixture
def example(world: Any) -> bytes:
    assert EXAMPLE is not None
    return digits.scanned(EXAMPLE[0], world.base)


def test_the_example_is_what_the_code_writes_and_accepts(world: Any, example: bytes) -> None:
    assert example == world.code()
    assert world.judge(example).reason is Reason.VALID
    assert world.signer.public.hex() in PAGE


def test_every_twin_of_the_example_is_refused(world: Any, example: bytes) -> None:
    for place in range(0, len(example) * 8, 5):  # Every fifth bit.
        twin = bytearray(example)
        twin[place // 8] ^= 1 << place % 8

        assert world.judge(bytes(twin)).reason in {Reason.BADSIG, Reason.UNREADABLE, Reason.NOKEY}

    assert world.judge(example, origin="ledger.example").reason is Reason.BADSIG


def test_the_spellings_are_those_of_the_page() -> None:
    assert len(SPELLINGS) == 7
    for data, written in SPELLINGS:
        assert digits.encode(bytes.fromhex(data)) == written
        assert digits.decode(written) == bytes.fromhex(data)


def test_what_the_page_refuses_is_refused() -> None:
    assert REFUSED is not None
    for written in re.findall(r"\d+", REFUSED[1]):
        with pytest.raises(VerificationError):
            digits.decode(written)


def test_every_label_and_prefix_is_on_the_page() -> None:
    for label in (token.ISSUER, token.EXPIRES, token.BEGINS, token.ISSUED, token.ID, token.CLAIM):
        assert re.search(rf"^\| {label} \| (required|optional)", PAGE, re.MULTILINE), label
    for prefix in ("PEKSOS", "RELAWAN", "HADIR", "STR", "KTA"):
        assert f"`{prefix}`" in PAGE
        assert token.KIND.fullmatch(prefix)


def test_a_longer_statement_than_the_page_allows_is_refused_unread() -> None:
    with pytest.raises(LedgerError):
        token.parse(b"\xd2" + bytes(411))
