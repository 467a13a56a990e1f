from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials import digits
from ledger.errors import VerificationError

BASE = "https://cek.ipspi.or.id"


@given(st.binary(min_size=1, max_size=digits.MAX_BYTES))
def test_what_is_written_is_read_again(data: bytes) -> None:
    written = digits.encode(data)

    assert written.isdecimal()
    assert len(written) <= digits.MAX_DIGITS
    assert digits.decode(written) == data


@given(st.text(alphabet="0123456789", max_size=60))
def test_bytes_have_one_spelling_only(text: str) -> None:
    data = None
    with suppress(VerificationError):
        data = digits.decode(text)

    assert data is None or digits.encode(data) == text


@pytest.mark.parametrize(
    ("size", "length"), [(1, 3), (2, 5), (3, 8), (4, 10), (5, 13), (6, 15), (7, 17), (8, 20), (14, 34)]
)
def test_the_length_follows_from_the_bytes(size: int, length: int) -> None:
    assert digits.encode(b"\xff" * size) == str(256**7 - 1) * (size // 7) + digits.encode(b"\xff" * (size % 7))
    assert len(digits.encode(bytes(size))) == length


@pytest.mark.parametrize(
    "text",
    ["", "256", "65536", "72057594037927936", "1", "12", "1234", "٣٣٣", "12a", "-12", " 12 3", "²²²", "0" * 1001],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(VerificationError) as refused:
        digits.decode(text)

    assert refused.value.code == "code-unreadable"


def test_the_largest_chunk_is_read() -> None:
    assert digits.decode("255") == b"\xff"
    assert digits.decode("72057594037927935") == b"\xff" * 7


@pytest.mark.parametrize("wrap", ["{}", " {}\n", "HTTPS://CEK.IPSPI.OR.ID/q/#{digits}"])
def test_a_camera_gives_the_address_or_the_digits_alone(wrap: str) -> None:
    text = wrap.format(digits.url(BASE, b"certificate"), digits=digits.encode(b"certificate"))

    assert digits.scanned(text, BASE) == b"certificate"
    assert digits.scanned(digits.encode(b"certificate"), BASE) == b"certificate"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://cek.ipspi.or.id.example/q/#255", "cek.ipspi.or.id.example"),
        ("https://cek.ipspi.or.id@Example.com/q/#255", "example.com"),
        ("http://example.com:8080", "example.com"),
        ("https://cek.ipspi.or.id:444/q/#255", "cek.ipspi.or.id"),
    ],
)
def test_another_host_is_foreign(text: str, host: str) -> None:
    with pytest.raises(VerificationError) as refused:
        digits.scanned(text, BASE)

    assert refused.value.code == "code-foreign"
    assert refused.value.facts == {"host": host}


@pytest.mark.parametrize("text", ["", "https://", f"{BASE}/q/#", f"{BASE}/q/", f"{BASE}/q/#25x", "WIFI:S:kantor;;"])
def test_what_holds_no_digits_is_unreadable(text: str) -> None:
    with pytest.raises(VerificationError) as refused:
        digits.scanned(text, BASE)

    assert refused.value.code == "code-unreadable"


@given(st.text())
def test_any_text_is_read_or_refused_with_our_error(text: str) -> None:
    with suppress(VerificationError):
        assert digits.scanned(text, BASE)
