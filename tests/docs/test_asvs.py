"""docs/asvs.md says something of every item of ASVS 5.0.0, levels 1 and 2, and names only tests that there are."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
# How many items of levels 1 and 2 each section has; in every one of them these come first.
SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1, 4.3 2,
4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2,
7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2,
11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4,
14.3 3, 15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""
ITEMS = [
    f"{section}.{n}" for section, many in re.findall(r"(\d+\.\d+) (\d+)", SECTIONS) for n in range(1, int(many) + 1)
]


def rows() -> list[list[str]]:
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [cells for cells in lines if re.match(r"\d", cells[0])]


def test_every_item_stands_on_the_page_once() -> None:
    named = [name for cells in rows() for name in cells[0].split(", ")]

    covered = Counter(item for name in named for item in ITEMS if f"{item}.".startswith(f"{name}."))

    assert len(ITEMS) == 253
    assert [item for item in ITEMS if covered[item] != 1] == []
    assert [name for name in named if not any(f"{item}.".startswith(f"{name}.") for item in ITEMS)] == []


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE)

    missing = [f"{file}::{test}" for file, test in named if test not in defined(ROOT / "tests" / file)]

    assert len(named) > 100
    assert missing == []


def defined(file: Path) -> set[str]:
    if not file.exists():
        return set()
    return {node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_what_is_met_has_a_test_and_what_is_not_has_a_reason() -> None:
    met = PAGE.partition("## Not met")[0].splitlines()

    assert [line for line in met if re.match(r"\| \d", line) and "::test_" not in line] == []
    assert all(len(cells) in (2, 3) and all(cells) for cells in rows())


def test_every_dependency_is_pinned_by_its_hash() -> None:
    pinned = re.findall(r"^(\S+)==\S+(?: ;.*)? \\\n +--hash=sha256:", (ROOT / "requirements.lock").read_text(), re.M)
    asked = re.findall(r'^  "([a-z0-9-]+)[\[>"]', (ROOT / "pyproject.toml").read_text().partition("[build")[0], re.M)

    assert len(asked) > 30
    assert set(asked) <= {name.partition("[")[0] for name in pinned}
