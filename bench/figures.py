"""What was measured, beside what it is compared with, and how much is wanted."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Work = Callable[[], int]  # Does some, and says how many.


@dataclass(frozen=True)
class Figure:
    """`ours` and `other` in things a second; `ratio` is compared with `wanted`, None: nothing is wanted of it."""

    name: str
    ours: float
    against: str
    other: float
    ratio: float
    wanted: float | None = None
    at_most: bool = False

    @property
    def reached(self) -> bool:
        if self.wanted is None:
            return True
        return self.ratio <= self.wanted if self.at_most else self.ratio >= self.wanted

    def row(self) -> tuple[str, ...]:
        sign = "≤" if self.at_most else "≥"
        wanted = "" if self.wanted is None else f"{sign} {self.wanted}{'' if self.reached else '  MISSED'}"
        ratio = f"{self.ratio:.2f}" if self.other else ""
        other = f"{self.other:,.0f}" if self.other else ""
        return self.name, f"{self.ours:,.0f}", self.against, other, ratio, wanted


def rate(work: Work) -> float:
    """Things a second."""
    begun = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - begun)


def side_by_side(ours: Work, other: Work, rounds: int) -> tuple[float, float, float]:
    """Rates in turns, so that a busy moment hits both: the medians, and the median of the ratios of the rounds."""
    pairs = [(rate(ours), rate(other)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)


def table(figures: Sequence[Figure]) -> str:
    """In Markdown."""
    head = ("measured", "a second", "beside", "a second", "ratio", "wanted")
    rows = [head, *(figure.row() for figure in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
