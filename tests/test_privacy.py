"""R29: after the whole story no stored byte and no line of a log tells who anybody is."""

import csv
import logging
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import inspect, make_url, text

from ledger.application.registrants import Person
from ledger.cli.cast import FOUNDERS, GRADUATES, OTHERS, STAFF, invented
from ledger.cli.story import BIMTEK, SHEET, Story, StoryClock
from ledger.credentials.verdict import Reason
from ledger.database import reading
from ledger.domain.people import FullName
from ledger.errors import LedgerError, RuleError
from ledger.events import PLANS
from ledger.rules.plain import COMPILED
from ledger.wiring import Ledger

MARKER = "ZULKARNAINTEST MARKERWATI"
GREEN_DAY = date(2026, 10, 22)
LATE = GREEN_DAY + timedelta(days=30)
INSTITUTION = "name"  # Of an authority; its grant makes it public by law.
TOLD = (*(f.person for f in FOUNDERS), *(s[0] for s in STAFF.values()), *OTHERS.values(), *GRADUATES)
MARKED_SHEET = f"""No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Kecamatan;Utusan;Hari 1;Hari 2
1;{MARKER};3275015708759702;P;17/08/1975;{MARKER};Kota Bekasi;H;H
"""


def marked(serial: int) -> Person:
    return replace(invented("Orang Baru", serial), name=FullName(MARKER))


def plant(story: Story, clock: StoryClock) -> None:
    """The marker in every field that takes a name or words: people, explanations, reasons, a file and its cells."""
    ledger, ketua, petugas = story.ledger, story.actor("ketua"), story.actor("petugas")
    words = f"Menurut {MARKER}, NIK 3275015708759700."
    person = UUID(ledger.registrants.register(ketua, marked(9700))["registrant"])
    ledger.registrants.correct(ketua, person, marked(9701))
    deciders, late = [story.people["decider-ipspi"]], LATE - timedelta(days=25)
    decree = {"number": "70/DPP IPSPI/SK/2026", "matter": "equivalence", "deciders": deciders, "on": late}
    id = UUID(ledger.assessments.decree(ketua, **decree, backdated=words)["decree"])
    ledger.assessments.accept_equivalent(ketua, registrant=person, tier="PEKSOS/PROFESI", decree=id, reasons=words)
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": BIMTEK, "hours": 16, "basis": "Permensos 10/2019"}
    planned = ledger.trainings.plan(petugas, **plan, announced=9, quotas={"32.75": 2}, explanation=words)
    training = UUID(planned["training"])
    ledger.trainings.import_sheet(petugas, training, MARKED_SHEET.encode(), f"{MARKER}.csv")
    ledger.trainings.explain(petugas, training, "roster", words, "32.75")
    proposal = ledger.proposals.propose(ketua, [ledger.registrants.erase(person, "PDP-43")])
    shown = ledger.proposals.show(UUID(proposal["proposal"]), reader="sekretaris")
    assert MARKER in str(shown["acts"])
    number = story.numbers["graduates"][0]
    assert ledger.verifications.by_number(number, MARKER, reader="test").reason is Reason.NOMATCH


def secrets_of(sheet: str) -> set[bytes]:
    """NIKs, and names of 8 bytes or more, in lower case."""
    rows = list(csv.DictReader(sheet.lstrip("\ufeff").splitlines(), delimiter=";"))
    texts = {value for row in rows for value in (row["NIK"], row["Nama Lengkap"])}
    texts |= {text for person in TOLD for text in (person.nik.reveal(), person.name.reveal())}
    texts |= {MARKER, *MARKER.split(), "3275015708759700", "3275015708759701"}
    return {text.lower().encode() for text in texts if len(text.encode()) >= 8}


def stored(ledger: Ledger, folder: Path) -> bytes:
    """Every byte of every file, with the write-ahead logs, and every value of every column."""
    found = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    with reading(ledger.engine) as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                found.extend(value if isinstance(value, bytes) else str(value).encode() for value in row)
    return b"\n".join(found).lower()


def test_no_stored_byte_and_no_log_tells_who_anybody_is(
    story: Story, clock: StoryClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    story.told(GREEN_DAY)
    clock.at(LATE)
    plant(story, clock)
    wanted = secrets_of((files("ledger.intake") / "samples" / SHEET).read_text(encoding="utf-8") + MARKED_SHEET)

    everything, logged = stored(story.ledger, tmp_path), caplog.text.lower().encode()

    assert len(wanted) > 900
    assert sorted(secret for secret in wanted if secret in everything) == []
    assert sorted(secret for secret in wanted if secret in logged) == []
    assert b"pdp-43" in everything or b"psm-dasar" in everything  # The search can find something.
    if make_url(story.ledger.config.database).drivername == "sqlite":
        assert {"main.db", "main.db-wal", "keys.db"} <= {path.name for path in tmp_path.iterdir()}


def test_no_plain_field_of_an_event_takes_a_name_a_nik_or_a_birth_date() -> None:
    said = (MARKER, MARKER.title(), "Siti Aminah", "3275015708759700", "17/08/1975")

    taken = [(f, one) for f in COMPILED.keys() - {INSTITUTION} for one in said if COMPILED[f].fullmatch(one)]

    assert taken == []


def test_no_plain_field_of_an_event_takes_a_nik_inside_other_text() -> None:
    around = ("1/{}/2020", "1/LSP {}/2020", "https://contoh.invalid/{}", "SK {}/2020", "Ketua {}", "PSM-{}", "UU {}")
    said = [one.format("3275015708759700") for one in around]

    assert [(f, one) for f in COMPILED for one in said if COMPILED[f].fullmatch(one)] == []


def test_every_text_of_every_event_has_a_pattern() -> None:
    """A field without one would be refused at the first write; what is no text has none."""
    texts = {name for plan in PLANS.values() for name, *_ in plan} & COMPILED.keys()

    assert COMPILED.keys() - texts == {"capacity", "authority"} - texts


def test_a_name_in_place_of_a_code_is_refused_and_leaves_no_trace(story: Story) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    ledger, size = story.ledger, story.ledger.histories.size()
    ketua, kepala, petugas = (story.actor(who) for who in ("ketua", "kepala", "petugas"))
    plan = {
        "programme": "PSM-DASAR",
        "activity": "bimtek",
        "days": BIMTEK,
        "hours": 16,
        "basis": "Permensos 10/2019",
        "announced": 5,
        "quotas": {"32.75": 5},
    }
    decree = {"number": "1/LSP/SK/2020", "matter": "results", "on": BIMTEK[0], "deciders": [story.people["decider"]]}
    mandate = {"authority": "IPSPI", "roles": ["certify"], "office": "Pejabat", "begins": BIMTEK[0], "ends": None}
    book, person = ledger.authorities, story.people["decider"]
    attempts = [
        lambda: ledger.schemes.register(kepala, MARKER),
        *(lambda f=f: ledger.trainings.plan(petugas, **plan | {f: MARKER}) for f in ("programme", "activity", "basis")),
        lambda: ledger.trainings.plan(petugas, **plan | {"quotas": {MARKER: 5}}),
        lambda: ledger.trainings.plan(petugas, **plan, tier=MARKER),
        lambda: ledger.trainings.assign_instructor(petugas, story.training, person, MARKER),
        *(lambda f=f: ledger.assessments.decree(kepala, **decree | {f: MARKER}) for f in ("number", "matter")),
        lambda: book.catalogue(ketua, regulation=MARKER, rank="UU", begins=BIMTEK[0]),
        lambda: book.catalogue(ketua, regulation="UU 1/2019", rank=MARKER, begins=BIMTEK[0]),
        lambda: book.revoke_regulation(ketua, regulation="UU 11/2009", by=MARKER, on=BIMTEK[0]),
        lambda: ledger.registrants.register(ketua, replace(marked(9700), region=MARKER)),
        *(
            lambda f=f, v=v: ledger.proposals.propose(
                ketua, [ledger.officers.appoint(person=person, **mandate | {f: v})]
            )
            for f, v in (("authority", MARKER), ("office", MARKER), ("roles", [MARKER]))
        ),
        lambda: ledger.proposals.propose(ketua, [ledger.officers.dismiss(story.officers["wakil"], MARKER)]),
        lambda: ledger.proposals.propose(ketua, [ledger.registrants.erase(person, MARKER)]),
        lambda: ledger.proposals.propose(ketua, [book.register(MARKER, "https://contoh.invalid/status")]),
        lambda: ledger.proposals.propose(ketua, [book.register("DINSOS", f"https://contoh.invalid/{MARKER}")]),
    ]

    for attempt in attempts:
        with pytest.raises(RuleError) as refused:
            attempt()
        assert refused.value.code == "text-not-plain"
        assert MARKER not in str(refused.value)

    assert ledger.histories.size() == size


def test_no_error_repeats_what_somebody_is_called_or_numbered(story: Story) -> None:
    story.begins()
    ledger, ketua = story.ledger, story.actor("ketua")
    first = UUID(ledger.registrants.register(ketua, marked(9700))["registrant"])
    ledger.registrants.register(ketua, marked(9701))

    with pytest.raises(LedgerError) as taken:
        ledger.registrants.correct(ketua, first, marked(9701))
    with pytest.raises(LedgerError) as no_training:
        story.ledger.trainings.import_sheet(ketua, first, MARKED_SHEET.encode(), f"{MARKER}.csv")
    with pytest.raises(TypeError) as formatted:
        f"{marked(9700).name}"

    for refused in (taken, no_training, formatted):
        said = f"{refused.value}{refused.value.args}"
        assert MARKER not in said
        assert "327501570875970" not in said
    assert MARKER not in repr(marked(9700))
