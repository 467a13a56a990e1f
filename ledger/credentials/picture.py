"""The code as a picture, and the text in a picture that somebody uploads."""

import io
from typing import Any

import segno
import zxingcpp
from PIL import Image, ImageOps

from ledger.errors import InputError, VerificationError

QUIET_ZONE = 4  # modules. Source: ISO/IEC 18004:2024, 6.3.8
LAST_VERSION = 15
MODULE_MM, SIDE_MM = 0.6, 40.0  # Smaller, a copy of a copy is not read any more.
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 16_000_000  # Unpacked, with transparency, about 120 MB.
SVG_WITHIN = 1024  # bytes. A drawing is a program of shapes, not a picture.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
BYTES, NUMERIC = 4, 1  # Modes. Source: ISO/IEC 18004:2024, table 2


def png(url: str, *, scale: int = 8) -> bytes:
    """`scale` in pixels a module. Raises: VerificationError, InputError: see `_code`."""
    return _png(_code(url), scale)


def svg(url: str) -> str:
    """One `<svg>` element to stand in a page; its style sheet gives the size, see `side_mm`."""
    out = io.BytesIO()
    _code(url).save(out, kind="svg", border=QUIET_ZONE, light="#fff", xmldecl=False, omitsize=True, nl=False)
    return out.getvalue().decode()


def terminal(url: str) -> str:
    out = io.StringIO()
    _code(url).terminal(out, border=QUIET_ZONE, compact=True)
    return out.getvalue()


def side_mm(url: str) -> float:
    """The least side on paper without the quiet zone: 40 mm and 0.6 mm a module."""
    modules, _ = _code(url).symbol_size(border=0)
    return max(SIDE_MM, round(MODULE_MM * modules, 1))


def on_paper(url: str) -> tuple[str, float]:
    """The picture as SVG, and its side in mm with the quiet zone. As `svg` and `side_mm`, drawn once."""
    code, out = _code(url), io.BytesIO()
    code.save(out, kind="svg", border=QUIET_ZONE, light="#fff", xmldecl=False, omitsize=True, nl=False)
    modules, _ = code.symbol_size(border=0)
    module = max(SIDE_MM / modules, MODULE_MM)
    return out.getvalue().decode(), round(module * (modules + 2 * QUIET_ZONE), 2)


def read(picture: bytes) -> str:
    """The text of the one code in an uploaded picture; the same code twice is one.

    Raises:
        InputError: `input-too-large`: over 10 MiB or 16 million pixels.
        VerificationError: `picture-svg`, `picture-unreadable`, `picture-no-code`, `picture-many-codes`.
    """
    if len(picture) > MAX_BYTES:
        raise InputError("input-too-large", limit="10 MiB")
    if b"<svg" in picture[:SVG_WITHIN].lower():
        raise VerificationError("picture-svg")
    return only(texts(_pixels(picture)))


def texts(pixels: Image.Image) -> set[str]:
    """What the codes say; a code that stands there twice says one thing."""
    return {found.text for found in _codes(pixels)}


def only(found: set[str], **seen: int) -> str:
    """The one text among them. `seen`: facts for whoever is told that there is none.

    Raises: VerificationError: `picture-no-code`, `picture-many-codes`.
    """
    if not found:
        raise VerificationError("picture-no-code", **seen)
    if len(found) > 1:
        raise VerificationError("picture-many-codes", got=len(found))
    return next(iter(found))


def _code(url: str) -> segno.QRCode:
    """A code whose picture was read back.

    Raises:
        InputError: `token-too-large`: above version 15.
        VerificationError: `picture-mismatch`: the picture says something else.
    """
    address, mark, digits = url.rpartition("#")
    segments: Any = [(address + mark, BYTES), (digits, NUMERIC)]  # Its type hints know of one segment only.
    try:
        code = segno.make(segments, error="m", boost_error=False, micro=False)
    except segno.DataOverflowError as cause:
        raise InputError("token-too-large", got=len(url)) from cause
    if int(code.version) > LAST_VERSION:
        raise InputError("token-too-large", got=len(url))
    if [found.text for found in _codes(_pixels(_png(code, scale=4)))] != [url]:
        raise VerificationError("picture-mismatch")
    return code


def _png(code: segno.QRCode, scale: int) -> bytes:
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale, border=QUIET_ZONE)
    return out.getvalue()


def _codes(pixels: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(pixels, formats=QR_ONLY, text_mode=zxingcpp.TextMode.Plain)


def _pixels(picture: bytes) -> Image.Image:
    """In greys, on white, the right way up; of an animation the first picture.

    The header's size is believed only to refuse: nothing is unpacked before.
    """
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
            if image.width * image.height <= MAX_PIXELS:
                return ImageOps.exif_transpose(_on_white(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
        raise InputError("input-too-large", limit="16 MP") from cause
    except Exception as cause:  # Damaged files draw many kinds of errors out of the format readers.
        raise VerificationError("picture-unreadable") from cause
    raise InputError("input-too-large", limit="16 MP")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("L")
    clear = image if "A" in image.getbands() else image.convert("LA")
    white = Image.new("L", clear.size, "white")
    white.paste(clear.convert("L"), mask=clear.getchannel("A"))
    return white
