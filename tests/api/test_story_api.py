"""The demonstration's story, told through HTTP alone from the first proposal on."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from ledger.application.genesis import begin
from ledger.application.registrants import Person
from ledger.cli.cast import FOUNDERS, GRADUATES, OTHERS, STAFF
from ledger.cli.story import (
    ALL,
    BIMTEK,
    DECIDED,
    IPSPI_FROM,
    LATER_REGULATIONS,
    NOT_YET,
    REGULATIONS,
    SHEET,
    TESTED,
    StoryClock,
)
from ledger.wiring import Ledger

GREEN_DAY = date(2026, 10, 22)
WHOLE = 500  # certificates a page


def day(on: date) -> str:
    return on.isoformat()


class Told:
    """Who is who, by the names of the story; each step sends what its name says."""

    def __init__(self, ledger: Ledger, clock: StoryClock, desk_of: Callable[..., Any]) -> None:
        self.ledger, self.clock, self.desk_of = ledger, clock, desk_of
        self.desks: dict[str, Any] = {}
        self.officers: dict[str, str] = {}
        self.people: dict[str, str] = {}

    def seat(self, who: str, officer: str) -> None:
        self.officers[who] = officer
        self.desks[who] = self.desk_of(UUID(officer))

    def approved(self, proposer: str, approver: str, act: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.desks[approver].approve(self.desks[proposer].propose(act, **fields))
        return answer

    def enrol_key(self, who: str, proposer: str, approver: str) -> None:
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        self.approved(proposer, approver, "enrol-key", officer=self.officers[who], public=public)
        self.desks[who].key = key

    def register(self, who: str, person: Person) -> str:
        body = {
            "name": person.name.reveal(),
            "nik": person.nik.reveal(),
            "born": person.born.reveal(),
            "sex": person.sex,
            "region": person.region,
        }
        return str(self.desks[who].write("/registrants", body)["registrant"])

    def decree(self, who: str, number: str, matter: str, on: date, decider: str) -> str:
        body = {"number": number, "matter": matter, "on": day(on), "deciders": [self.people[decider]]}
        return str(self.desks[who].write("/decrees", body)["decree"])

    def numbers(self) -> set[str]:
        found: set[str] = set()
        after = ""
        while after is not None:
            page = self.desks["ketua"].get(f"/certificates?limit={WHOLE}" + (f"&after={after}" if after else ""))
            found |= set(page.get_json()["certificates"])
            after = page.get_json()["next"]
        return found

    def issued(self, proposer: str, approver: str, act: str, **fields: Any) -> list[str]:
        before = self.numbers()
        self.approved(proposer, approver, act, **fields)
        return sorted(self.numbers() - before)

    def code(self, number: str) -> str:
        return str(self.desks["ketua"].get(f"/certificates/{number}/code.txt").text)

    # The steps -------------------------------------------------------------------------------------------------

    def begins(self) -> None:
        self.clock.at(BIMTEK[0], 7)
        answer = begin(self.ledger.context, FOUNDERS)
        for who, officer in zip(("ketua", "sekretaris"), answer["officers"], strict=True):
            self.seat(who, officer)
        self.enrol_key("ketua", "ketua", "sekretaris")
        self.enrol_key("sekretaris", "sekretaris", "ketua")

    def authorities(self) -> None:
        ketua = self.desks["ketua"]
        for regulation, rank, begins in REGULATIONS:
            ketua.write("/regulations", {"regulation": regulation, "rank": rank, "begins": day(begins)})
        revoked = {"regulation": "Permensos 1/2012", "by": "Permensos 10/2019", "on": "2019-08-01"}
        ketua.write("/regulations/revocations", revoked)
        for authority in ("KEMENSOS", "IPSPI"):
            uri = f"{self.ledger.config.public_url}/status/{authority.lower()}"
            self.approved("ketua", "sekretaris", "register-authority", authority=authority, status_uri=uri)
        self.approved(
            "ketua",
            "sekretaris",
            "grant-authority",
            authority="KEMENSOS",
            name="Kementerian Sosial",
            scope="KEMENSOS",
            schemes=["RELAWAN/PSM-DASAR", "HADIR/PSM-DASAR"],
            basis="Permensos 16/2017",
            begins="2019-01-01",
        )
        self.ledger.keys.refresh()  # By whoever holds the root keys; they are no officers, and offline.

    def staff(self) -> None:
        for who, person in [*((who, s[0]) for who, s in STAFF.items()), *OTHERS.items()]:
            self.people[who] = self.register("ketua", person)
        for who, (_, authority, roles, office) in STAFF.items():
            mandate = {"authority": authority, "roles": list(roles), "office": office, "begins": day(BIMTEK[0])}
            answer = self.approved("ketua", "sekretaris", "appoint-officer", person=self.people[who], **mandate)
            self.seat(who, answer["streams"][0])
        for who in ("kepala", "wakil"):
            self.enrol_key(who, "ketua", "sekretaris")

    def scheme(self, proposer: str, approver: str, kind: str, **edition: Any) -> str:
        scheme = str(self.desks[proposer].write("/schemes", {"kind": kind})["scheme"])
        self.approved(proposer, approver, "publish-edition", scheme=scheme, months=60, **edition)
        return scheme

    def trained(self) -> str:
        """475 of the announced 500 were planned, 466 complete."""
        petugas = self.desks["petugas"]
        plan = {
            "programme": "PSM-DASAR",
            "activity": "bimtek",
            "days": [day(one) for one in BIMTEK],
            "hours": 16,
            "announced": 500,
            "quotas": {"32.75": 225, "32.16": 225, "PUSAT": 25},
            "basis": "Permensos 10/2019",
            "tier": "PSM/DASAR",
            "explanation": "Angka 500 adalah pembulatan; kuota yang ditetapkan 475.",
        }
        training = str(petugas.write("/trainings", plan)["training"])
        instructor = {"person": self.people["instructor"], "affiliation": "UNIVERSITAS"}
        petugas.write(f"/trainings/{training}/instructors", instructor)
        self.clock.at(BIMTEK[1], 17)
        sheet = (files("ledger.intake") / "samples" / SHEET).read_bytes()
        for query, written in (("?dry_run=true", 0), ("", 475)):
            data = {"file": (io.BytesIO(sheet), SHEET)}
            imported = petugas.write(f"/trainings/{training}/sheet{query}", data=data)
            assert (imported["ready"], imported["written"], imported["problems"]) == (475, written, [])
        self.clock.at(BIMTEK[1] + timedelta(days=1))
        closed = petugas.write(f"/trainings/{training}/closing", {})
        assert (closed["completed"], closed["incomplete"]) == (466, 9)
        return training

    def assessed(self, who: str, scheme: str, candidates: list[dict[str, str]], assessor: str, on: date) -> list[str]:
        body = {"scheme": scheme, "candidates": candidates, "assessors": [self.people[assessor]], "on": day(on)}
        return list(self.desks[who].write("/assessments", body)["assessments"].values())

    def decided(self, who: str, ids: list[str], competent: int, assessor: str, decree: Callable[[], str]) -> str:
        """The first `competent` of them are."""
        results = [{"assessment": id, "results": ALL if n < competent else NOT_YET} for n, id in enumerate(ids)]
        self.desks[who].write("/assessments/scores", {"assessor": self.people[assessor], "scores": results})
        decision = decree()
        outcomes = [{"assessment": id, "outcome": "K" if n < competent else "BK"} for n, id in enumerate(ids)]
        self.desks[who].write("/assessments/decisions", {"decree": decision, "outcomes": outcomes})
        return decision

    def volunteers(self, scheme: str, attended: list[str]) -> list[str]:
        kepala = self.desks["kepala"]
        holders = [kepala.get(f"/certificates/{number}").get_json()["registrant"] for number in attended[:40]]
        self.clock.at(TESTED)
        ids = self.assessed("kepala", scheme, [{"registrant": one} for one in holders], "assessor", TESTED)

        def decree() -> str:
            self.clock.at(DECIDED)
            return self.decree("kepala", "45/LSP KEMENSOS RI/SK/III/2020", "results", DECIDED, "decider")

        decision = self.decided("kepala", ids, 36, "assessor", decree)
        self.clock.at(DECIDED + timedelta(days=2))
        return self.issued("kepala", "wakil", "issue-competence", decree=decision)

    def association(self) -> str:
        """From 7 April 2022 on it issues by itself."""
        self.clock.at(IPSPI_FROM)
        for regulation, rank, begins in LATER_REGULATIONS:
            body = {"regulation": regulation, "rank": rank, "begins": day(begins)}
            self.desks["ketua"].write("/regulations", body)
        self.approved(
            "ketua",
            "sekretaris",
            "grant-authority",
            authority="IPSPI",
            name="Independen Pekerja Sosial Profesional Indonesia",
            scope="*",
            schemes=["PEKSOS/GENERALIS"],
            basis="UU 14/2019",
            begins=day(IPSPI_FROM),
        )
        self.ledger.keys.refresh()
        edition = {"standard": "Permensos 14/2020", "basis": "UU 14/2019", "begins": day(IPSPI_FROM)}
        return self.scheme("sekretaris", "ketua", "PEKSOS/GENERALIS", tier="PEKSOS/PROFESI", **edition)

    def graduates(self, scheme: str) -> list[str]:
        tested = GREEN_DAY - timedelta(days=7)
        self.clock.at(tested)
        self.ledger.keys.refresh()
        equal = self.decree("ketua", "7/DPP IPSPI/SK/2026", "equivalence", tested, "decider-ipspi")
        candidates = []
        for person in GRADUATES:
            registrant = self.register("ketua", person)
            self.people[registrant] = person.name.reveal()
            body = {"registrant": registrant, "tier": "PEKSOS/PROFESI", "decree": equal, "reasons": "Ijazah diperiksa."}
            evidence = self.desks["ketua"].write("/equivalences", body)["equivalence"]
            candidates.append({"registrant": registrant, "evidence": evidence})
        ids = self.assessed("ketua", scheme, candidates, "assessor-ipspi", tested)

        def decree() -> str:
            self.clock.at(GREEN_DAY)
            return self.decree("ketua", "8/DPP IPSPI/SK/2026", "results", GREEN_DAY, "decider-ipspi")

        decision = self.decided("ketua", ids, 6, "assessor-ipspi", decree)
        return self.issued("ketua", "sekretaris", "issue-competence", decree=decision)

    def revoked(self, number: str) -> None:
        on = GREEN_DAY + timedelta(days=3)
        self.clock.at(on)
        decree = self.decree("ketua", "9/DPP IPSPI/SK/2026", "revocation", on, "decider-ipspi")
        self.approved("ketua", "sekretaris", "revoke", number=number, decree=decree, reason="fraud")


@pytest.fixture
def told(ledger: Ledger, clock: StoryClock, desk_of: Callable[..., Any]) -> Told:
    return Told(ledger, clock, desk_of)


def test_the_whole_way_once_through_http(told: Told, client: FlaskClient) -> None:
    def verdict(**asked: str) -> dict[str, Any]:
        found: dict[str, Any] = client.post("/api/v1/verifications", json=asked).get_json()
        return found

    told.begins()
    told.authorities()
    told.staff()
    edition = {"standard": "Permensos 16/2017", "basis": "Permensos 10/2019", "begins": day(BIMTEK[0])}
    psm = told.scheme("kepala", "wakil", "RELAWAN/PSM-DASAR", tier="PSM/DASAR", **edition)
    training = told.trained()

    attended = told.issued("petugas", "kepala", "issue-attendance", training=training)
    volunteers = told.volunteers(psm, attended)
    assert (len(attended), len(volunteers)) == (466, 36)
    volunteer = told.code(volunteers[0])
    assert verdict(code=volunteer)["colour"] == "amber"
    assert verdict(code=volunteer, context="KEMENSOS")["colour"] == "green"

    graduates = told.graduates(told.association())
    assert len(graduates) == 6
    code = told.code(graduates[0])
    assert (verdict(code=code)["reason"], verdict(code=code)["colour"]) == ("valid", "green")
    holder = told.desks["ketua"].get(f"/certificates/{graduates[0]}").get_json()["registrant"]
    assert verdict(number=graduates[0], name=told.people[holder].upper())["colour"] == "green"
    assert verdict(number=graduates[0], name="Budi")["reason"] == "nomatch"
    picture = told.desks["ketua"].get(f"/certificates/{graduates[0]}/code.png").data
    seen = client.post("/api/v1/verifications", data={"picture": (io.BytesIO(picture), "photo.png")})
    assert seen.get_json()["colour"] == "green"

    told.revoked(graduates[0])
    after = verdict(code=code)
    assert (after["reason"], after["colour"], after["action"]) == ("revoked", "red", "reject")
    assert "9/DPP IPSPI/SK/2026" in after["sentences"]["en"]["text"]
    kinds = [e["kind"] for e in told.desks["ketua"].get(f"/certificates/{graduates[0]}/history").get_json()["events"]]
    assert kinds[-1] == "certificate.revoked"
