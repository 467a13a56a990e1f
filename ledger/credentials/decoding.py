"""A program of its own that reads one uploaded picture or PDF: standard input -> the text of its code, as JSON.

Readers of pictures are large and old, and what they are given comes from anybody. Here they have little memory and
time, and no way to open a file or a connection; what kills them kills this process only. `reading` starts it.
"""

import io
import json
import math
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress

import pypdfium2
from PIL import Image

from ledger.credentials import picture
from ledger.errors import InputError, LedgerError, VerificationError

MEMORY = 768 * 2**20  # bytes of addresses: a picture of 16 million pixels needs 170 MiB.
CPU_SECONDS = 10
LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_NOFILE: 3,  # Those that are open already; neither a file nor a socket comes after them.
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NPROC: 0,
}
PDF = b"%PDF-"
PDF_WITHIN = 1024  # bytes before its header. Source: ISO 32000-1, annex H, note 13
FIRST, LAST = 5, 5  # Pages of a long file that are looked at.
DOTS = 200 / 72  # pixels a point: a module of 0.6 mm has 4.7
LOCKED = pypdfium2.raw.FPDF_ERR_PASSWORD


def main() -> None:
    """One line of JSON: {"text"} or {"refused", "facts"}."""
    _warm()
    for kind, most in LIMITS.items():
        resource.setrlimit(kind, (most, most))
    data = sys.stdin.buffer.read(picture.MAX_BYTES + 1)
    try:
        said: dict[str, object] = {"text": text_of(data)}
    except LedgerError as refused:
        said = {"refused": refused.code, "facts": refused.facts}
    sys.stdout.write(json.dumps(said))


def _warm() -> None:
    """Each reader is used once while files may be opened: the readers themselves are files."""
    for kind in picture.FORMATS:
        out = io.BytesIO()
        Image.new("L", (1, 1)).save(out, kind)
        with suppress(VerificationError):
            picture.read(out.getvalue())


def text_of(data: bytes) -> str:
    """The text of the one code in a picture or PDF.

    Raises:
        InputError: `input-too-large`.
        VerificationError: `pdf-unreadable`, `pdf-locked`, `picture-…` as `picture.read`.
    """
    if PDF not in data[:PDF_WITHIN] or len(data) > picture.MAX_BYTES:
        return picture.read(data)
    with _opened(data) as document:
        pages = len(document)
        looked = sorted({*range(pages)[:FIRST], *range(pages)[-LAST:]})
        found = {text for page in _drawn(document, looked) for text in picture.texts(page)}
    return picture.only(found, pages=len(looked), among=pages)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as cause:
        locked = getattr(cause, "err_code", None) == LOCKED
        raise VerificationError("pdf-locked" if locked else "pdf-unreadable") from cause


def _drawn(document: pypdfium2.PdfDocument, pages: list[int]) -> Iterator[Image.Image]:
    for number in pages:
        try:
            page = document[number]
            yield page.render(scale=_scale(*page.get_size()), grayscale=True, may_draw_forms=False).to_pil()
        except pypdfium2.PdfiumError as cause:
            raise VerificationError("pdf-unreadable") from cause


def _scale(width: float, height: float) -> float:
    """200 dots an inch, fewer where a page is so large that it would be too many pixels."""
    points = max(width, 1) * max(height, 1)
    if not math.isfinite(points):
        raise InputError("input-too-large", limit="16 MP")
    return min(DOTS, math.sqrt(picture.MAX_PIXELS / points))


if __name__ == "__main__":
    main()
