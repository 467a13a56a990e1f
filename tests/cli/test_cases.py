"""`ledger case` and `ledger attestation`, as the board uses them."""

import json
import os
import stat
import time
import zipfile

import pytest

from ledger.application.evidence import Given
from ledger.config import read as configured
from ledger.domain.values import legal_day
from ledger.wiring import build
from tests.cli.conftest import Terminal

NUMBER, NAME = "045/DINSOS/2018", "Siti Aminah"
ISSUER = ("--issuer", "Dinas Sosial Kota Bekasi", "--kind", "HADIR/PSM-DASAR")


@pytest.fixture
def ask(terminal: Terminal) -> str:
    """What a reader asked over the pages."""
    ledger = build(configured({}))
    made = ledger.cases.open("ask", Given(number=NUMBER, name=NAME, text="Mohon dicek."))
    ledger.close()
    return made.number


def ketua(terminal: Terminal) -> tuple[str, str]:
    return "--officer", terminal.officer("ketua")


def test_a_confirmed_question_is_told_to_the_next_asker(terminal: Terminal, ask: str) -> None:
    listed = terminal.answer("case", "list", *ketua(terminal))
    today = legal_day(time.time_ns() // 1_000_000).isoformat()
    answered = ("--means", "letter", "--on", today, *ISSUER)
    proposed = terminal.answer("case", "answer", ask, "confirmed", *answered, *ketua(terminal))
    terminal.approve(proposed["proposal"], "sekretaris")

    verdict = terminal.answer("verify", "--number", "045 DINSOS 2018", "--name", "siti aminah")
    read = terminal.run("verify", "--number", "045 DINSOS 2018", "--name", "siti aminah").stdout
    shown = terminal.answer("case", "show", ask, *ketua(terminal))
    (attested,) = terminal.answer("attestation", "list")

    assert (verdict["reason"], verdict["colour"], verdict["paper"]["issuer"]) == ("external", "green", ISSUER[1])
    assert "CONFIRMED BY ITS ISSUER AS OF" in read
    assert "Checked by a letter to the issuer" in read
    assert [(one["case"], one["left"] <= 5) for one in listed] == [(ask, True)]
    assert (shown["answer"], shown["means"], shown["content"]["said"]["name"]) == ("confirmed", "letter", NAME)
    assert (attested["state"], attested["issuer"]) == ("recorded", "Dinas Sosial Kota Bekasi")
    assert NUMBER not in json.dumps(attested)

    withdrawn = terminal.answer(
        "attestation", "withdraw", attested["attestation"], "--reason", "error", *ketua(terminal)
    )
    terminal.approve(withdrawn["proposal"], "sekretaris")
    assert terminal.answer("attestation", "list")[0]["state"] == "withdrawn"


def test_the_approver_is_shown_what_is_confirmed_in_plain_words(terminal: Terminal, ask: str) -> None:
    answered = ("--means", "letter", "--on", "2026-01-05", *ISSUER)
    proposed = terminal.answer("case", "answer", ask, "confirmed", *answered, *ketua(terminal))

    key = "keys/demo/officers/sekretaris.pem"
    done = terminal.run(
        *("approve", proposed["proposal"], "--yes", "--officer", terminal.officer("sekretaris"), "--officer-key", key)
    )

    assert done.exit_code == 0
    for said in ("Record another issuer's confirmation", NAME, NUMBER, "Dinas Sosial Kota Bekasi"):
        assert said in done.stderr


def test_the_evidence_is_written_for_its_owner_only_and_never_over_a_file(terminal: Terminal, ask: str) -> None:
    terminal.answer("case", "export", ask, "-o", "case.zip", *ketua(terminal))

    refused = terminal.refused("case", "export", ask, "-o", "case.zip", *ketua(terminal))

    assert refused.startswith("file-exists")
    assert stat.S_IMODE(os.stat("case.zip").st_mode) == 0o600  # noqa: PTH116 - the file's own mode
    with zipfile.ZipFile("case.zip") as bundle:
        assert json.loads(bundle.read("case.json"))["said"]["number"] == NUMBER


def test_cases_need_an_officer_of_the_board(terminal: Terminal, ask: str) -> None:
    assert terminal.refused("case", "show", ask).startswith("officer-not-named")
    assert terminal.refused("case", "show", ask, "--officer", terminal.officer("petugas")).startswith("role-missing")


def test_a_confirmation_of_what_the_asker_did_not_name_wants_number_and_name(terminal: Terminal, ask: str) -> None:
    ledger = build(configured({}))
    bare = ledger.cases.open("ask", Given(code="https://lain.example/1")).number
    ledger.close()
    answered = ("confirmed", "--means", "call", "--on", "2026-01-05", *ISSUER)

    refused = terminal.refused("case", "answer", bare, *answered, *ketua(terminal))
    named = terminal.answer(
        *("case", "answer", bare, *answered, "--paper-number", "7/X", "--paper-name", "-", *ketua(terminal)), said=NAME
    )

    assert refused.startswith("attestation-unnamed")
    assert named["answer"] == "confirmed"


def test_sweeping_before_the_days_are_over_destroys_nothing(terminal: Terminal, ask: str) -> None:
    terminal.answer("case", "answer", ask, "cannot-say", *ketua(terminal))

    assert terminal.answer("case", "sweep") == {"swept": 0}
