"""The text of the code in an uploaded picture or PDF, read by a process of its own: see `decoding`."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

import ledger
from ledger.credentials.picture import MAX_BYTES
from ledger.errors import InputError, LedgerError, VerificationError

WALL_SECONDS = 20.0  # Busy processors may make ten seconds of work long.
MAX_ANSWER = 65_536  # bytes; a code holds 7089 characters at most. Source: ISO/IEC 18004:2024, table 7
PROGRAM = (sys.executable, "-P", "-s", "-B", "-m", "ledger.credentials.decoding")
ENVIRONMENT = {"PYTHONPATH": str(Path(ledger.__path__[0]).parent), "LANG": "C.UTF-8"}
REFUSALS: dict[str, type[LedgerError]] = {
    "input-too-large": InputError,
    **dict.fromkeys(
        ("picture-svg", "picture-unreadable", "picture-no-code", "picture-many-codes", "pdf-unreadable", "pdf-locked"),
        VerificationError,
    ),
}


def read(data: bytes) -> str:
    """The text of the one code in a picture or PDF; the same code twice is one.

    Of a PDF the first and the last five pages are looked at, of an animation the first picture.

    Raises:
        InputError: `input-too-large`: over 10 MiB or 16 million pixels.
        VerificationError: `picture-unreadable` (also: the reader crashed, or needed too much), `picture-svg`,
            `picture-no-code`, `picture-many-codes`, `pdf-unreadable`, `pdf-locked`.
    """
    if len(data) > MAX_BYTES:
        raise InputError("input-too-large", limit="10 MiB")
    match _answer(data):
        case {"text": str() as text}:
            return text
        case {"refused": str() as code, "facts": dict() as facts} if code in REFUSALS:
            raise REFUSALS[code](code, **facts)
    raise VerificationError("picture-unreadable")


def _answer(data: bytes) -> Any:
    """What the program said; None if it died."""
    with subprocess.Popen(  # noqa: S603 - our own program
        PROGRAM, env=ENVIRONMENT, cwd=os.sep, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        end = Timer(WALL_SECONDS, child.kill)
        end.start()
        try:
            _hand_over(child, data)
            return json.loads(child.stdout.read(MAX_ANSWER)) if child.stdout else None
        except (ValueError, RecursionError):  # It may say anything.
            return None
        finally:
            end.cancel()
            child.kill()


def _hand_over(child: subprocess.Popen[bytes], data: bytes) -> None:
    if child.stdin is not None:
        with suppress(BrokenPipeError), child.stdin:  # It may die before it has read everything.
            child.stdin.write(data)
