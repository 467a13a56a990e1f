"""`ledger sample`: what is drawn, what is said of it, what the sheet gives away."""

import re
import sqlite3
import stat
from base64 import b64encode
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.materialise import upto
from ledger.audit.sample import Sample, Wanted, draw
from ledger.audit.signals import at_night
from ledger.cli.cast import GRADUATES
from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.events import Record
from ledger.projections.as_of import Moment
from ledger.store import recorder

from .conftest import Terminal

GREEN_DAY = date(2026, 10, 22)
VOID = {"meta", "br", "link", "img"}


class Page(HTMLParser):
    """Refuses what is not closed in its order; keeps tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data

    def count(self, wanted: str) -> int:
        return sum(tag == wanted for tag, _ in self.tags)


def drawn_by(story: Story, **wanted: Any) -> Sample:
    def read() -> Iterable[Record]:
        with reading(story.ledger.engine) as connection:
            return list(upto(recorder.entries(connection), Moment(position=10**9)))

    return draw(read, Wanted(**{"n": 20, "seed": "2026"} | wanted))


def numbers(sample: Sample) -> list[str]:
    return [paper.number for sheet in sample.sheets for paper in sheet.papers]


def signals(sample: Sample) -> dict[str, dict[str, object]]:
    return {signal.code: signal.facts for signal in sample.sheets[0].papers[0].signals}


@pytest.fixture
def suspended(told: Story, clock: StoryClock) -> Story:
    """A graduate's certificate: proposed at night, approved 30 s later, effective three weeks before."""
    number = told.numbers["graduates"][0]
    on, recorded = GREEN_DAY + timedelta(days=2), GREEN_DAY + timedelta(days=23)
    clock.at(on)
    decree = told.decree("ketua", "31/DPP IPSPI/SK/2026", "suspension", on, "decider-ipspi")
    act = told.ledger.certificates.status_act("suspend", number, decree=decree, reason="ethics")
    clock.at(recorded, hour=23)
    proposals = told.ledger.proposals
    made = proposals.propose(told.actor("ketua"), [act], effective=on, backdated="Putusan terlambat diterima.")
    assert clock.ms is not None
    clock.ms += 30_000
    told.approve("sekretaris", UUID(made["proposal"]))
    return told


def test_the_same_seed_draws_the_same_and_another_seed_others(told: Story) -> None:
    first, again, other = (numbers(drawn_by(told, seed=seed)) for seed in ("2026", "2026", "2027"))

    assert first == again
    assert len(set(first)) == 20
    assert len(set(first) & set(other)) < 20


def test_the_order_is_that_of_the_documented_hash(told: Story) -> None:
    ids = {n: told.ledger.certificates.stream(n) for n in told.ledger.certificates.listed(limit=1000)}
    expected = sorted(ids, key=lambda n: sha256(b"2026" + ids[n].bytes).hexdigest())

    assert numbers(drawn_by(told, n=1000)) != sorted(ids)
    assert sorted(numbers(drawn_by(told, n=1000))) == sorted(ids)
    assert sorted(numbers(drawn_by(told, n=20))) == sorted(expected[:20])


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_sample_is_of_one_kind_and_one_province_if_asked(told: Story) -> None:
    graduates = drawn_by(told, scheme="PEKSOS/GENERALIS")
    java = drawn_by(told, province="32", n=1000)

    assert sorted(numbers(graduates)) == sorted(told.numbers["graduates"])
    assert graduates.among == 6
    assert {sheet.region[:2] for sheet in java.sheets} == {"32"}
    with pytest.raises(NotFoundError) as refused:
        drawn_by(told, province="94")
    assert refused.value.code == "sample-empty"


@pytest.mark.parametrize("db", ["sqlite"])
def test_everybody_sampled_has_one_sheet(told: Story) -> None:
    whole = drawn_by(told, n=1000)

    people = [sheet.registrant for sheet in whole.sheets]
    assert len(people) == len(set(people)) < whole.among
    assert sum(len(sheet.papers) for sheet in whole.sheets) == whole.among == 466 + 36 + 6


@pytest.mark.parametrize("db", ["sqlite"])
def test_the_worst_comes_first_and_each_sign_is_measured(suspended: Story) -> None:
    worst = drawn_by(suspended, worst=True, scheme="PEKSOS/GENERALIS", seed="any")

    assert numbers(worst)[0] == suspended.numbers["graduates"][0]
    found = signals(worst)
    assert found["back-dated"] == {"days": 21}
    assert str(found["night"]["at"]) == "2026-11-14 23:00:00+07:00"
    assert "fast" in found
    assert "back-dated" not in {s.code for p in worst.sheets[1].papers for s in p.signals}


@pytest.mark.parametrize("db", ["sqlite"])
def test_the_pair_that_did_most_is_a_sign_for_its_own_acts_only(told: Story) -> None:
    attendance = drawn_by(told, scheme="HADIR/PSM-DASAR", n=1)
    graduates = drawn_by(told, scheme="PEKSOS/GENERALIS", n=1)

    assert signals(attendance)["pair"] == {"count": 466}
    assert "pair" not in signals(graduates)


def test_night_is_from_ten_to_five_in_western_indonesia(clock: StoryClock) -> None:
    night = []
    for hour in range(24):
        clock.at(GREEN_DAY, hour=hour)
        night.append(at_night(clock()))

    assert [hour for hour in range(24) if night[hour]] == [0, 1, 2, 3, 4, 22, 23]


@pytest.mark.parametrize("db", ["sqlite"])
def test_every_event_stands_with_its_evidence(suspended: Story) -> None:
    number = suspended.numbers["graduates"][0]
    worst = drawn_by(suspended, worst=True, scheme="PEKSOS/GENERALIS", n=1)
    (paper,) = worst.sheets[0].papers

    history = {event["position"]: event for event in suspended.ledger.histories.of_certificate(number)}
    assert paper.state == "suspended"
    assert {line.record.position for line in paper.lines} <= history.keys()
    with reading(suspended.ledger.engine) as connection:
        leaves = {p: columns[0] for p, _, columns in recorder.entries(connection)}
    assert all(line.leaf == leaves[line.record.position] for line in paper.lines)
    decrees = [(line.record.event.TOPIC, line.decree) for line in paper.lines if line.decree is not None]
    assert ("certificate.suspended", "31/DPP IPSPI/SK/2026") in decrees
    assert ("assessment.decided", "8/DPP IPSPI/SK/2026") in decrees


def test_the_sheet_is_one_sound_page_without_names_network_or_script(terminal: Terminal) -> None:
    done = terminal.answer("sample", "--seed", "2026", "--scheme", "PEKSOS/GENERALIS", "-o", "sample.html")
    text = (terminal.folder / "sample.html").read_text(encoding="utf-8")
    page = Page(text)

    assert (done["certificates"], done["among"], done["persons"]) == (6, 6, 6)
    assert page.count("section") == 6
    assert not {"script", "link", "img", "iframe", "a", "form"} & {tag for tag, _ in page.tags}
    assert not re.search(r"https?:|url\(|@import", text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = next(attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes)
    assert policy == f"default-src 'none'; style-src 'sha256-{hashed}'"
    assert "break-before: page" in style
    assert all(n in page.said for n in terminal.notes["numbers"]["graduates"])
    assert not [person for person in GRADUATES if person.name.reveal() in text]
    assert "8/DPP IPSPI/SK/" in page.said
    assert stat.S_IMODE((terminal.folder / "sample.html").stat().st_mode) == 0o600


def test_what_the_asker_typed_is_text_on_the_page(terminal: Terminal) -> None:
    seed = "<script>alert(1)</script>"

    terminal.answer("sample", "--seed", seed, "--n", "1", "-o", "sample.html")

    page = Page((terminal.folder / "sample.html").read_text(encoding="utf-8"))
    assert page.count("script") == 0
    assert seed in page.said


def test_names_are_printed_when_asked_and_the_look_is_noted(terminal: Terminal) -> None:
    options = ("sample", "--seed", "2026", "--scheme", "PEKSOS/GENERALIS", "--n", "3")
    terminal.answer(*options, "-o", "bare.html")
    before = looks(terminal.folder)

    terminal.answer(*options, "--names", "-o", "named.html")

    named = Page((terminal.folder / "named.html").read_text(encoding="utf-8")).said
    assert before == []
    assert len(looks(terminal.folder)) == 3
    assert sum(person.name.reveal() in named for person in GRADUATES) == 3
    assert "Destroy this sheet after the audit." in named


def looks(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as database:
        wanted = "SELECT reader, field FROM vault_reads WHERE purpose = 'audit sample'"
        return database.execute(wanted).fetchall()


def test_a_sample_of_then_is_drawn_again_from_the_history_of_now(terminal: Terminal) -> None:
    early = terminal.answer("sample", "--seed", "x", "--until", "2020-03-04", "-o", "early.html")
    late = terminal.answer("sample", "--seed", "x", "-o", "late.html")

    assert (early["among"], late["among"]) == (502, 508)
    assert terminal.refused("sample", "--seed", "x", "-o", "late.html").startswith("file-exists: ")
    assert terminal.refused("sample", "--seed", "x", "--province", "94", "-o", "z.html").startswith("sample-empty: ")


def test_a_bundle_names_nobody_and_no_ledger_is_asked(terminal: Terminal) -> None:
    names = terminal.run("sample", "--seed", "s", "--names", "--bundle", "nowhere", "-o", "sheets.html")
    missing = terminal.refused("sample", "--seed", "s", "--bundle", "nowhere", "-o", "sheets.html")

    assert (names.exit_code, "--names" in names.stderr) == (2, True)
    assert missing.startswith("bundle-unreadable")
    assert not Path("sheets.html").exists()
