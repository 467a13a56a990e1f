"""The plots of a report: where each bar stands, for a template to draw as SVG."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.audit.statistics import Statistics

WIDTH, HEIGHT = 720, 180  # of the space for bars, in SVG units
MOST_BINS = 60
SERIES = 7  # nouns with a colour of their own; the rest share one
REST = "…"


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    series: int
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Plot:
    """`ticks`: where a label stands on the horizontal axis; `legend`: the series; `most`: of the tallest bar."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    legend: list[str]
    most: int


def days(statistics: Statistics) -> Plot:
    """Events by day and noun, stacked; a long history in equal stretches of days."""
    total = Counter[str]()
    for (_, noun), count in statistics.days.items():
        total[noun] += count
    legend = [noun for noun, _ in total.most_common(SERIES)]
    if len(total) > SERIES:
        legend.append(REST)
    first = min(day for day, _ in statistics.days).toordinal() if statistics.days else 0
    last = max(day for day, _ in statistics.days).toordinal() if statistics.days else 0
    step = (last - first) // MOST_BINS + 1
    bins: list[Counter[int]] = [Counter() for _ in range((last - first) // step + 1)]
    for (day, noun), count in statistics.days.items():
        series = legend.index(noun) if noun in legend else SERIES
        bins[(day.toordinal() - first) // step][series] += count
    labels = [date.fromordinal(first + n * step).isoformat() for n in range(len(bins))] if first else []
    return _stacked(bins, labels, legend)


def classes(counts: Counter[int], most: Sequence[int]) -> Plot:
    """One bar a class: up to each bound, and above the last."""
    labels = [f"≤ {bound}" for bound in most] + [f"> {most[-1]}"]
    return _stacked([Counter({0: counts[n]}) for n in range(len(labels))], labels, [])


def _stacked(bins: Sequence[Counter[int]], labels: Sequence[str], legend: list[str]) -> Plot:
    most = max((one.total() for one in bins), default=0)
    wide = WIDTH / max(1, len(labels))
    bars: list[Bar] = []
    for n, label in enumerate(labels):
        top = float(HEIGHT)
        for series, count in sorted(bins[n].items()):
            height = HEIGHT * count / max(1, most)
            top -= height
            x, y, width, height = (round(one, 2) for one in (n * wide, top, wide * 0.9, height))
            bars.append(Bar(x, y, width, height, series, label, count))
    every = -(-len(labels) // 8)
    ticks = [(round(n * wide, 2), label) for n, label in enumerate(labels) if n % max(1, every) == 0]
    return Plot(bars, ticks, legend, most)
