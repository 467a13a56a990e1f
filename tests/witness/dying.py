"""A witness that is asked once and killed at a named step: `dying.py FOLDER STEP`, the request on standard input."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger.witness import witness
from ledger.witness.book import Book
from ledger.witness.server import wall_clock


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def last(*args: Any) -> None:
        function(*args)
        die()

    return last


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "before it is kept": (witness, "keep", die),
    "before the commit": (witness, "keep", then_die(witness.keep)),
    "after the answer is made": (witness.Witness, "add_checkpoint", then_die(witness.Witness.add_checkpoint)),
}

if __name__ == "__main__":
    folder, step = sys.argv[1:]
    setattr(*FAULTS[step])
    assert Book(Path(folder)).origins()
    witness.Witness(Path(folder), wall_clock).add_checkpoint(sys.stdin.buffer.read())
