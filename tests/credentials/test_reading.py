"""Pictures and PDFs from anybody are read by a process of its own, which may die of them."""

import io
import os
import resource
import signal
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ledger.credentials import decoding, digits, picture, reading
from ledger.credentials.judge import judge_scanned
from ledger.credentials.verdict import Reason
from ledger.errors import InputError, LedgerError, VerificationError

MODES = {
    "PNG": ("L", "P", "RGBA", "1", "I;16"),
    "JPEG": ("L", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P", "RGBA", "1"),
    "BMP": ("L", "P", "1", "RGBA"),
}
OTHER = "https://cek.ipspi.or.id/q/#255"


@pytest.fixture
def url(world: Any) -> str:
    return digits.url(world.base, world.code())


def image(text: str) -> Image.Image:
    return Image.open(io.BytesIO(picture.png(text))).convert("L")


def saved(drawn: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    drawn.save(out, kind, **how)
    return out.getvalue()


def pdf(*pages: str | None) -> bytes:
    """A page of A4 for each text, with its code; None: a page without one."""
    sheets = []
    for text in pages:
        sheet = Image.new("L", (827, 1169), 255)
        if text is not None:
            sheet.paste(image(text).resize((320, 320)), (80, 700))
        sheets.append(sheet)
    return saved(sheets[0], "PDF", resolution=100, save_all=True, append_images=sheets[1:])


def refusal(data: bytes) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        reading.read(data)
    return refused.value


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def test_a_picture_is_read_as_it_would_be_here(url: str) -> None:
    assert reading.read(picture.png(url)) == url


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_says_how_it_was_held_is_read(url: str, orientation: int) -> None:
    held = Image.Exif()
    held[0x0112] = orientation

    assert reading.read(saved(image(url), "JPEG", exif=held)) == url


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind in MODES for mode in MODES[kind]])
def test_every_format_is_read_where_no_file_can_be_opened(url: str, kind: str, mode: str) -> None:
    assert reading.read(saved(image(url).convert(mode), kind)) == url


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_read(url: str, kind: str) -> None:
    first = image(url)
    moving = saved(first, kind, save_all=True, append_images=[image(OTHER).resize(first.size)])

    assert reading.read(moving) == url


def test_a_pdf_is_read_whichever_of_its_pages_has_the_code(url: str) -> None:
    assert reading.read(pdf(url)) == url
    assert reading.read(pdf(None, None, url)) == url


def test_the_same_code_on_two_pages_is_one_and_two_codes_are_too_many(url: str) -> None:
    assert reading.read(pdf(url, url)) == url
    assert str(refusal(pdf(url, OTHER))) == "picture-many-codes: got=2"


def test_a_pdf_without_a_code_says_how_many_pages_were_looked_at() -> None:
    assert refusal(pdf(None, None)).facts == {"pages": 2, "among": 2}
    assert str(refusal(pdf(None))) == "picture-no-code: pages=1, among=1"


def test_of_500_pages_the_first_and_last_five_are_looked_at(url: str) -> None:
    inside = [None] * 500
    at_end = reading.read(pdf(*inside[:498], url, None))
    hidden = refusal(pdf(*inside[:250], url, *inside[251:]))

    assert at_end == url
    assert (hidden.code, hidden.facts) == ("picture-no-code", {"pages": 10, "among": 500})


def test_a_page_as_large_as_a_field_is_drawn_small() -> None:
    page = pdf(None).replace(b"/MediaBox [ 0 0 595.44 841.68 ]", b"/MediaBox [ 0 0 999999 999999 ]")

    assert b"999999" in page
    assert refusal(page).code == "picture-no-code"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture-unreadable"),
        (b"%PDF-1.7\n%rubbish", "pdf-unreadable"),
        (pdf(None)[:300], "pdf-unreadable"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<SVG xmlns='http://www.w3.org/2000/svg'/>", "picture-svg"),
        (saved(Image.new("1", (40_000, 40_000)), "PNG"), "input-too-large"),
        (bytes(picture.MAX_BYTES + 1), "input-too-large"),
        (bytes(picture.MAX_BYTES), "picture-unreadable"),
    ],
    ids=["nothing", "no PDF", "half a PDF", "SVG", "40 000 a side", "over 10 MiB", "10 MiB of zeros"],
)
def test_what_cannot_be_read_is_refused_by_its_name(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_a_pdf_with_a_password_says_so() -> None:
    locked = (Path(__file__).parents[1] / "data" / "locked.pdf").read_bytes()

    assert refusal(locked).code == "pdf-locked"


def test_a_zip_bomb_in_any_wrapping_is_unreadable() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a", bytes(50 * 2**20))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes([0, 0, 0, 9, 0, 0, 0, 9, 8, 0, 0, 0, 0]))
    text = head + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 * 2**20), 9))

    assert refusal(packed.getvalue()).code == "picture-unreadable"
    assert refusal(text + chunk(b"IDAT", b"") + chunk(b"IEND", b"")).code == "picture-unreadable"


def test_a_code_of_somebody_else_is_read_and_judged_as_not_ours(world: Any) -> None:
    text = reading.read(picture.png("https://elsewhere.example/q/#255"))

    judged = judge_scanned(
        text, base=world.base, key_list=world.key_list, origin=world.origin, register=world.cannot_ask, now=world.now
    )
    assert judged.reason is Reason.NOTOURS


# The process ---------------------------------------------------------------------------------------------------------


def program(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Another program in its place."""
    monkeypatch.setattr(reading, "PROGRAM", (sys.executable, "-c", code))


@pytest.mark.parametrize(
    "code",
    [
        f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})",
        "import time; time.sleep(60)",
        "while True: print('x' * 65536)",
        "print('{\"text\": 5}')",
        'print(\'{"refused": "history-empty", "facts": {}}\')',
        "print('[' * 60000)",
        "pass",
    ],
    ids=["crash", "sleep", "flood", "no text", "strange refusal", "deep", "silence"],
)
def test_whatever_the_process_does_the_answer_is_ours(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    program(monkeypatch, code)
    monkeypatch.setattr(reading, "WALL_SECONDS", 2.0)

    assert refusal(bytes(picture.MAX_BYTES)).code == "picture-unreadable"


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("open('/etc/hostname')", "OSError"),
        ("open('/tmp/left-behind', 'w')", "OSError"),
        ("__import__('socket').socket()", "OSError"),
        ("bytearray(2 ** 30)", "MemoryError"),
    ],
)
def test_the_process_opens_nothing_and_takes_little(attempt: str, error: str) -> None:
    """In the middle of its work, as a broken reader of pictures would."""
    code = f"""
import socket
from ledger.credentials import decoding
def instead(data):
    try:
        {attempt}
    except {error}:
        return "refused"
    return "done"
decoding.text_of = instead
decoding.main()
"""
    done = subprocess.run([sys.executable, "-c", code], input=b"", capture_output=True, check=True)

    assert done.stdout == b'{"text": "refused"}'


def test_work_without_end_is_ended() -> None:
    code = "from ledger.credentials import decoding\ndecoding.CPU_SECONDS = 1\n"
    code += "import resource\ndecoding.LIMITS[resource.RLIMIT_CPU] = 1\n"
    code += "def instead(data):\n    while True: pass\ndecoding.text_of = instead\ndecoding.main()"

    done = subprocess.run([sys.executable, "-c", code], input=b"", capture_output=True, check=False)

    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_the_process_gets_nothing_of_our_environment() -> None:
    assert set(reading.ENVIRONMENT) == {"PYTHONPATH", "LANG"}
    assert os.environ.keys() - reading.ENVIRONMENT.keys()


def test_the_limits_are_those_that_are_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")

    assert f"{decoding.MEMORY // 2**20} MiB of addresses" in page
    assert f"{decoding.CPU_SECONDS} s of processor" in page
    assert f"{reading.WALL_SECONDS:.0f} s of clock" in page
    assert decoding.LIMITS[resource.RLIMIT_FSIZE] == 0


def test_a_refusal_is_of_the_kind_that_it_is_here() -> None:
    kinds: Sequence[type[LedgerError]] = (InputError, VerificationError)

    assert {type(refusal(data)) for data in (bytes(picture.MAX_BYTES + 1), b"")} == set(kinds)
