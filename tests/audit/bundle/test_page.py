"""The report for people: one page, nothing from a network, whatever the bundle says."""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ledger.audit import plots
from ledger.audit.page import page
from ledger.audit.statistics import DELAYS, Statistics
from ledger.messages import LANGUAGES, say
from tests.audit.bundle.conftest import Maker


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_was_proved_and_what_was_not(maker: Maker, sound: Path, lang: str) -> None:
    report = maker.audited(sound, root=None)

    shown = unescape(page(report, lang))

    assert say("audit.exit.3", lang) in shown
    assert say("audit.page.none", lang) in shown
    for check in report.checks:
        assert say(f"audit.check.{check}", lang) in shown
    assert report.root.hex() in shown
    assert "audit." not in re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)


def test_findings_stand_with_their_place_and_are_escaped(maker: Maker, tmp_path: Path) -> None:
    folder = maker.write(tmp_path / "bundle", {"log/<script>": b""}, purpose="<img src=x>")

    shown = page(maker.audited(folder), "en")

    assert "log/&lt;script&gt;" in shown
    assert say("e.file-unknown", "en") in shown
    assert "&lt;img src=x&gt;" in shown
    assert "<img" not in shown
    assert "<script" not in shown


def test_nothing_is_asked_of_a_network(maker: Maker, sound: Path) -> None:
    shown = page(maker.audited(sound), "id")

    assert "default-src 'none'; style-src 'sha256-" in shown
    assert not re.search(r"https?:|url\(|@import|src=|href=", shown)


def test_the_plots_are_drawn_in_proportion(maker: Maker, sound: Path) -> None:
    report = maker.audited(sound)

    drawn = plots.days(report.statistics)

    assert sum(bar.count for bar in drawn.bars) == len(maker.entries)
    assert drawn.most == max(sum(b.count for b in drawn.bars if b.label == bar.label) for bar in drawn.bars)
    assert all(0 <= bar.y <= plots.HEIGHT and 0 < bar.height <= plots.HEIGHT + 0.01 for bar in drawn.bars)
    assert len(drawn.legend) == plots.SERIES + 1
    svg = re.findall(r"<svg.*?</svg>", page(report, "id"), re.DOTALL)
    assert len(list(ElementTree.fromstring(svg[0]).iter("rect"))) == len(drawn.bars)


def test_approvals_are_counted_by_how_long_they_took(maker: Maker, sound: Path) -> None:
    report = maker.audited(sound)

    assert report.statistics.delays.total() == report.replayed.kinds["approval.given"]
    assert sum(bar.count for bar in plots.classes(report.statistics.delays, DELAYS).bars) == 8
    assert report.statistics.lags.total() == len(maker.entries) - report.replayed.kinds["keys.changed"] - 1


def test_a_history_of_nothing_is_drawn_too() -> None:
    assert plots.days(Statistics()).bars == []
