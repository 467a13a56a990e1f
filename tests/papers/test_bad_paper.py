"""The printed code after what happens to paper: every damage is made here, from a fixed seed."""

import io
import math
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from ledger.credentials import picture
from ledger.errors import VerificationError
from ledger.papers import layout
from ledger.papers.layout import Sheet

from .conftest import URL, code, drawn, single

DPI = 150
Damage = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    """A whole A4 sheet as a flat-bed scanner sees it."""
    return drawn(single(), dpi=DPI)


def spot() -> tuple[int, int, int, int]:
    """Where the code lies, its quiet zone included, in pixels."""
    box = layout.layout(Sheet.A4, code().side).code
    side = [box.x + 1.5, box.y + 1.5, box.right - 1.5, box.y + 1.5 + code().side]
    left, top, right, bottom = (round(mm / 25.4 * DPI) for mm in side)
    return left, top, right, bottom


def read(sheet: Image.Image, *, format: str = "PNG", **options: int) -> str:
    """As somebody uploads it."""
    out = io.BytesIO()
    sheet.save(out, format, **options)
    return picture.read(out.getvalue())


def noisy(sheet: Image.Image, seed: int, strength: float) -> Image.Image:
    noise = Image.frombytes("L", sheet.size, random.Random(seed).randbytes(sheet.width * sheet.height))
    return Image.blend(sheet.convert("L"), noise, strength)


def photocopied(sheet: Image.Image, seed: int) -> Image.Image:
    """A little askew, a little soft, darker in the darks, with dirt."""
    turned = sheet.convert("L").rotate(random.Random(seed).uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=255)
    soft = noisy(turned.filter(ImageFilter.GaussianBlur(0.5)), seed, 0.06)
    return ImageEnhance.Contrast(soft).enhance(1.5)


def generations(count: int) -> Damage:
    def copied(sheet: Image.Image) -> Image.Image:
        for seed in range(count):
            sheet = photocopied(sheet, seed)
        return sheet

    return copied


def covered(part: float) -> Damage:
    """A spot of so much of the code's area, off its corners."""

    def spotted(sheet: Image.Image) -> Image.Image:
        made, (left, top, right, bottom) = sheet.copy(), spot()
        side = math.sqrt(part) * (right - left)
        x, y = left + (right - left) * 0.5, top + (bottom - top) * 0.42
        ImageDraw.Draw(made).rectangle((x, y, x + side, y + side), fill="white")
        return made

    return spotted


def stamped(darkness: int, *, lines: int) -> Damage:
    """A round office stamp on the code, `darkness` of 255, with so many bars of text across."""

    def stamp(sheet: Image.Image) -> Image.Image:
        ink = Image.new("RGBA", sheet.size, (60, 20, 120, 0))
        pen, (left, top, right, bottom) = ImageDraw.Draw(ink), spot()
        colour, middle = (60, 20, 120, darkness), ((left + right) / 2, (top + bottom) / 2)
        for radius in (110, 84):
            pen.circle(middle, radius, outline=colour, width=9)
        for n in range(lines):
            y = middle[1] - 54 + n * 108 / max(1, lines - 1)
            pen.rectangle((middle[0] - 80, y - 8, middle[0] + 80, y + 8), fill=colour)
        return Image.alpha_composite(sheet.convert("RGBA"), ink).convert("RGB")

    return stamp


def screenshot(sheet: Image.Image) -> Image.Image:
    """The lower half of the page as a phone 720 pixels wide shows it."""
    half = sheet.crop((0, sheet.height // 2, sheet.width * 3 // 4, sheet.height))
    return half.resize((720, half.height * 720 // half.width), Image.Resampling.BILINEAR)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda sheet: sheet, id="as it is"),
        pytest.param(lambda sheet: sheet.filter(ImageFilter.GaussianBlur(1.4)), id="blurred"),
        pytest.param(lambda sheet: sheet.rotate(7, Image.Resampling.BICUBIC, True, fillcolor="white"), id="askew"),
        pytest.param(lambda sheet: sheet.rotate(180), id="upside down"),
        pytest.param(covered(0.08), id="8 % covered"),
        pytest.param(generations(1), id="photocopied once"),
        pytest.param(generations(3), id="photocopied three times"),
        pytest.param(stamped(90, lines=3), id="faint stamp"),
        pytest.param(screenshot, id="screenshot of 720 pixels"),
        pytest.param(lambda sheet: ImageEnhance.Brightness(sheet).enhance(0.35), id="in the dark"),
    ],
)
def test_the_code_is_read(sheet: Image.Image, damage: Damage) -> None:
    assert read(damage(sheet)) == URL


def test_the_code_is_read_from_a_messengers_jpeg(sheet: Image.Image) -> None:
    sent = sheet.resize((1600, sheet.height * 1600 // sheet.width), Image.Resampling.BILINEAR)

    assert read(sent, format="JPEG", quality=50) == URL


@pytest.mark.parametrize("damage", [stamped(255, lines=5), covered(0.5)], ids=["dark stamp", "half covered"])
def test_a_code_that_is_gone_is_no_code_and_nothing_else(sheet: Image.Image, damage: Damage) -> None:
    """Not a damaged text: the reader is asked for another picture or the number, and no verdict is given."""
    with pytest.raises(VerificationError) as unread:
        read(damage(sheet))

    assert unread.value.code == "picture-no-code"
