"""How commands answer, refuse and read what they are given."""

import json
from typing import Any

import pytest

from .conftest import Terminal

PERSON = {"name": "Wahyu Hidayat", "nik": "3275011708909100", "born": "1990-08-17", "sex": "L", "region": "32.75"}
FOUNDER = {"authority": "IPSPI", "office": "Ketua DPP", "roles": ["admin", "approve"], "begins": "2019-01-01"}
ASKED = "Ratna Wulandari\n3275015708759001\n1975-08-17\nP\n32.75\n\nKetua DPP\n\n2019-01-01\n"
ASKED_NEXT = "Hendra Gunawan\n3275011708759002\n1975-08-17\nL\n32.75\n\nSekretaris DPP\n\n2019-01-01\n"


def test_founders_are_asked_for_on_the_terminal(empty: Terminal) -> None:
    done = empty.run("init", said=ASKED + ASKED_NEXT)

    assert done.exit_code == 0, done.stderr
    assert sorted((o["office"], o["roles"]) for o in empty.answer("officer", "list")) == [
        ("Ketua DPP", ["admin", "certify", "approve"]),
        ("Sekretaris DPP", ["admin", "certify", "approve"]),
    ]


def test_a_ledger_begins_once_and_its_vaults_key_is_made_once(empty: Terminal) -> None:
    empty.answer("keys", "init")
    key = (empty.folder / "keys/demo/kek").read_bytes()
    empty.run("init", said=ASKED + ASKED_NEXT)

    again = empty.refused("init", said=ASKED + ASKED_NEXT)

    assert again.startswith("history-exists: ")
    assert (empty.folder / "keys/demo/kek").read_bytes() == key


@pytest.mark.parametrize(
    ("founders", "code"),
    [
        ("{", "json-malformed"),
        ([FOUNDER], "founders-two"),
        ([{"person": PERSON}, {"person": PERSON}], "fields-differ"),
        ([FOUNDER | {"person": {"name": "Wahyu"}}] * 2, "fields-differ"),
        ([FOUNDER | {"person": PERSON, "begins": "soon"}] * 2, "date-malformed"),
        ([FOUNDER | {"person": PERSON, "roles": ["king"]}] * 2, "roles-unknown"),
        ([FOUNDER | {"person": PERSON}] * 2, "founders-one-person"),
    ],
)
def test_malformed_founders_begin_nothing(empty: Terminal, founders: Any, code: str) -> None:
    said = founders if isinstance(founders, str) else json.dumps(founders)

    assert empty.refused("init", "-", said=said).partition(":")[0] == code

    assert empty.run("init", said=ASKED + ASKED_NEXT).exit_code == 0


def test_a_person_is_read_from_a_file_or_standard_input_and_registered_once(terminal: Terminal) -> None:
    chair = ("--officer", terminal.officer("ketua"))
    file = terminal.write("person.json", json.dumps(PERSON))

    first = terminal.answer("registrant", "register", file, *chair)
    second = terminal.answer("registrant", "register", "-", *chair, said=json.dumps(PERSON))
    corrected = terminal.answer(
        "registrant", "correct", first["registrant"], "-", *chair, said=json.dumps(PERSON | {"name": "Wahyu Hidayah"})
    )

    assert (first["new"], second["new"]) == (True, False)
    assert first["registrant"] == second["registrant"] == corrected["registrant"]


@pytest.mark.parametrize("said", ["[]", '{"nik": "3275011708909100"', json.dumps(PERSON | {"nik": "3275011708"})])
def test_a_refusal_never_repeats_personal_data(terminal: Terminal, said: str) -> None:
    line = terminal.refused("registrant", "register", "-", "--officer", terminal.officer("ketua"), said=said)

    assert "3275" not in line


def test_without_an_officer_nothing_is_written(terminal: Terminal) -> None:
    size = terminal.size()

    nobody = terminal.refused("scheme", "register", "RELAWAN/TKSK")
    nonsense = terminal.refused("scheme", "register", "RELAWAN/TKSK", LEDGER_OFFICER="ketua")

    assert nobody.startswith("officer-not-named: ")
    assert nonsense.startswith("officer-not-named: ")
    assert terminal.size() == size


def test_an_unknown_setting_refuses_to_start(terminal: Terminal) -> None:
    done = terminal.process("proposals", LEDGER_PROT="80")

    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("setting-unknown: ")


def test_a_database_that_cannot_be_opened_is_told_in_one_line(terminal: Terminal) -> None:
    done = terminal.process("proposals", LEDGER_DATABASE="sqlite:////nowhere/at/all.db")

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("database-unreachable: ")


def test_answers_for_people_are_in_the_language_of_the_settings(terminal: Terminal) -> None:
    number = terminal.notes["numbers"]["graduates"][0]

    indonesian = terminal.run("certificate", "show", number, LEDGER_LANGUAGE="id").stdout
    english = terminal.run("certificate", "show", number).stdout

    assert f"nomor: {number}" in indonesian
    assert f"number: {number}" in english
    assert terminal.run("proposals").stdout == "Nothing.\n"


def test_the_history_of_a_certificate_is_told_from_its_beginning(terminal: Terminal) -> None:
    number = terminal.notes["numbers"]["volunteers"][0]

    said = terminal.run("history", number).stdout
    kinds = [event["kind"] for event in terminal.answer("history", number)]

    assert kinds[-1] == "certificate.issued"
    assert {"registrant.registered", "assessment.decided", "scheme.published", "approval.given"} <= set(kinds)
    assert "17 February 2020 at 07:00 WIB" in said
    assert terminal.refused("history", "IPSPI-PSG-2026-000099-1").startswith("not-found: ")


def test_rebuilding_changes_nothing_that_is_shown(terminal: Terminal) -> None:
    before = terminal.answer("certificate", "list", "--after", "IPSPI")

    answer = terminal.answer("rebuild")

    assert answer["size"] == terminal.size()
    assert terminal.answer("certificate", "list", "--after", "IPSPI") == before


def test_authorities_schemes_and_regulations_are_listed_and_ended(terminal: Terminal) -> None:
    chair = ("--officer", terminal.officer("ketua"))
    proposal = terminal.answer("authority", "end", "KEMENSOS", "0", "--ends", "2026-12-31", *chair)
    terminal.approve(proposal["proposal"], "sekretaris")
    law = terminal.answer(
        "regulation", "revoke", "Permensos 12/2017", "--by", "Permensos 14/2020", "--on", "2020-01-01", *chair
    )

    grants = {row["authority"]: row["grants"] for row in terminal.answer("authority", "list")}
    kinds = {row["kind"]: len(row["editions"]) for row in terminal.answer("scheme", "list")}
    assert grants["KEMENSOS"][0]["ends"] is not None
    assert kinds == {"RELAWAN/PSM-DASAR": 1, "PEKSOS/GENERALIS": 1}
    assert law["regulation"] == "Permensos 12/2017"
    assert "KEMENSOS" in terminal.run("authority", "list").stdout


def test_keys_are_rotated_retired_and_declared_compromised(terminal: Terminal) -> None:
    def keys() -> dict[str, tuple[str, str]]:
        return {row["key"]: (row["role"], row["state"]) for row in terminal.answer("keys", "list")}

    (receipt,) = [key for key, held in keys().items() if held == ("receipt", "active")]
    (old,) = [key for key, held in keys().items() if held == ("event", "active")]

    terminal.answer("keys", "rotate", "event")
    terminal.answer("keys", "retire", receipt)
    terminal.answer("keys", "compromised", receipt, "--index", "10")
    terminal.answer("keys", "refresh")

    assert keys()[old] == ("event", "retired")
    assert keys()[receipt] == ("receipt", "compromised")
    assert terminal.refused("keys", "retire", "00" * 8).startswith("not-found: ")
    assert terminal.run("keys", "retire", "xyz").exit_code == 2
    assert terminal.refused("keys", "rotate", "certificate").startswith("key-role-unknown: ")
    assert terminal.answer("audit")["sound"] is True


BATCHES = [
    ("nothing.csv", "", "column-missing"),
    ("header.csv", "assessment,outcome\n", "column-missing"),
    ("other.csv", "result\nK\n", "column-missing"),
    ("no-id.csv", "assessment,outcome\nsome,K\n", "id-malformed"),
    ("twice.csv", "assessment,outcome\n{id},K\n{id},BK\n", "id-twice"),
    ("long.csv", "assessment,outcome\n{id},K,K\n", "batch-malformed"),
    ("quote.csv", 'assessment,outcome\n"{id},K\n', "batch-malformed"),
    ("list.json", '["{id}"]', "batch-malformed"),
    ("cut.json", '[{{"assessment": ', "json-malformed"),
]


@pytest.mark.parametrize(("name", "text", "code"), BATCHES)
def test_a_malformed_batch_writes_nothing(terminal: Terminal, name: str, text: str, code: str) -> None:
    file = terminal.write(name, text.format(id=terminal.officer("ketua")))
    decree = ("--decree", terminal.officer("ketua"), "--officer", terminal.officer("kepala"))

    line = terminal.refused("assessment", "decide", file, *decree)

    assert line.partition(":")[0] == code


def test_a_batch_of_other_bytes_or_other_evidence_is_refused(terminal: Terminal) -> None:
    officer, kind = terminal.officer("kepala"), "RELAWAN/PSM-DASAR"
    (terminal.folder / "picture.csv").write_bytes(b"\xff\xfe\x00")
    evidence = terminal.write("evidence.csv", f"registrant,evidence\n{officer},diploma\n")
    options = ("--scheme", kind, "--assessor", officer, "--on", "2020-03-01", "--officer", officer)

    assert terminal.refused("assessment", "schedule", "picture.csv", *options).startswith("batch-malformed: ")
    assert terminal.refused("assessment", "schedule", evidence, *options).startswith("id-malformed: ")


def test_an_equivalence_is_accepted_by_decree(terminal: Terminal) -> None:
    chair = ("--officer", terminal.officer("ketua"))
    decider = ("--decider", terminal.notes["people"]["decider-ipspi"])
    person = terminal.answer("registrant", "register", "-", *chair, said=json.dumps(PERSON))["registrant"]
    number = ("99/DPP IPSPI/SK/2026", "--matter", "equivalence", "--on", "2026-01-05")
    late = ("--backdated", "-")
    decree = terminal.answer("decree", "record", *number, *decider, *late, *chair, said="Berkas terlambat tiba.")
    options = ("--tier", "PEKSOS/PROFESI", "--decree", decree["decree"], "--reasons", "Ijazah diperiksa.")

    answer = terminal.answer("equivalence", "accept", person, *options, *chair)

    assert answer["equivalence"]
    missing = terminal.run("equivalence", "accept", person, *options[:-1], "@nowhere.txt", *chair)
    assert missing.exit_code == 2
