"""`ledger template`, `ledger check`, `ledger participation`: sheets without a server, lists that change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.main import cli
from tests.cli.conftest import Terminal
from tests.intake.filling import filled

GOOD = ("1", "Sari Melati", "3275015203900004", "P", "12/03/1990", "Bekasi Timur", "32.75", "H")
BAD = ("2", "Tono Wijaya", "3275011708850009", "L", "17/08/1985", "Bekasi Timur", "32.75", "?")
PLAN = ("--group", "32.75", "--days", "1")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A folder without a ledger."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, words)


def test_a_sheet_is_made_filled_in_and_checked_without_a_ledger(offline: Callable[..., Result], tmp_path: Path) -> None:
    made = offline("template", "-o", "hadir.xlsx", *PLAN)
    sheet = tmp_path / "hadir.xlsx"
    sheet.write_bytes(filled(sheet.read_bytes(), [GOOD]))

    good = offline("check", "hadir.xlsx", *PLAN, "--first-day", "2026-10-21", "--json")
    sheet.write_bytes(filled(sheet.read_bytes(), [BAD]))
    bad = offline("check", "hadir.xlsx", *PLAN, "--first-day", "2026-10-21")

    assert made.exit_code == 0, made.stderr
    assert json.loads(good.stdout) == {"ready": 1, "bad": 0, "warnings": 0, "already": 0}
    assert bad.exit_code == 1
    assert "Hari 1" in bad.stderr
    assert list(tmp_path.iterdir()) == [sheet]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("template", "-o", "a.xlsx"), "groups-missing"), (("check", ".env", "--group", "32.75"), "first-day-missing")],
)
def test_what_a_sheet_must_fit_is_asked_for(
    offline: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    (tmp_path / ".env").write_text("")

    refused = offline(*words)

    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, code)


def test_a_walk_in_is_recorded_and_completed(terminal: Terminal, planned: Callable[..., str]) -> None:
    training, clerk = planned(), terminal.officer("petugas")
    stranger = terminal.write("stranger.json", json.dumps({"name": "Sari Melati", "sex": "P"}))
    person = {"name": "Sari Melati", "nik": GOOD[2], "born": "1990-03-12", "sex": "P", "region": "32.75"}
    whole = terminal.write("person.json", json.dumps(person))
    marks = ("--group", "32.75", "--marks", "HH", "--adult", "--officer", clerk)

    came = terminal.answer("participation", "walk-in", training, stranger, *marks)
    told = terminal.answer("participation", "complete", came["registrant"], whole, "--officer", clerk)

    assert not told["duplicate"]
