"""`ledger replay`, `ledger diff` and --as-of, as people use them."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from .conftest import Terminal


@pytest.fixture
def suspended(terminal: Terminal) -> tuple[Terminal, str, str]:
    """The first graduate's certificate is suspended today: terminal, number, registrant."""
    number = terminal.notes["numbers"]["graduates"][0]
    shown = terminal.answer("certificate", "show", number)
    today = terminal.answer("history", number)[-1]["effective"]
    decree = terminal.answer(
        *("decree", "record", f"12/DPP IPSPI/SK/{today[:4]}", "--matter", "suspension", "--on", today),
        *("--decider", terminal.notes["people"]["decider-ipspi"], "--officer", terminal.officer("ketua")),
        *("--backdated", "Diterima terlambat."),
    )["decree"]
    act = ("certificate", "suspend", number, "--decree", decree, "--reason", "complaint")
    proposed = terminal.answer(*act, "--officer", terminal.officer("ketua"))
    terminal.approve(proposed["proposal"], "sekretaris")
    return terminal, number, shown["registrant"]


def test_a_certificate_and_its_history_are_shown_as_of_a_day(suspended: tuple[Terminal, str, str]) -> None:
    terminal, number, registrant = suspended
    signed = terminal.answer("certificate", "show", number)["signed"]

    then = terminal.answer("certificate", "show", number, "--as-of", signed)
    today = terminal.answer("certificate", "show", number, "--as-of", "2099-01-01", "--recorded")

    assert (then["as_of"], then["by"], then["state"], then["standing"]) == (signed, "effective", "active", "valid")
    assert (today["by"], today["state"], today["standing"]) == ("recorded", "suspended", "suspended")
    events = [event["kind"] for event in terminal.answer("history", number, "--as-of", signed, "--effective")]
    assert events[-1] == "certificate.issued"
    assert terminal.answer("history", number)[-1]["kind"] == "certificate.suspended"
    (paper,) = terminal.answer("registrant", "show", registrant, "--as-of", signed)["certificates"]
    assert paper == {"number": number, "state": "active", "standing": "valid"}
    assert terminal.answer("registrant", "show", registrant)["state"] == "registered"
    assert "standing: valid" in terminal.run("certificate", "show", number, "--as-of", signed).stdout


def test_a_day_before_everything_is_refused_and_a_view_without_a_day_is_no_question(terminal: Terminal) -> None:
    number = terminal.notes["numbers"]["graduates"][0]

    assert terminal.refused("certificate", "show", number, "--as-of", "2019-01-01").startswith("not-there-then: ")
    assert terminal.refused("history", number, "--as-of", "2019-01-01").startswith("not-there-then: ")
    assert terminal.run("history", number, "--recorded").exit_code == 2


def test_the_read_models_as_of_a_day_are_written_to_a_file(terminal: Terminal) -> None:
    done = terminal.answer("replay", "--until", "2020-03-04", "-o", "then.db")

    with closing(sqlite3.connect(terminal.folder / "then.db")) as file:
        issued = file.execute("SELECT count(*) FROM certificates").fetchone()
        about = file.execute("SELECT events, recorded, root_hash FROM replayed").fetchone()
    assert issued == (466 + 36,)
    assert about == (done["events"], done["recorded"], done["root_hash"])
    assert terminal.refused("replay", "--until", "2020-03-04", "-o", "then.db").startswith("file-exists: ")
    assert terminal.refused("replay", "--until", "999999", "-o", "other.db").startswith("position-unknown: ")
    assert terminal.run("replay", "--until", "yesterday", "-o", "other.db").exit_code == 2
    assert not (terminal.folder / "other.db").exists()


def test_what_changed_is_told_by_person_and_by_certificate(suspended: tuple[Terminal, str, str]) -> None:
    terminal, number, registrant = suspended
    size = terminal.size()

    found: Any = terminal.answer("diff", str(size - 5), str(size - 1))

    assert (found["from"], found["to"]) == (size - 4, size)
    assert found["kinds"] == dict.fromkeys(
        ("approval.given", "certificate.suspended", "decree.recorded", "proposal.made"), 1
    )
    kinds = {"certificate.suspended": 1}
    assert found["certificates"] == [
        {"number": number, "registrant": registrant, "before": "active", "after": "suspended", "kinds": kinds}
    ]
    assert found["persons"] == [
        {"registrant": registrant, "before": "registered", "after": "registered", "kinds": kinds}
    ]
    assert terminal.answer("diff", str(size - 2), str(size - 1))["certificates"] == found["certificates"]
    said = terminal.run("diff", str(size - 5), str(size - 1)).stdout
    assert f"Certificate {number}: active → suspended (certificate.suspended 1)" in said


def test_from_the_beginning_everybody_is_new_and_nobody_is_named(terminal: Terminal) -> None:
    found = terminal.answer("diff", "2019-12-31", "2199-12-31T23:59")

    assert found["from"] == 0
    assert len(found["certificates"]) == 466 + 36 + 6
    assert {one["before"] for one in found["persons"] + found["certificates"]} == {None}
    assert found["kinds"]["certificate.issued"] == len(found["certificates"])
    assert "Gunawan" not in json.dumps(found)
    assert terminal.refused("diff", "5", "4").startswith("moments-reversed: ")
