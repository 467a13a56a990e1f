"""`ledger paper` and `ledger training materials`, on the demonstration's files."""

from collections.abc import Callable
from hashlib import sha256

import pypdfium2
import pytest
from click.testing import CliRunner

from ledger.cli.main import cli

from .conftest import Terminal


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """Log and lists are published."""
    terminal.run("checkpoint")
    terminal.run("publish", "public")
    return terminal


def officer(desk: Terminal, who: str = "ketua") -> tuple[str, str]:
    return "--officer", desk.officer(who)


def test_a_certificate_is_printed_and_its_file_recorded(desk: Terminal) -> None:
    number = desk.notes["numbers"]["graduates"][0]

    answer = desk.answer("paper", "print", number, "-o", "paper.pdf", "--sheet", "f4", "--landscape", *officer(desk))

    file = (desk.folder / "paper.pdf").read_bytes()
    assert answer["printed"] == 1
    assert answer["papers"] == [{"number": number, "sha256": sha256(file).hexdigest(), "blank": None}]
    with pypdfium2.PdfDocument(file) as document:
        assert [round(side * 25.4 / 72) for side in document[0].get_size()] == [330, 215]
        assert "CONTOH" in document[0].get_textpage().get_text_bounded()


def test_several_come_in_one_file_with_their_own_beside(desk: Terminal) -> None:
    numbers = desk.notes["numbers"]["graduates"][:2]
    options = ("-o", "all.pdf", "--each", "singles", "--handover", "sign.pdf", "--blanks", "BLK-000010")

    answer = desk.answer("paper", "print", *numbers, *options, "--offset", "1.5,-2", *officer(desk))

    recorded = {paper["number"]: (paper["sha256"], paper["blank"]) for paper in answer["papers"]}
    assert {blank for _, blank in recorded.values()} == {"BLK-000010", "BLK-000011"}
    for number in numbers:
        file = (desk.folder / "singles" / f"{number}.pdf").read_bytes()
        assert sha256(file).hexdigest() == recorded[number][0]
    assert (desk.folder / "all.pdf").read_bytes()[:5] == (desk.folder / "sign.pdf").read_bytes()[:5] == b"%PDF-"
    assert [row["blank"] for row in desk.answer("paper", "blanks")] == ["BLK-000010", "BLK-000011"]


def test_a_spoiled_blank_is_counted_and_its_serial_not_used_again(desk: Terminal) -> None:
    number = desk.notes["numbers"]["graduates"][0]
    desk.answer("paper", "spoil", "BLK-000001", "--reason", "damaged", *officer(desk))

    refused = desk.refused("paper", "print", number, "-o", "paper.pdf", "--blanks", "BLK-000001", *officer(desk))

    assert refused.startswith("blank-used: ")
    assert not (desk.folder / "paper.pdf").exists()
    assert desk.answer("paper", "blanks") == [{"blank": "BLK-000001", "number": None, "fault": "damaged"}]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "papers-none"),
        (("IPSPI-PSG-2026-999999-0",), "not-found"),
        (("X", "--decree", "01700000-0000-7000-8000-000000000001"), "papers-none"),
    ],
)
def test_what_cannot_be_printed_is_one_line(terminal: Terminal, options: tuple[str, ...], code: str) -> None:
    refused = terminal.refused("paper", "print", *options, "-o", "paper.pdf", *officer(terminal))

    assert refused.startswith(f"{code}: ")
    assert not (terminal.folder / "paper.pdf").exists()


def test_nothing_is_overwritten(terminal: Terminal) -> None:
    terminal.write("paper.pdf", "kept")

    refused = terminal.refused("paper", "print", "X", "-o", "paper.pdf", *officer(terminal))

    assert refused.startswith("file-exists: ")
    assert (terminal.folder / "paper.pdf").read_text() == "kept"


def test_a_place_that_cannot_be_written_costs_no_blank(desk: Terminal) -> None:
    number = desk.notes["numbers"]["graduates"][0]
    (desk.folder / "full").mkdir()
    nowhere = (("-o", "nowhere/paper.pdf"), ("-o", "paper.pdf", "--handover", "nowhere/list.pdf"))
    taken = ("-o", "paper.pdf", "--each", "full")

    refused = [
        desk.refused("paper", "print", number, *where, "--blanks", "BLK-000001", *officer(desk)).partition(":")[0]
        for where in (*nowhere, taken)
    ]

    assert refused == ["file-not-writable", "file-not-writable", "file-exists"]
    assert desk.answer("paper", "blanks") == []


def test_only_their_owner_reads_the_files(desk: Terminal) -> None:
    number = desk.notes["numbers"]["graduates"][0]

    desk.answer("paper", "print", number, "-o", "paper.pdf", "--each", "singles", *officer(desk))

    made = [desk.folder / "paper.pdf", desk.folder / "singles", desk.folder / f"singles/{number}.pdf"]
    assert [oct(one.stat().st_mode & 0o777) for one in made] == ["0o600", "0o700", "0o600"]


@pytest.mark.parametrize("offset", ["1", "a,b", "1,2,3", "-11,0", "nan,0"])
def test_an_offset_is_two_short_lengths(offset: str) -> None:
    done = CliRunner().invoke(cli, ["paper", "print", "X", "-o", "x.pdf", "--offset", offset])

    assert done.exit_code == 2


def test_subjects_come_from_a_file_and_sum_to_the_hours(terminal: Terminal, planned: Callable[..., str]) -> None:
    training = planned()
    lists = {
        "right.csv": "subject,hours\nKonsep dasar PSM,6\nEtika relawan,10\n",
        "short.csv": "subject,hours\nKonsep dasar PSM,6\n",
        "words.csv": "subject,hours\nKonsep dasar PSM,six\n",
    }
    right, short, words = (("training", "materials", training, terminal.write(*of)) for of in lists.items())

    assert terminal.answer(*right, *officer(terminal, "petugas"))["subjects"] == 2
    assert terminal.refused(*short, *officer(terminal, "petugas")).startswith("materials-differ: ")
    assert terminal.refused(*words, *officer(terminal, "petugas")).startswith("materials-malformed: ")
