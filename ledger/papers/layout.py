"""Where things stand on a sheet, in mm from its upper left corner: the code in one corner, the stamp in the other."""

from dataclasses import dataclass
from enum import StrEnum

MARGIN = 17.0  # Inside the frame.
FOOT = 9.0  # The last lines.
PADDING = 1.5  # Between the code's quiet zone and the line of its box.
WARNING = 10.0  # Below the code: that nobody stamps here.
STAMP_WIDTH = 72.0
BESIDE = 5.0


class Sheet(StrEnum):
    """As events name it."""

    A4 = "a4"
    F4 = "f4"
    A4_LANDSCAPE = "a4-landscape"
    F4_LANDSCAPE = "f4-landscape"


SIZES = {  # width, height
    Sheet.A4: (210.0, 297.0),  # ISO 216
    Sheet.F4: (215.0, 330.0),  # Folio, as Indonesian offices buy it
    Sheet.A4_LANDSCAPE: (297.0, 210.0),
    Sheet.F4_LANDSCAPE: (330.0, 215.0),
}


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """`code` is the box that must not be stamped, `stamp` that for wet signature and stamp, `said` all above both,
    `check` what stands between them, `foot` the last lines."""

    page: Box
    said: Box
    code: Box
    check: Box
    stamp: Box
    foot: Box


def layout(sheet: Sheet, picture: float) -> Layout:
    """`picture`: side of the code with its quiet zone, in mm."""
    width, height = SIZES[sheet]
    side, tall = picture + 2 * PADDING, picture + 2 * PADDING + WARNING
    foot = Box(MARGIN, height - MARGIN - FOOT, width - 2 * MARGIN, FOOT)
    top = foot.y - 2 - tall
    code = Box(MARGIN, top, side, tall)
    stamp = Box(width - MARGIN - STAMP_WIDTH, top, STAMP_WIDTH, tall)
    beside = code.right + BESIDE
    return Layout(
        page=Box(0, 0, width, height),
        said=Box(MARGIN, MARGIN, width - 2 * MARGIN, top - MARGIN - 4),
        code=code,
        check=Box(beside, top, stamp.x - beside - BESIDE, tall),
        stamp=stamp,
        foot=foot,
    )
