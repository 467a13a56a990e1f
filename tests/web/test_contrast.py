"""Text stands out from its ground by 4.5 to 1 at least, in light and in dark (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

import ledger.web

CSS = (Path(ledger.web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
PAIRS = (
    ("text", "ground"),
    ("soft", "ground"),
    ("accent", "ground"),
    ("text", "panel"),
    ("on", "green"),
    ("on-amber", "amber"),
    ("on", "red"),
    ("on", "grey"),
)


def colours(scheme: str, css: str = CSS) -> dict[str, str]:
    light, dark = (re.findall(r":root \{(.*?)\}", css, re.DOTALL))[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", light))
    return found | (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(scheme: str, text: str, ground: str) -> None:
    named = colours(scheme)

    assert contrast(named[text], named[ground]) >= 4.5
