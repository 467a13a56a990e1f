"""The page about policies and witnesses says what the code reads."""

import re
from pathlib import Path

from ledger.application.witnesses import PATIENCE, SKEW
from ledger.transparency import checkpoint, merkle, policy, submission
from ledger.transparency.submission import MAX_HASHES, MAX_SUBMISSION

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "witness.md").read_text(encoding="utf-8")
POLICY, REQUEST = (block.encode() for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL))
LEAVES = ("", "00", "10", "2021", "3031")  # The first of the RFC 6962 examples.


def test_the_policy_on_the_page_is_read() -> None:
    read = policy.parse(POLICY)

    assert read.satisfied(["dpd-32"])
    assert read.witnesses["dpd-32"].url == "https://saksi.contoh.invalid/dpd-32"


def test_the_request_on_the_page_is_signed_and_proved() -> None:
    read, asked = policy.parse(POLICY), submission.parse(REQUEST)
    old = merkle.root_of(merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES)

    point = checkpoint.opened(asked.note, read.keys_of("ledger.contoh.invalid")).point

    assert (asked.old, point.size) == (5, 8)
    merkle.verify_consistency(5, 8, asked.hashes, old, point.root)


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    assert f"At most {MAX_SUBMISSION:,} bytes".replace(",", " ") in PAGE
    assert f"at most {MAX_HASHES} |" in PAGE
    assert f"within {SKEW} s" in PAGE
    assert f"no answer in {PATIENCE:.0f} s" in PAGE
