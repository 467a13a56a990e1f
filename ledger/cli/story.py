"""The demonstration's story, told through the same use cases as everything else: all people in it are invented."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib.resources import files
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.acts import Act
from ledger.application.context import Answer, Progress, no_progress
from ledger.application.genesis import begin
from ledger.cli.cast import FOUNDERS, GRADUATES, OTHERS, STAFF
from ledger.cli.plot import LATER_REGULATIONS, REGULATIONS, SUBJECTS
from ledger.domain.values import WIB, legal_day
from ledger.store.history import Actor
from ledger.wiring import Ledger

BIMTEK = (date(2020, 2, 17), date(2020, 2, 18))
TESTED, DECIDED = date(2020, 2, 24), date(2020, 3, 2)
IPSPI_FROM = date(2022, 4, 7)
SHEET = "bimtek-2020-02-17.csv"
STEPS = (
    *("genesis", "authorities", "staff", "scheme", "training"),
    *("import", "closing", "attendance", "volunteers", "graduates"),
)


class StoryClock:
    """Stands at a moment until it is moved; once set free it is the wall clock."""

    def __init__(self) -> None:
        self.ms: int | None = None

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 if self.ms is None else self.ms

    def at(self, day: date, hour: int = 9) -> None:
        self.ms = int(datetime(day.year, day.month, day.day, hour, tzinfo=WIB).timestamp() * 1000)

    def free(self) -> None:
        self.ms = None


ALL = {"knowledge": "K", "skill": "K", "ethics": "K"}
NOT_YET = {"knowledge": "K", "skill": "BK", "ethics": "K"}


class Story:
    """Each step writes what its name says; `officers`, `keys` and `people` hold who is who."""

    def __init__(self, ledger: Ledger, clock: StoryClock) -> None:
        self.ledger, self.clock = ledger, clock
        self.officers: dict[str, UUID] = {}
        self.keys: dict[str, Ed25519PrivateKey] = {}
        self.people: dict[str, UUID] = {}
        self.schemes: dict[str, UUID] = {}
        self.training = UUID(int=0)
        self.numbers: dict[str, list[str]] = {}

    def today(self) -> date:
        return legal_day(self.clock())

    def actor(self, who: str) -> Actor:
        return self.ledger.officers.actor(self.officers[who])

    def approved(self, proposer: str, approver: str, batch: list[Act], *, effective: date | None = None) -> Answer:
        """Proposed by the one, signed by the other with an own key, if there is one yet."""
        proposal = UUID(self.ledger.proposals.propose(self.actor(proposer), batch, effective=effective)["proposal"])
        return self.approve(approver, proposal)

    def approve(self, approver: str, proposal: UUID) -> Answer:
        shown = self.ledger.proposals.show(proposal, reader=approver)
        key = self.keys.get(approver)
        assertion = key.sign(bytes.fromhex(shown["signing"])) if key else None
        return self.ledger.proposals.approve(self.actor(approver), proposal, assertion)

    def enrol_key(self, who: str, proposer: str, approver: str) -> None:
        key = Ed25519PrivateKey.generate()
        act = self.ledger.officers.enrol_key(self.officers[who], key.public_key().public_bytes_raw())
        self.approved(proposer, approver, [act])
        self.keys[who] = key

    # The steps -------------------------------------------------------------------------------------------------

    def begins(self, request: bytes | None = None) -> None:
        """Genesis; the first key's approval is asserted by the service, every later one is signed."""
        self.clock.at(BIMTEK[0], 7)
        answer = begin(self.ledger.context, FOUNDERS, request)
        self.officers = dict(zip(("ketua", "sekretaris"), map(UUID, answer["officers"]), strict=True))
        self.people = dict(zip(("ketua", "sekretaris"), map(UUID, answer["persons"]), strict=True))
        self.enrol_key("ketua", "ketua", "sekretaris")
        self.enrol_key("sekretaris", "sekretaris", "ketua")

    def authorities(self) -> None:
        """Kemensos may issue within its own institution; IPSPI is registered, its authority begins later."""
        ketua, book = self.actor("ketua"), self.ledger.authorities
        for regulation, rank, begins in REGULATIONS:
            book.catalogue(ketua, regulation=regulation, rank=rank, begins=begins)
        book.revoke_regulation(ketua, regulation="Permensos 1/2012", by="Permensos 10/2019", on=date(2019, 8, 1))
        kemensos = book.register("KEMENSOS", f"{self.ledger.config.public_url}/status/kemensos")
        ipspi = book.register("IPSPI", f"{self.ledger.config.public_url}/status/ipspi")
        grant = book.grant(
            kemensos.stream,
            name="Kementerian Sosial",
            scope="KEMENSOS",
            schemes=("RELAWAN/PSM-DASAR", "HADIR/PSM-DASAR"),
            basis="Permensos 16/2017",
            begins=date(2019, 1, 1),
        )
        self.approved("ketua", "sekretaris", [kemensos, grant, ipspi])
        self.ledger.keys.refresh()

    def staff(self) -> None:
        """Officers of Kemensos, each a registered person, two of them with keys; and those who teach and test."""
        ketua = self.actor("ketua")
        for who, person in [*((who, s[0]) for who, s in STAFF.items()), *OTHERS.items()]:
            self.people[who] = UUID(self.ledger.registrants.register(ketua, person)["registrant"])
        acts = [
            self.ledger.officers.appoint(
                person=self.people[who], authority=authority, roles=roles, office=office, begins=BIMTEK[0], ends=None
            )
            for who, (_, authority, roles, office) in STAFF.items()
        ]
        self.approved("ketua", "sekretaris", acts)
        self.officers |= {who: act.stream for who, act in zip(STAFF, acts, strict=True)}
        for who in ("kepala", "wakil"):
            self.enrol_key(who, "ketua", "sekretaris")

    def volunteer_scheme(self) -> None:
        scheme = UUID(self.ledger.schemes.register(self.actor("kepala"), "RELAWAN/PSM-DASAR")["scheme"])
        edition = self.ledger.schemes.publish(
            scheme,
            standard="Permensos 16/2017",
            basis="Permensos 10/2019",
            begins=BIMTEK[0],
            tier="PSM/DASAR",
            months=60,
        )
        self.approved("kepala", "wakil", [edition])
        self.schemes["RELAWAN/PSM-DASAR"] = scheme

    def training_planned(self) -> None:
        """500 were announced, the quotas sum to 475: explained once, at planning (T-09)."""
        petugas = self.actor("petugas")
        answer = self.ledger.trainings.plan(
            petugas,
            programme="PSM-DASAR",
            activity="bimtek",
            days=BIMTEK,
            hours=16,
            announced=500,
            quotas={"32.75": 225, "32.16": 225, "PUSAT": 25},
            basis="Permensos 10/2019",
            tier="PSM/DASAR",
            explanation="Angka 500 adalah pembulatan dalam siaran pers; kuota yang ditetapkan 475.",
        )
        self.training = UUID(answer["training"])
        self.ledger.trainings.assign_instructor(petugas, self.training, self.people["instructor"], "UNIVERSITAS")
        self.ledger.trainings.teach(petugas, self.training, SUBJECTS)

    def sheet_imported(self, progress: Progress = no_progress) -> Answer:
        self.clock.at(BIMTEK[1], 17)
        data = (files("ledger.intake") / "samples" / SHEET).read_bytes()
        done = self.ledger.trainings.import_sheet(self.actor("petugas"), self.training, data, SHEET, progress=progress)
        return done.answer

    def training_closed(self) -> Answer:
        self.clock.at(BIMTEK[1] + timedelta(days=1))
        return self.ledger.trainings.close(self.actor("petugas"), self.training)

    def attendance_certified(self) -> list[str]:
        """466 certificates of attendance in one act: the clerk proposes, the head of the organiser signs."""
        return self.issued("attendance", "petugas", "kepala", self.ledger.certificates.attendance(self.training))

    def issued(self, batch: str, proposer: str, approver: str, acts: list[Act]) -> list[str]:
        before = set(self.ledger.certificates.listed(limit=100_000))
        self.approved(proposer, approver, acts)
        self.numbers[batch] = sorted(set(self.ledger.certificates.listed(limit=100_000)) - before)
        return self.numbers[batch]

    def volunteers(self) -> list[UUID]:
        """40 who completed, in the order of the history."""
        acts = self.ledger.certificates.attendance(self.training)
        return [act.values["registrant"] for act in acts[:40]]

    def volunteers_assessed(self, candidates: list[UUID]) -> UUID:
        """Tested a week after the bimtek; 36 competent, 4 not yet, by decree (T-34). Returns the decree."""
        self.clock.at(TESTED)
        kepala, book = self.actor("kepala"), self.ledger.assessments
        scheduled = book.schedule(
            kepala,
            scheme=self.schemes["RELAWAN/PSM-DASAR"],
            candidates=dict.fromkeys(candidates),
            assessors=[self.people["assessor"]],
            on=TESTED,
        )["assessments"]
        ids = [UUID(id) for id in scheduled.values()]
        results = {id: ALL if n < 36 else NOT_YET for n, id in enumerate(ids)}
        book.score(kepala, assessor=self.people["assessor"], results=results)
        self.clock.at(DECIDED)
        decree = self.decree("kepala", "45/LSP KEMENSOS RI/SK/III/2020", "results", DECIDED, "decider")
        book.decide(kepala, decree=decree, outcomes={id: "K" if n < 36 else "BK" for n, id in enumerate(ids)})
        return decree

    def decree(self, who: str, number: str, matter: str, on: date, decider: str) -> UUID:
        deciders = [self.people[decider]]
        answer = self.ledger.assessments.decree(self.actor(who), number=number, matter=matter, on=on, deciders=deciders)
        return UUID(answer["decree"])

    def volunteers_certified(self, decree: UUID) -> list[str]:
        self.clock.at(DECIDED + timedelta(days=2))
        return self.issued("volunteers", "kepala", "wakil", self.ledger.certificates.competence(decree))

    def ipspi_authorised(self) -> None:
        """From 7 April 2022 the association issues by itself."""
        self.clock.at(IPSPI_FROM)
        book = self.ledger.authorities
        for regulation, rank, begins in LATER_REGULATIONS:
            book.catalogue(self.actor("ketua"), regulation=regulation, rank=rank, begins=begins)
        grant = book.grant(
            book.stream("IPSPI"),
            name="Independen Pekerja Sosial Profesional Indonesia",
            scope="*",
            schemes=("PEKSOS/GENERALIS",),
            basis="UU 14/2019",
            begins=IPSPI_FROM,
        )
        self.approved("ketua", "sekretaris", [grant])
        self.ledger.keys.refresh()
        scheme = UUID(self.ledger.schemes.register(self.actor("ketua"), "PEKSOS/GENERALIS")["scheme"])
        edition = self.ledger.schemes.publish(
            scheme,
            standard="Permensos 14/2020",
            basis="UU 14/2019",
            begins=IPSPI_FROM,
            tier="PEKSOS/PROFESI",
            months=60,
        )
        self.approved("sekretaris", "ketua", [edition])
        self.schemes["PEKSOS/GENERALIS"] = scheme

    def graduates_assessed(self, decided: date) -> UUID:
        """Six graduates, whose profession programme is accepted by decree in place of the tier (R44)."""
        tested = decided - timedelta(days=7)
        self.clock.at(tested)
        self.ledger.keys.refresh()  # The list of 2022 has ended since.
        ketua, book = self.actor("ketua"), self.ledger.assessments
        year = decided.year
        equal = self.decree("ketua", f"7/DPP IPSPI/SK/{year}", "equivalence", tested, "decider-ipspi")
        evidence: dict[UUID, UUID | None] = {}
        for person in GRADUATES:
            registrant = UUID(self.ledger.registrants.register(ketua, person)["registrant"])
            reasons = "Ijazah program profesi diperiksa; jam praktik memenuhi standar."
            accepted = book.accept_equivalent(
                ketua, registrant=registrant, tier="PEKSOS/PROFESI", decree=equal, reasons=reasons
            )
            evidence[registrant] = UUID(accepted["equivalence"])
        scheduled = book.schedule(
            ketua,
            scheme=self.schemes["PEKSOS/GENERALIS"],
            candidates=evidence,
            assessors=[self.people["assessor-ipspi"]],
            on=tested,
        )["assessments"]
        ids = [UUID(id) for id in scheduled.values()]
        book.score(ketua, assessor=self.people["assessor-ipspi"], results=dict.fromkeys(ids, ALL))
        self.clock.at(decided)
        decree = self.decree("ketua", f"8/DPP IPSPI/SK/{year}", "results", decided, "decider-ipspi")
        book.decide(ketua, decree=decree, outcomes=dict.fromkeys(ids, "K"))
        return decree

    def graduates_certified(self, decree: UUID) -> list[str]:
        return self.issued("graduates", "ketua", "sekretaris", self.ledger.certificates.competence(decree))

    def told(self, decided: date, step: Callable[[str], None] = lambda _: None) -> None:
        """All of it, up to the six certificates of the association."""
        for name, tell in (
            ("genesis", self.begins),
            ("authorities", self.authorities),
            ("staff", self.staff),
            ("scheme", self.volunteer_scheme),
            ("training", self.training_planned),
            ("import", self.sheet_imported),
            ("closing", self.training_closed),
        ):
            step(name)
            tell()
        candidates = self.volunteers()
        step("attendance")
        self.attendance_certified()
        step("volunteers")
        self.volunteers_certified(self.volunteers_assessed(candidates))
        step("graduates")
        self.ipspi_authorised()
        self.graduates_certified(self.graduates_assessed(decided))
