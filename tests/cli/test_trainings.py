"""The attendance sheet at the command line."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from .conftest import Terminal

SHEET = str(files("ledger.intake") / "samples" / "bimtek-2020-02-17.csv")
DIRTY = str(Path(__file__).parents[1] / "data" / "bimtek-dirty.csv")


def test_a_dry_run_of_the_full_sheet_writes_nothing(terminal: Terminal, planned: Callable[..., str]) -> None:
    training = planned()
    before = terminal.size()

    clerk = ("--officer", terminal.officer("petugas"))

    answer = terminal.answer("training", "import", training, SHEET, "--dry-run", *clerk)

    assert (answer["ready"], answer["bad"], answer["written"]) == (475, 0, 0)
    assert terminal.size() == before


def test_the_same_sheet_twice_changes_nothing(terminal: Terminal, planned: Callable[..., str]) -> None:
    training, clerk = planned(), terminal.officer("petugas")
    before = terminal.size()

    first = terminal.answer("training", "import", training, SHEET, "--officer", clerk)
    between = terminal.size()
    second = terminal.answer("training", "import", training, SHEET, "--officer", clerk)

    assert (first["written"], first["already"]) == (475, 0)
    assert between == before + 475  # Everybody is registered already: by the demonstration's own training.
    assert (second["written"], second["already"]) == (0, 475)
    assert terminal.size() == between


@pytest.mark.parametrize(
    "option",
    [
        ("--announced", "9" * 19),
        ("--quota", "32.75=" + "9" * 19),
        ("--hours", "9" * 19),
        ("--quota", "32.75=" + "9" * 5000),
    ],
)
def test_a_number_that_nobody_plans_is_refused_at_the_command_line(terminal: Terminal, option: tuple[str, str]) -> None:
    before = terminal.size()
    plan = ["--programme", "PSM-DASAR", "--day", "2026-10-21", "--hours", "8", "--announced", "1", "--quota", "32.75=1"]

    done = terminal.run("training", "plan", *plan, "--basis", "Permensos 10/2019", *option)

    assert done.exit_code == 2
    assert terminal.size() == before


def test_bad_rows_are_reported_and_nothing_is_written(terminal: Terminal, planned: Callable[..., str]) -> None:
    training = planned()
    before = terminal.size()

    done = terminal.run("training", "import", training, DIRTY, "--officer", terminal.officer("petugas"))

    assert done.exit_code == 1
    assert done.stdout == ""
    *reported, last = done.stderr.splitlines()
    assert last.startswith("rows-bad: Nothing was written: 10 bad rows.")
    assert any(line.startswith("Row 4, column NIK, value '327501170885001'") for line in reported)
    assert terminal.size() == before


def test_with_skip_bad_exactly_the_good_rows_are_written(terminal: Terminal, planned: Callable[..., str]) -> None:
    training, clerk = planned(), terminal.officer("petugas")

    answer = terminal.answer("training", "import", training, DIRTY, "--skip-bad", "--officer", clerk)

    assert (answer["written"], answer["bad"]) == (4, 10)
    assert sum(terminal.answer("training", "show", training)["roster"].values()) == 4


def test_a_nik_in_a_numeric_cell_refuses_the_file_in_one_line(terminal: Terminal, planned: Callable[..., str]) -> None:
    training = planned()
    sheet = str(Path(DIRTY).with_name("bimtek-numeric-nik.xlsx"))

    done = terminal.run("training", "import", training, sheet, "--skip-bad", "--officer", terminal.officer("petugas"))

    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("nik-numeric: ")


def test_titles_and_signatures_are_passed_over_and_named(terminal: Terminal, planned: Callable[..., str]) -> None:
    training, clerk = planned(), terminal.officer("petugas")
    sheet = str(Path(DIRTY).with_name("bimtek-titles.xlsx"))

    done = terminal.run("training", "import", training, sheet, "--dry-run", "--officer", clerk)

    assert done.exit_code == 0, done.stderr
    assert any(line.startswith("Row 1 passed over: ") for line in done.stderr.splitlines())
    assert "Mengetahui" in done.stderr


def test_a_training_is_not_closed_while_a_difference_is_unexplained(
    terminal: Terminal, planned: Callable[..., str]
) -> None:
    training, clerk = planned(), terminal.officer("petugas")
    terminal.answer("training", "import", training, DIRTY, "--skip-bad", "--officer", clerk)

    head = terminal.officer("kepala")
    refusal = terminal.refused("training", "close", training, "--officer", head)
    for group in ("32.75", "32.16", "PUSAT"):
        reason = terminal.write("reason.txt", "Peserta lain berhalangan hadir.")
        options = ("--group", group, "--explanation", f"@{reason}", "--officer", clerk)
        terminal.answer("training", "explain", training, "roster", *options)
    closed = terminal.answer("training", "close", training, "--officer", head)

    assert refusal.partition(":")[0] == "discrepancy-open"
    assert (closed["completed"], closed["incomplete"]) == (3, 1)


def test_a_training_is_cancelled_once(terminal: Terminal, planned: Callable[..., str]) -> None:
    training, clerk = planned(), terminal.officer("petugas")
    terminal.answer("training", "cancel", training, "--officer", clerk)

    refusal = terminal.refused("training", "cancel", training, "--officer", clerk)

    assert refusal.startswith("state-refuses: ")
    assert terminal.answer("training", "show", training)["state"] == "cancelled"


def test_an_explanation_comes_from_standard_input_too(terminal: Terminal) -> None:
    done = terminal.run(
        *("training", "plan", "--programme", "PSM-DASAR", "--day", "2020-02-17", "--hours", "8", "--announced", "30"),
        *("--quota", "32.75=25", "--basis", "Permensos 10/2019", "--explanation", "-", "--json"),
        *("--officer", terminal.officer("petugas")),
        said="Angka 30 dibulatkan dalam siaran pers.\n",
    )

    assert done.exit_code == 0, done.stderr
    training = json.loads(done.stdout)["training"]
    assert terminal.answer("training", "show", training)["open"] == ["roster/32.75"]


def test_wrong_usage_ends_with_two(terminal: Terminal) -> None:
    quota = terminal.run("training", "plan", "--quota", "32.75")
    day = terminal.run("training", "plan", "--day", "17/02/2020")

    assert (quota.exit_code, day.exit_code) == (2, 2)
