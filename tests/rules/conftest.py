"""A small world on SQLite in which every rule can be broken; made once, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.acts import Act, Complete
from ledger.application.proposals import Proposals
from ledger.cli.story import ALL, BIMTEK, DECIDED, NOT_YET, TESTED, Story, StoryClock
from ledger.config import Config
from ledger.domain.lifecycle import Noun
from ledger.domain.proposals import Proposal
from ledger.signing.approval import message
from ledger.signing.keyring import Keyring
from ledger.store import recorder
from ledger.store.history import Actor, Turn
from ledger.wiring import Ledger, build

SHEET = """No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Kecamatan;Utusan;Hari 1;Hari 2
1;Rina Kusuma;3275014503800001;P;05/03/1980;Bekasi Timur;Kota Bekasi;H;H
2;Budi Santoso;3275011708850001;L;17/08/1985;Bekasi Timur;Kota Bekasi;H;H
3;Wati Suherman;3275015708850002;P;17/08/1985;Bekasi Timur;Kota Bekasi;H;H
4;Joko Widagdo;3216021708850005;L;17/08/1985;Babelan;Kabupaten Bekasi;H;H
5;Dewi Anggraini;3216025708850006;P;17/08/1985;Babelan;Kabupaten Bekasi;H;A
"""
NOW = DECIDED + timedelta(days=2)


@dataclass
class World:
    """After a small bimtek: four completed it; one certificate, one K without, one BK, one scored, one scheduled."""

    ledger: Ledger
    clock: StoryClock
    officers: dict[str, UUID]
    keys: dict[str, bytes]
    people: dict[str, UUID]
    schemes: dict[str, UUID]
    training: UUID
    planned: UUID  # Of the higher tier, open, one instructor, nobody enrolled.
    participants: list[UUID]
    participations: list[UUID]
    assessments: dict[str, UUID]
    decrees: dict[str, UUID]
    certificate: str

    @property
    def story(self) -> Story:
        told = Story(self.ledger, self.clock)
        told.officers, told.people, told.schemes = self.officers, self.people, self.schemes
        told.keys = {who: Ed25519PrivateKey.from_private_bytes(raw) for who, raw in self.keys.items()}
        return told

    def actor(self, who: str) -> Actor:
        return self.ledger.officers.actor(self.officers[who])

    def turn(self, who: str, write: Callable[[Turn], Any], *, authority: str | None = None) -> None:
        actor = self.actor(who)
        with self.ledger.context.history.writing(replace(actor, authority=authority or actor.authority)) as turn:
            write(turn)

    def save(self, who: str, *aggregates: Noun, effective: date | None = None, authority: str | None = None) -> None:
        self.turn(who, lambda turn: turn.save(*aggregates, effective=effective), authority=authority)

    def more(self, who: str, noun: type[Noun], id: UUID, kind: type, **body: Any) -> None:
        """One more event of a stream, whatever the use cases would have filled in."""

        def write(turn: Turn) -> None:
            aggregate = turn.get(noun, id)
            aggregate.record(kind, **body)
            turn.save(aggregate)

        self.turn(who, write)

    def approved(self, batch: list[Act], *, by: tuple[str, str] = ("ketua", "sekretaris"), **tampered: Any) -> None:
        """Proposed and signed by two people; certificates get `tampered` instead of what would be minted."""
        proposals = self.ledger.proposals
        if tampered:
            minted = {kind: tampering(mint, tampered) for kind, mint in proposals._complete.items()}
            proposals = Proposals(self.ledger.context, minted)
        made = proposals.propose(self.actor(by[0]), batch)
        self.sign(proposals, UUID(made["proposal"]), by[1])

    def sign(self, proposals: Proposals, proposal: UUID, who: str) -> None:
        shown = proposals.show(proposal, reader=who)
        assertion = self.story.keys[who].sign(bytes.fromhex(shown["signing"]))
        proposals.approve(self.actor(who), proposal, assertion)

    def proposed(self, batch: list[Act], who: str = "ketua") -> UUID:
        return UUID(self.ledger.proposals.propose(self.actor(who), batch)["proposal"])

    def approve_with(self, id: UUID, who: str, *, key: str | None = None, **other: Any) -> None:
        """An approval with other contents than the use case would give it."""

        def write(turn: Turn) -> None:
            row = self.ledger.proposals._row(turn.connection, id)
            shown = self.ledger.proposals._shown(turn.connection, id)
            signed = message(self.ledger.config.origin, other.get("proposal", row["leaf"]), shown)
            signature = self.story.keys[key or who].sign(signed)
            body = {"proposal": row["leaf"], "shown": shown, "assertion": signature, "assertion_kind": "ed25519"}
            aggregate = turn.get(Proposal, id)
            aggregate.record(Proposal.Approved, **body | other)
            turn.save(aggregate)
            turn.open_batch = None  # Its acts are not what this is about.

        self.turn(who, write)

    def competence(self, **values: Any) -> Act:
        """The issue of a certificate for the competent result that has none, with other values."""
        (act,) = self.ledger.certificates.competence(self.decrees["results"])
        return Act(act.kind, act.stream, {**act.values, **values})

    def attendance(self, **values: Any) -> Act:
        act = self.ledger.certificates.attendance(self.training)[0]
        return Act(act.kind, act.stream, {**act.values, **values})

    def decree(self, matter: str, number: str, **body: Any) -> dict[str, Any]:
        deciders = (self.people["decider"],)
        made = {"decree_number": number, "authority": "KEMENSOS", "matter": matter, "on": NOW, "deciders": deciders}
        return made | body

    def new_id(self) -> UUID:
        return self.ledger.context.new_subjects(1)[0]


def tampering(mint: Complete, tampered: dict[str, Any]) -> Complete:
    return lambda turn, acts: [values | tampered for values in mint(turn, acts)]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The files of the world, and who is who in it."""
    folder = tmp_path_factory.mktemp("world")
    clock = StoryClock()
    ledger = build(_config(folder, new=True), clock=clock)
    told = _tell(Story(ledger, clock))
    ledger.engine.dispose()
    return folder, told


@pytest.fixture
def world(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[World]:
    folder, told = made
    here = tmp_path / "world"
    shutil.copytree(folder, here)
    clock = StoryClock()
    clock.at(NOW, 10)
    ledger = build(_config(here), clock=clock)
    yield World(ledger, clock, **told)
    ledger.engine.dispose()


def _config(folder: Path, *, new: bool = False) -> Config:
    config = Config(
        database=f"sqlite:///{folder}/main.db", keys_database=f"sqlite:///{folder}/keys.db", keys=f"{folder}/keys"
    )
    if new:
        Keyring(config.keys_folder, None, config.origin).create_kek(token_bytes(32))
    return config


def _tell(story: Story) -> dict[str, Any]:
    ledger, clock = story.ledger, story.clock
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme):
        step()
    petugas, kepala = story.actor("petugas"), story.actor("kepala")
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": BIMTEK, "hours": 16, "basis": "Permensos 10/2019"}
    first = ledger.trainings.plan(petugas, **plan, announced=5, quotas={"32.75": 3, "32.16": 2}, tier="PSM/DASAR")[
        "training"
    ]
    second = ledger.trainings.plan(
        petugas, **plan | {"programme": "PSM-LANJUTAN"}, announced=9, quotas={"32.75": 2}, tier="PSM/LANJUTAN"
    )["training"]
    for training in (first, second):
        ledger.trainings.assign_instructor(petugas, UUID(training), story.people["instructor"], "UNIVERSITAS")
    ledger.trainings.import_sheet(petugas, UUID(first), SHEET.encode(), "sheet.csv")
    clock.at(BIMTEK[1] + timedelta(days=1))
    ledger.trainings.close(petugas, UUID(first))
    acts = ledger.certificates.attendance(UUID(first))
    participants = [act.values["registrant"] for act in acts]
    assessments, decree = _assess(story, participants)
    clock.at(NOW)
    issue = ledger.certificates.competence(decree)
    story.approved("kepala", "wakil", issue[:1])
    decrees = {"results": decree}
    matters = ("suspension", "reinstatement", "revocation", "annulment", "equivalence", "replacement")
    for n, matter in enumerate(matters):
        decrees[matter] = story.decree("kepala", f"{60 + n}/LSP KEMENSOS RI/SK/III/2020", matter, NOW, "decider")
    assert kepala.authority == "KEMENSOS"
    return {
        "officers": story.officers,
        "keys": {who: key.private_bytes_raw() for who, key in story.keys.items()},
        "people": story.people,
        "schemes": story.schemes,
        "training": UUID(first),
        "planned": UUID(second),
        "participants": participants,
        "participations": [act.values["participation"] for act in acts],
        "assessments": assessments,
        "decrees": decrees,
        "certificate": ledger.certificates.listed()[0],
    }


def _assess(story: Story, participants: list[UUID]) -> tuple[dict[str, UUID], UUID]:
    kepala, book = story.actor("kepala"), story.ledger.assessments
    story.clock.at(TESTED)
    assessor = story.people["assessor"]
    common = {"scheme": story.schemes["RELAWAN/PSM-DASAR"], "assessors": [assessor], "on": TESTED}
    ids = book.schedule(kepala, candidates=dict.fromkeys(participants), **common)["assessments"].values()
    again = book.schedule(kepala, candidates={participants[0]: None}, **common)["assessments"].values()
    names = ("certified", "competent", "not-yet", "scored", "scheduled")
    assessments = dict(zip(names, map(UUID, [*ids, *again]), strict=True))
    results = {"certified": ALL, "competent": ALL, "not-yet": NOT_YET, "scored": ALL}
    book.score(kepala, assessor=assessor, results={assessments[name]: marks for name, marks in results.items()})
    story.clock.at(DECIDED)
    decree = story.decree("kepala", "45/LSP KEMENSOS RI/SK/III/2020", "results", DECIDED, "decider")
    outcomes = {"certified": "K", "competent": "K", "not-yet": "BK"}
    book.decide(kepala, decree=decree, outcomes={assessments[name]: outcome for name, outcome in outcomes.items()})
    return assessments, decree


@pytest.fixture(scope="session")
def size_of() -> Callable[[Ledger], int]:
    def size(ledger: Ledger) -> int:
        with ledger.engine.connect() as connection:
            return recorder.head(connection)[0]

    return size
