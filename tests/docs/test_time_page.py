"""docs/time.md: its example is what the ledger answers, its signs are those of the code."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.audit.signals import FAST_SECONDS, NIGHT_FROM, NIGHT_TO
from ledger.cli.story import Story, StoryClock
from ledger.domain.rulebook import parameter
from ledger.errors import NotFoundError
from ledger.projections.as_of import Cut

PAGE = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
ISSUED = date(2026, 10, 22)
SUSPENDED, KNOWN = ISSUED + timedelta(days=5), ISSUED + timedelta(days=12)
LIFTED, KNOWN_LIFTED = ISSUED + timedelta(days=14), ISSUED + timedelta(days=18)


def standing(story: Story, number: str, cut: Cut) -> str:
    try:
        return str(story.ledger.certificates.show_at(number, cut)["standing"])
    except NotFoundError as refused:
        return refused.code


@pytest.mark.parametrize("db", ["sqlite"])
def test_the_table_of_the_example_is_what_is_answered(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][0]
    acts = (("suspend", "suspension", SUSPENDED, KNOWN), ("reinstate", "reinstatement", LIFTED, KNOWN_LIFTED))
    for what, matter, effective, recorded in acts:
        clock.at(recorded)
        decree = told.decree("ketua", f"{recorded.day}/DPP IPSPI/SK/2026", matter, effective, "decider-ipspi")
        act = told.ledger.certificates.status_act(what, number, decree=decree, reason="ethics")
        told.approved("ketua", "sekretaris", [act], effective=effective)

    rows = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| ([a-z-]+) \| ([a-z-]+) \|$", PAGE, re.MULTILINE)

    assert len(rows) == 7
    for day, recorded, effective in rows:
        on = date.fromisoformat(day)
        assert standing(told, number, Cut(on, recorded=True)) == recorded, day
        assert standing(told, number, Cut(on)) == effective, day


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    assert f"less than {FAST_SECONDS} seconds" in PAGE
    assert f"between {NIGHT_FROM:02d}:00 and {NIGHT_TO:02d}:00 WIB" in PAGE
    assert f"rule book ({parameter('backdating.days', ISSUED)} days)" in PAGE
