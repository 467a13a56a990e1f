"""docs/rules.md names every rule, and every predicate where it stands."""

import re
from pathlib import Path

import ledger.advance  # noqa: F401 - importing registers the rules
from ledger.rules.asking import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
ROWS = {cells[0]: cells for line in PAGE.splitlines() if (cells := line.strip("| ").split(" | "))[0].startswith("R")}
MODULE = re.compile(r"`rules/(\w+)\.py`: ((?:`\w+`(?:, )?)+)")


def told() -> set[tuple[str, str, str]]:
    """(number, module, predicate) as the page has it."""
    return {
        (number, module, name)
        for number, cells in ROWS.items()
        for module, names in MODULE.findall(cells[4])
        for name in re.findall(r"\w+", names)
    }


def test_the_page_names_every_rule_in_order() -> None:
    assert list(ROWS) == [f"R{n}" for n in range(1, 45)]
    assert all(len(cells) == 6 and all(cells) for cells in ROWS.values())


def test_every_predicate_stands_in_the_row_of_its_rule_and_no_other() -> None:
    registered = {(rule.number, rule.ask.__module__.rpartition(".")[2], rule.name) for rule in RULES}

    assert told() == registered


def test_places_that_the_page_names_exist() -> None:
    named = {name for cells in ROWS.values() for name in re.findall(r"`([a-z_]+/[a-z_]+\.(?:py|toml))`", cells[4])}

    assert sorted(name for name in named if not (ROOT / "ledger" / name).exists()) == []
    assert "store/schema.py" in named


def test_a_rule_without_a_place_is_called_not_yet() -> None:
    bare = {number for number, cells in ROWS.items() if cells[4] == "not yet"}

    assert bare == {number for number, cells in ROWS.items() if cells[5] == "not yet"}
    assert {"R1", "R18", "R42"} <= bare
