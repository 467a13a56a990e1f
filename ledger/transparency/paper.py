"""A checkpoint as people write it into minutes or post it in a group, and type it in again.

Source: docs/formats/paper.md; the format is ours.
"""

import re
from datetime import date
from hashlib import sha256

from ledger.errors import VerificationError
from ledger.transparency.checkpoint import Checkpoint

CONTEXT = "peksos/paper/1"
ROOT, CODE = 64, 8  # hexadecimal digits
LINE = 16  # digits of the root on a line
LOOK_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None})
ORIGIN = re.compile(r"[a-z0-9.-]{1,255}")
SIZE, DAY = re.compile("0|[1-9][0-9]{0,18}"), re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def write(point: Checkpoint, day: date) -> str:
    """Eight lines: origin, size, day, the root in four lines of four groups, the code on a line of its own.

    Args:
        day: The legal day (WIB) on which the checkpoint was signed.
    """
    root = point.root.hex()
    lines = [_grouped(root[start : start + LINE]) for start in range(0, ROOT, LINE)]
    code = _grouped(_code(point.origin, str(point.size), day.isoformat(), root))
    return "\n".join([point.origin, str(point.size), day.isoformat(), *lines, code])


def read(text: str) -> Checkpoint:
    """However it was typed: white space, line breaks, hyphens, upper and lower case do not count.

    Raises:
        VerificationError: `paper-malformed`: a part is missing or too many; `paper-mistyped`: the code does not fit.
    """
    origin, size, day, *rest = [*text.lower().split(), *("",) * 3]
    digits = "".join(rest).translate(LOOK_ALIKE)
    parts = (ORIGIN.fullmatch(origin), SIZE.fullmatch(size), DAY.fullmatch(day))
    if not all(parts) or not re.fullmatch(f"[0-9a-f]{{{ROOT + CODE}}}", digits):
        raise VerificationError("paper-malformed")
    root, code = digits[:ROOT], digits[ROOT:]
    if _code(origin, size, day, root) != code:
        raise VerificationError("paper-mistyped")
    return Checkpoint(origin, int(size), bytes.fromhex(root))


def _code(*parts: str) -> str:
    """Over everything that stands above it; a mistake is missed once in four thousand million."""
    return sha256("\n".join((CONTEXT, *parts)).encode()).hexdigest()[:CODE]


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
