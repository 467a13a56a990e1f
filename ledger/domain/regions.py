"""Regions of Indonesia by their Kemendagri code, with the day from which a code exists (R38).

Source: Kepmendagri 300.2.2-2138/2025. All 38 provinces are listed, of the regencies only those in use here.
Other schemes (BPS, religious affairs) give other codes to the same places: store `SCHEME` beside a code.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCHEME = "kemendagri"


@dataclass(frozen=True, slots=True)
class Region:
    """`code` is text such as "32.75": as a number, 11.10 would become 11.1. `since` None: as far back as matters."""

    code: str
    name: str
    since: date | None


def _load() -> dict[str, Region]:
    with Path(__file__).with_name("regions.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Region(row["code"], row["name"], date.fromisoformat(row["since"]) if row["since"] else None)
            for row in csv.DictReader(lines)
        }


REGIONS = _load()


def exists(code: str, on: date) -> bool:
    """Whether the code was in force on that day: 34 provinces until November 2022, 38 since."""
    region = REGIONS.get(code)
    return region is not None and (region.since is None or region.since <= on)
