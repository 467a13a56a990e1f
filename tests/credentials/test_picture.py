import io
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ledger.credentials import digits, picture
from ledger.errors import InputError, LedgerError, VerificationError

STARTS = (b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff")


@pytest.fixture
def url(world: Any) -> str:
    return digits.url(world.base, world.code())


def saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def beside(*pictures: bytes) -> bytes:
    sheet = Image.new("L", (1800, 900), 255)
    for place, data in enumerate(pictures):
        sheet.paste(Image.open(io.BytesIO(data)), (900 * place, 0))
    return saved(sheet, "PNG")


def refusal(data: bytes) -> str:
    with pytest.raises(LedgerError) as refused:
        picture.read(data)
    return refused.value.code


def test_the_picture_says_what_it_was_made_of(world: Any, url: str) -> None:
    assert digits.scanned(picture.read(picture.png(url)), world.base) == world.code()


def test_the_code_has_its_quiet_zone_and_plain_squares(url: str) -> None:
    image = Image.open(io.BytesIO(picture.png(url, scale=1))).convert("L")

    modules = image.width - 8
    assert modules == 61  # version 11
    assert image.crop((0, 0, image.width, 4)).getextrema() == (255, 255)
    assert image.getpixel((4, 4)) == 0


def test_one_drawing_and_one_text_are_made_of_the_same_code(url: str) -> None:
    drawing = picture.svg(url)

    assert drawing.startswith("<svg ")
    assert 'viewBox="0 0 69 69"' in drawing
    assert len(picture.terminal(url).splitlines()) == 35  # Two modules a line.


def test_a_picture_that_reads_otherwise_is_not_handed_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = picture.png("https://cek.ipspi.or.id/q/#255")
    monkeypatch.setattr(picture, "_png", lambda *_, **__: other)

    with pytest.raises(VerificationError) as refused:
        picture.svg(url)

    assert refused.value.code == "picture-mismatch"


@pytest.mark.parametrize("length", [950, 9000])
def test_what_needs_more_than_version_15_is_not_drawn(length: int) -> None:
    with pytest.raises(InputError) as refused:
        picture.png("https://cek.ipspi.or.id/q/#" + "1" * length)

    assert refused.value.code == "token-too-large"


def test_the_side_on_paper_follows_the_modules(url: str) -> None:
    assert picture.side_mm(url) == 40.0
    assert picture.side_mm("https://cek.ipspi.or.id/q/#" + "1" * 900) == 46.2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_an_upload_is_read_in_every_usual_format(url: str, kind: str) -> None:
    image = Image.open(io.BytesIO(picture.png(url))).convert("L")

    assert picture.read(saved(image, kind)) == url


def test_a_turned_photograph_is_read(url: str) -> None:
    image = Image.open(io.BytesIO(picture.png(url))).convert("L").rotate(20, expand=True, fillcolor=255)

    assert picture.read(saved(image, "JPEG")) == url


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_black_on_nothing_is_read_as_black_on_white(url: str, mode: str) -> None:
    drawn = Image.open(io.BytesIO(picture.png(url))).convert("L")
    clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=drawn.point(lambda grey: 255 - grey))

    assert picture.read(saved(clear.convert(mode), "PNG")) == url


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_one_colour_that_stands_for_nothing_is_read_as_white(url: str, mode: str) -> None:
    """The light squares are a dark grey that the file calls transparent."""
    drawn = Image.open(io.BytesIO(picture.png(url))).convert("L").point(lambda grey: 9 if grey else 0).convert(mode)
    nothing = {"L": 9, "RGB": (9, 9, 9), "P": 9}[mode]

    out = io.BytesIO()
    drawn.save(out, "PNG", transparency=nothing)

    assert picture.read(out.getvalue()) == url


def test_the_same_code_twice_is_one_code_and_two_codes_are_too_many(url: str) -> None:
    one, other = picture.png(url), picture.png("https://cek.ipspi.or.id/q/#255")

    assert picture.read(beside(one, one)) == url
    assert refusal(beside(one, other)) == "picture-many-codes"


def test_a_picture_without_a_code_says_so() -> None:
    assert refusal(saved(Image.new("L", (300, 300), 255), "PNG")) == "picture-no-code"


def test_another_kind_of_code_is_no_code() -> None:
    bars = zxingcpp.create_barcode("12345678", zxingcpp.BarcodeFormat.Code128)

    assert refusal(saved(Image.fromarray(bars.to_image(scale=4)), "PNG")) == "picture-no-code"
    assert refusal(bars.to_svg().encode()) == "picture-svg"


def test_a_damaged_or_foreign_file_is_unreadable(url: str) -> None:
    whole = picture.png(url)

    assert refusal(whole[: len(whole) // 2]) == "picture-unreadable"
    assert refusal(b"%PDF-1.7") == "picture-unreadable"
    assert refusal(saved(Image.new("L", (9, 9)), "TIFF")) == "picture-unreadable"
    assert refusal(b"") == "picture-unreadable"


@pytest.mark.parametrize("side", [4_001, 8_000, 10_000, 20_000])
def test_a_picture_that_unpacks_to_too_much_is_refused_before(side: int) -> None:
    small = saved(Image.new("1", (8, 8)), "BMP")
    bomb = small[:18] + side.to_bytes(4, "little") * 2 + small[26:]

    assert refusal(bomb) == "input-too-large"


def test_a_small_file_that_unpacks_to_too_many_pixels_is_told_the_limit() -> None:
    bomb = saved(Image.new("RGBA", (8_000, 8_000)), "PNG")

    with pytest.raises(InputError) as refused:
        picture.read(bomb)

    assert len(bomb) < 300_000
    assert (refused.value.code, refused.value.facts) == ("input-too-large", {"limit": "16 MP"})


def test_a_picture_at_the_limit_is_read(url: str) -> None:
    sheet = Image.new("L", (4_000, 4_000), 255)
    sheet.paste(Image.open(io.BytesIO(picture.png(url))), (1_000, 2_000))

    assert picture.read(saved(sheet, "PNG")) == url


def test_an_upload_over_ten_mebibytes_is_refused() -> None:
    assert refusal(bytes(10 * 1024 * 1024 + 1)) == "input-too-large"


@settings(max_examples=50)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff"]), st.binary()
)
def test_any_bytes_are_read_or_refused_with_our_error(start: bytes, rest: bytes) -> None:
    refusal(start + rest)
