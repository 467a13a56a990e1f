"""Two people at two terminals: proposing, seeing what is signed, approving with a key file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .conftest import Terminal

TODAY = datetime.now(UTC) + timedelta(hours=7)
KEY = "keys/demo/officers/{}.pem"


def proposed(terminal: Terminal) -> str:
    """The chair proposes to dismiss the clerk's appointment at Kemensos."""
    clerk, chair = terminal.officer("petugas"), terminal.officer("ketua")
    return str(terminal.answer("officer", "dismiss", clerk, *decreed(terminal), "--officer", chair)["proposal"])


def decreed(terminal: Terminal) -> tuple[str, str]:
    """By a decree of the chair's own authority, of today."""
    today = TODAY.date().isoformat()
    options = ("--matter", "appointment", "--on", today, "--decider", terminal.notes["people"]["decider-ipspi"])
    number = f"{len(terminal.answer('proposals')) + 21}/DPP IPSPI/SK/{TODAY.year}"
    chair = ("--officer", terminal.officer("ketua"))
    return "--decree", str(terminal.answer("decree", "record", number, *options, *chair)["decree"])


def newcomer(terminal: Terminal) -> tuple[str, Any]:
    """Somebody who is registered, and proposed as an officer."""
    chair, born = terminal.officer("ketua"), {"born": "1990-08-17", "sex": "L", "region": "32.75"}
    person = {"name": "Wahyu Hidayat", "nik": "3275011708909100"} | born
    id = terminal.answer("registrant", "register", "-", "--officer", chair, said=json.dumps(person))["registrant"]
    mandate = ("--authority", "IPSPI", "--role", "certify", "--office", "Pejabat", "--begins", "2026-01-01")
    return id, terminal.answer("officer", "appoint", id, *mandate, *decreed(terminal), "--officer", chair)


def state(terminal: Terminal) -> str:
    (clerk,) = [o for o in terminal.answer("officer", "list") if o["officer"] == terminal.officer("petugas")]
    return str(clerk["state"])


def test_the_approver_sees_in_plain_words_what_is_signed(terminal: Terminal) -> None:
    proposal, who = proposed(terminal), terminal.officer("sekretaris")

    shown = terminal.run("approve", proposal, "--officer", who, "--officer-key", KEY.format("sekretaris"), said="n\n")

    assert shown.exit_code == 1
    assert "What you are signing: acts, 1 of them" in shown.stderr
    assert "Dismiss an officer (1)\n  decree: " in shown.stderr
    assert "  reason: ended\n" in shown.stderr
    assert shown.stdout == ""
    assert state(terminal) == "appointed"


def test_names_stand_beside_each_certificate_that_is_issued(terminal: Terminal) -> None:
    _, appointed = newcomer(terminal)

    shown = terminal.run("approve", appointed["proposal"], "--officer", terminal.officer("sekretaris"), said="n\n")

    assert "Appoint an officer (1)" in shown.stderr
    assert f"1. Wahyu Hidayat, 1990, NIK …9100, 32.75 Kota Bekasi, {appointed['officer']}" in shown.stderr
    assert "roles: certify" in shown.stderr


def test_after_a_yes_it_is_signed_and_done(terminal: Terminal) -> None:
    proposal, who = proposed(terminal), terminal.officer("sekretaris")

    done = terminal.run(
        "approve", proposal, said="y\n", LEDGER_OFFICER=who, LEDGER_OFFICER_KEY=KEY.format("sekretaris")
    )

    assert done.exit_code == 0, done.stderr
    assert state(terminal) == "dismissed"
    assert terminal.answer("proposals") == []


def test_approving_an_own_proposal_is_refused_in_one_line(terminal: Terminal) -> None:
    proposal, chair = proposed(terminal), terminal.officer("ketua")
    options = ("--yes", "--officer", chair, "--officer-key", KEY.format("ketua"))

    done = terminal.process("approve", proposal, *options)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("own-proposal: ")
    assert "Traceback" not in done.stderr
    assert state(terminal) == "appointed"


def test_another_officers_key_or_none_does_not_approve(terminal: Terminal) -> None:
    proposal, who = proposed(terminal), terminal.officer("sekretaris")

    wrong = terminal.refused("approve", proposal, "--yes", "--officer", who, "--officer-key", KEY.format("ketua"))
    none = terminal.refused("approve", proposal, "--yes", "--officer", who)

    assert wrong.startswith("assertion-wrong: ")
    assert none.startswith("assertion-missing: ")
    assert state(terminal) == "appointed"


def test_a_proposal_is_approved_once(terminal: Terminal) -> None:
    proposal = proposed(terminal)
    terminal.approve(proposal, "sekretaris")

    who, key = terminal.officer("sekretaris"), KEY.format("sekretaris")
    again = terminal.refused("approve", proposal, "--yes", "--officer", who, "--officer-key", key)

    assert again.startswith("state-refuses: ")


def test_a_new_key_is_encrypted_with_the_officers_own_passphrase(terminal: Terminal) -> None:
    chair, secret = terminal.officer("ketua"), terminal.write("secret", "my own long passphrase\n")
    (terminal.folder / secret).chmod(0o600)
    options = ("--key-file", "usb/ketua.pem", "--passphrase", f"file:{secret}", "--officer", chair)

    first = terminal.answer("officer", "enrol", chair, *options)
    terminal.answer("proposal", "withdraw", first["proposal"], "--officer", chair)
    again = terminal.answer("officer", "enrol", chair, *options)
    terminal.approve(again["proposal"], "sekretaris")
    proposer = ("--officer", terminal.officer("sekretaris"))
    proposal = terminal.answer("officer", "end-key", terminal.officer("wakil"), *proposer)
    signed = ("--yes", "--officer", chair, "--officer-key", "usb/ketua.pem", "--passphrase", f"file:{secret}")
    terminal.answer("approve", proposal["proposal"], *signed)

    file = terminal.folder / "usb/ketua.pem"
    assert first["key_file"] == "usb/ketua.pem"
    assert b"ENCRYPTED" in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_the_passphrase_is_asked_for(terminal: Terminal) -> None:
    chair, secret = terminal.officer("ketua"), terminal.write("secret", "my own long passphrase\n")
    (terminal.folder / secret).chmod(0o600)
    key = ("--key-file", "usb/ketua.pem")
    terminal.answer("officer", "enrol", chair, *key, "--passphrase", f"file:{secret}", "--officer", chair)

    other = ("--officer", terminal.officer("sekretaris"))
    right = terminal.run("officer", "enrol", chair, *key, *other, said="my own long passphrase\n")
    wrong = terminal.refused("officer", "enrol", chair, *key, *other, said="some other passphrase\n")

    assert right.exit_code == 0, right.stderr
    assert wrong.startswith("key-file-locked: ")


def test_a_public_key_that_was_made_elsewhere_is_proposed(terminal: Terminal) -> None:
    chair = terminal.officer("ketua")

    done = terminal.run("officer", "enrol", chair, "--public", "not hex", "--officer", chair)
    unsound = terminal.refused("officer", "enrol", chair, "--public", "00" * 32, "--officer", chair)

    assert done.exit_code == 2
    assert unsound.startswith("key-unsound: ")
    assert list(Path().glob("keys/demo/officers/????????-*.pem")) == []


def test_roles_and_tokens_of_officers(terminal: Terminal) -> None:
    clerk, chair = terminal.officer("petugas"), terminal.officer("ketua")
    options = ("--role", "enrol", "--role", "certify", "--office", "Kepala", "--ends", "2030-12-31", "--officer", chair)

    changed = terminal.answer("officer", "change", clerk, *options, *decreed(terminal))
    terminal.approve(changed["proposal"], "sekretaris")
    token = terminal.answer("officer", "token", clerk, "--days", "1")

    (row,) = [o for o in terminal.answer("officer", "list") if o["officer"] == clerk]
    assert (row["roles"], row["office"]) == (["enrol", "certify"], "Kepala")
    assert token["token"].startswith("peksos_")


def test_an_approver_is_told_that_a_name_was_erased(terminal: Terminal) -> None:
    person, appointed = newcomer(terminal)
    chair = terminal.officer("ketua")
    erasure = terminal.answer("registrant", "erase", person, "--ground", "PDP-43", "--officer", chair)["proposal"]
    terminal.approve(erasure, "sekretaris")

    shown = terminal.run("approve", appointed["proposal"], "--officer", terminal.officer("sekretaris"), said="n\n")

    assert f"1. (data erased), {appointed['officer']}" in shown.stderr


def test_erasing_a_person_takes_two_and_leaves_the_audit_sound(terminal: Terminal) -> None:
    number, chair = terminal.notes["numbers"]["graduates"][2], terminal.officer("ketua")
    before = terminal.answer("certificate", "show", number)
    holder = before["registrant"]

    proposal = terminal.answer("registrant", "erase", holder, "--ground", "PDP-43", "--officer", chair)["proposal"]
    terminal.approve(proposal, "sekretaris")

    assert terminal.refused("code", number).startswith("data-erased: ")
    assert terminal.answer("certificate", "show", number) == before | {"holder": "erased"}
    assert "holder: (data erased)\n" in terminal.run("certificate", "show", number).stdout
    assert terminal.run("verify", "--number", number, "--name", "Citra Dewi").exit_code == 2
    assert terminal.answer("audit")["sound"] is True
