"""What a log sends to a witness. Source: c2sp.org/tlog-witness, add-checkpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import VerificationError
from ledger.transparency import submission
from ledger.transparency.submission import MAX_HASHES, Submission

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES)


@given(st.integers(0, 2**62), hashes, st.binary(max_size=200))
def test_what_is_written_is_read_back(old: int, proof: list[bytes], note: bytes) -> None:
    written = Submission(old, tuple(proof), note)

    assert submission.parse(written.encode()) == written


def test_a_request_is_written_as_the_specification_says() -> None:
    assert Submission(8, (bytes(32),), b"log\n").encode() == b"old 8\n" + b"A" * 43 + b"=\n\nlog\n"


@given(st.binary(max_size=300))
def test_whatever_is_read_raises_only_our_errors(data: bytes) -> None:
    with pytest.raises(VerificationError) as refused:
        submission.parse(data)

    assert refused.value.code == "submission-malformed"


@pytest.mark.parametrize("hash", [b"A" * 44, b"A" * 42 + b"==", b"A" * 42 + b"B=", b" " + b"A" * 43 + b"="])
def test_a_line_that_is_no_hash_is_refused(hash: bytes) -> None:
    with pytest.raises(VerificationError):
        submission.parse(b"old 8\n" + b"A" * 43 + b"=\n" + hash + b"\n\nlog\n")
