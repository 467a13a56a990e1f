"""`ledger verify` and `ledger code`."""

import pytest
from PIL import Image

from ledger.credentials import picture

from .conftest import Terminal

NAME = "Ahmad Fauzi"


@pytest.fixture
def number(terminal: Terminal) -> str:
    return str(terminal.notes["numbers"]["graduates"][0])


@pytest.fixture
def address(terminal: Terminal, number: str) -> str:
    """What a camera reads."""
    terminal.run("code", number, "--png", "code.png")
    return picture.read((terminal.folder / "code.png").read_bytes())


def test_every_way_to_ask_has_the_same_answer(terminal: Terminal, number: str, address: str) -> None:
    by_code = terminal.answer("verify", address)
    by_digits = terminal.answer("verify", address.partition("#")[2])
    by_input = terminal.answer("verify", "-", said=address)
    by_picture = terminal.answer("verify", "--picture", "code.png")
    by_name = terminal.answer("verify", "--number", number, "--name", "-", said=NAME)

    answers = [by_code, by_digits, by_input, by_picture, by_name]
    assert {one["reason"] for one in answers} == {"valid"}
    assert {one["paper"]["number"] for one in answers} == {number}
    assert {one["paper"]["name"] for one in answers} == {NAME}


def test_a_pdf_is_read_like_a_picture(terminal: Terminal, number: str, address: str) -> None:
    Image.open(terminal.folder / "code.png").convert("L").save(terminal.folder / "code.pdf", resolution=200)

    assert terminal.answer("verify", "--picture", "code.pdf")["paper"]["number"] == number


def test_a_check_code_that_nothing_has_is_amber(terminal: Terminal) -> None:
    missed = terminal.run("verify", "--check", "zzzz-zzzz")

    assert (missed.exit_code, missed.stdout.splitlines()[0]) == (2, "NO MATCH (amber)")
    assert "this check code" in missed.stdout


def test_each_check_is_told_with_its_outcome(terminal: Terminal, address: str) -> None:
    said = terminal.run("verify", address).stdout

    assert said.startswith("GENUINE AND IN FORCE (green)\n")
    for check in ("Form of the code", "Signature", "Key of the issuer", "Status today", "Period of validity"):
        assert f"\n{check}: yes\n" in said
    assert "Name: Ahmad Fauzi" in said
    assert "Specimen register" in said


def test_the_colour_is_the_exit_code(terminal: Terminal, number: str, address: str) -> None:
    digit = str((int(address[-40]) + 1) % 10)
    altered = address[:-40] + digit + address[-39:]
    volunteer = terminal.notes["numbers"]["volunteers"][0]

    green = terminal.run("verify", "--number", number, "--name", NAME)
    red = terminal.run("verify", altered)
    amber = terminal.run("verify", "--number", volunteer, "--name", "Nobody")
    grey = terminal.run("verify", "https://elsewhere.example/q/#1")

    assert [done.exit_code for done in (green, red, amber, grey)] == [0, 1, 2, 3], red.stdout


def test_a_context_is_stated(terminal: Terminal) -> None:
    attendance = terminal.notes["numbers"]["attendance"][0]
    terminal.run("code", attendance, "--png", "code.png")

    outside = terminal.run("verify", "--picture", "code.png")
    inside = terminal.run("verify", "--picture", "code.png", "--context", "KEMENSOS")

    assert (outside.exit_code, inside.exit_code) == (2, 0)
    assert "LIMITED SCOPE" in outside.stdout
    assert "not of competence" in inside.stdout


def test_a_picture_without_a_code_is_an_error_in_one_line(terminal: Terminal) -> None:
    Image.new("L", (64, 64), "white").save(terminal.folder / "white.png")
    terminal.write("text.png", "no picture")

    assert terminal.refused("verify", "--picture", "white.png").startswith("picture-no-code: ")
    assert terminal.refused("verify", "--picture", "text.png").startswith("picture-unreadable: ")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--number", "X"),
        ("--name", "X"),
        ("1", "--number", "X", "--name", "Y"),
        ("1", "--name", "Y"),
        ("1", "--check", "Z"),
    ],
)
def test_one_way_to_ask_at_a_time(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run("verify", *arguments).exit_code == 2


def test_the_code_is_drawn_in_the_terminal_with_its_address(terminal: Terminal, number: str, address: str) -> None:
    drawn = terminal.run("code", number).stdout

    assert drawn == f"{picture.terminal(address)}\n{address}\n"


def test_a_status_is_shown_at_once(terminal: Terminal, number: str, address: str) -> None:
    chair = ("--officer", terminal.officer("ketua"))
    decider = ("--decider", terminal.notes["people"]["decider-ipspi"])

    def decided(what: str, matter: str, serial: int, reason: str) -> tuple[int, str]:
        day = terminal.answer("certificate", "show", number)["signed"]
        record = (f"{serial}/DPP IPSPI/SK/2026", "--matter", matter, "--on", day, "--backdated", "Berkas terlambat.")
        decree = terminal.answer("decree", "record", *record, *decider, *chair)["decree"]
        act = ("certificate", what, number, "--decree", decree, "--reason", reason)
        terminal.approve(terminal.answer(*act, *chair)["proposal"], "sekretaris")
        done = terminal.run("verify", address)
        return done.exit_code, done.stdout.splitlines()[0]

    assert decided("suspend", "suspension", 21, "precaution") == (2, "SUSPENDED (amber)")
    assert decided("reinstate", "reinstatement", 22, "lifted") == (0, "GENUINE AND IN FORCE (green)")
    assert decided("revoke", "revocation", 23, "fraud") == (1, "REVOKED (red)")
    assert decided("annul", "annulment", 24, "error") == (1, "ANNULLED (red)")
    assert terminal.answer("audit")["sound"] is True


def test_a_long_suspension_is_not_one_persons_act(terminal: Terminal, number: str) -> None:
    chair = ("--officer", terminal.officer("ketua"))
    decider = ("--decider", terminal.notes["people"]["decider-ipspi"])
    record = ("30/DPP IPSPI/SK/2026", "--matter", "suspension", "--on", "2026-10-20", "--backdated", "Terlambat.")
    decree = terminal.answer("decree", "record", *record, *decider, *chair)["decree"]
    act = ("certificate", "suspend", number, "--decree", decree, "--reason", "precaution", "--alone")

    line = terminal.refused(*act, "--until", "2099-12-31", *chair)

    assert line.startswith("approval-missing: ")
    assert terminal.run("verify", "--number", number, "--name", NAME).exit_code == 0
