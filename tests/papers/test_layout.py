"""Where things stand: the code and the stamp never meet, in any format, whatever the size of the code."""

from itertools import combinations

import pytest

from ledger.credentials import picture
from ledger.papers.layout import MARGIN, PADDING, SIZES, Box, Layout, Sheet, layout

APART = 20  # mm; so far beside its place may a round stamp be put down and still miss the code.
SMALLEST, LARGEST = 40 * 73 / 65, 0.6 * 85  # Version 12 at 40 mm, version 15 at 0.6 mm a module; with quiet zones.
every = pytest.mark.parametrize(("sheet", "side"), [(sheet, side) for sheet in Sheet for side in (SMALLEST, LARGEST)])


def boxes(made: Layout) -> list[Box]:
    return [made.said, made.code, made.check, made.stamp, made.foot]


@every
def test_no_two_boxes_overlap(sheet: Sheet, side: float) -> None:
    made = layout(sheet, side)

    for one, other in combinations(boxes(made), 2):
        above = one.bottom <= other.y or other.bottom <= one.y
        beside = one.right <= other.x or other.right <= one.x
        assert above or beside, (one, other)


@every
def test_a_stamp_put_down_beside_its_place_still_misses_the_code(sheet: Sheet, side: float) -> None:
    made = layout(sheet, side)

    assert made.stamp.x - made.code.right >= APART
    assert made.code.x < made.page.width / 2 < made.stamp.x
    assert made.stamp.width >= 60
    assert made.stamp.height >= 50


@every
def test_everything_stands_inside_the_frame(sheet: Sheet, side: float) -> None:
    made = layout(sheet, side)

    assert (made.page.width, made.page.height) == SIZES[sheet]
    for box in boxes(made):
        assert min(box.x, box.y) >= MARGIN
        assert box.right <= made.page.width - MARGIN + 1e-9
        assert box.bottom <= made.page.height - MARGIN + 1e-9


@every
def test_the_code_has_its_size_in_its_box(sheet: Sheet, side: float) -> None:
    box = layout(sheet, side).code

    assert box.width == pytest.approx(side + 2 * PADDING)
    assert side >= picture.SIDE_MM * 73 / 65
    assert box.height > box.width
