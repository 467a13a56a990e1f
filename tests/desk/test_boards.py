"""Boards of provinces: what theirs is they see and do, what is not is not there; standing in by delegation."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.errors import RuleError
from tests.conftest import GREEN_DAY, audited

TODAY = date(2026, 11, 10)  # In the second edition of the table of acts.
BANTEN = "36"


@pytest.fixture
def boards(here: Story) -> Iterator[Story]:
    """IPSPI has a clerk and a certifier in West Java (32), where the people of the story live, and one clerk in 36."""
    for who, roles, region in (
        ("assessor", ["enrol"], "32"),
        ("decider", ["certify", "approve"], "32"),
        ("instructor", ["enrol"], BANTEN),
    ):
        mandate: dict[str, Any] = {"roles": roles, "office": "Petugas DPD", "begins": GREEN_DAY, "ends": None}
        act = here.ledger.officers.appoint(person=here.people[who], authority="IPSPI", region=region, **mandate)
        here.approved("ketua", "sekretaris", [act])
        here.officers[who] = act.stream
    here.clock.at(TODAY)
    here.ledger.keys.refresh()
    yield here
    report = audited(here.ledger)
    assert report.sound, report.as_json()


def plan(story: Story, who: str, region: str | None = None, **numbers: Any) -> UUID:
    usual: dict[str, Any] = {"days": [TODAY], "hours": 8, "announced": 1, "quotas": {"32.75": 1}}
    made = story.ledger.trainings.plan(
        story.actor(who),
        programme="PSM-DASAR",
        activity="pelatihan",
        basis="Permensos 10/2019",
        region=region,
        **usual | numbers,
    )
    return UUID(made["training"])


def asked(story: Story, app: Flask, who: str, path: str) -> Any:
    """By the API."""
    token = story.ledger.officers.issue_token(story.officers[who])["token"]
    return app.test_client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_board_plans_its_own_training_and_the_central_one_does_not(boards: Story) -> None:
    plan(boards, "assessor")

    with pytest.raises(RuleError) as refused:
        plan(boards, "ketua", "32")

    assert (refused.value.code, refused.value.facts["expected"]) == ("organ-differs", "DPD 32")


def test_a_delegation_lets_the_central_board_stand_in_until_its_last_day(boards: Story) -> None:
    decree = boards.decree("ketua", "10/DPP IPSPI/SK/2026", "delegation", TODAY, "decider-ipspi")
    given = boards.ledger.delegations.give(
        officer=boards.officers["ketua"], region=BANTEN, begins=TODAY, ends=TODAY, decree=decree
    )
    boards.approved("ketua", "sekretaris", [given])

    plan(boards, "ketua", BANTEN)

    boards.clock.at(date(2026, 11, 11))
    with pytest.raises(RuleError) as refused:
        plan(boards, "ketua", BANTEN)
    assert refused.value.code == "organ-differs"
    assert [one["state"] for one in boards.ledger.delegations.listed()] == ["lapsed"]


def test_an_ended_delegation_counts_no_more(boards: Story) -> None:
    decree = boards.decree("ketua", "10/DPP IPSPI/SK/2026", "delegation", TODAY, "decider-ipspi")
    term = {"begins": TODAY, "ends": date(2026, 12, 31)}
    given = boards.ledger.delegations.give(officer=boards.officers["ketua"], region=BANTEN, decree=decree, **term)
    boards.approved("ketua", "sekretaris", [given])
    boards.approved("ketua", "sekretaris", [boards.ledger.delegations.end(given.stream, "ended")])

    with pytest.raises(RuleError):
        plan(boards, "ketua", BANTEN)


def test_a_board_registers_its_own_people_only(boards: Story) -> None:
    person = invented("Orang Baru", 9901)  # Of Kota Bekasi, 32.75.

    boards.ledger.registrants.register(boards.actor("assessor"), person)

    with pytest.raises(RuleError) as refused:
        boards.ledger.registrants.register(boards.actor("instructor"), invented("Orang Lain", 9902))
    assert refused.value.code == "province-elsewhere"


def test_the_api_shows_a_board_what_lies_in_its_province_and_nothing_else(boards: Story, app: Flask) -> None:
    training = plan(boards, "assessor")
    number, person = boards.numbers["graduates"][0], boards.people["ketua"]
    paths = [f"trainings/{training}", f"certificates/{number}", f"certificates/{number}/code.txt"]
    paths += [f"certificates/{number}/history", f"registrants/{person}"]

    own = [asked(boards, app, "assessor", path).status_code for path in paths]
    elsewhere = [asked(boards, app, "instructor", path) for path in paths]

    assert own == [200] * 5
    assert [answer.status_code for answer in elsewhere] == [404] * 5
    assert {answer.json["code"] for answer in elsewhere} == {"not-found"}


def test_lists_of_a_board_hold_what_lies_in_its_province(boards: Story, app: Flask) -> None:
    every, own, none = (
        asked(boards, app, who, "certificates?limit=1000").json["certificates"]
        for who in ("ketua", "assessor", "instructor")
    )

    assert none == []
    assert set(own) < set(every)
    assert len(every) - len(own) == 25  # Of the 25 who came for the central unit no province is known.


def test_a_board_sees_its_own_proposals_only(boards: Story, app: Flask) -> None:
    act = boards.ledger.officers.end_key(boards.officers["sekretaris"], "key-lost")
    proposal = boards.ledger.proposals.propose(boards.actor("ketua"), [act])["proposal"]

    assert asked(boards, app, "decider", "proposals").json["proposals"] == []
    assert asked(boards, app, "decider", f"proposals/{proposal}").status_code == 404
    assert asked(boards, app, "sekretaris", f"proposals/{proposal}").status_code == 200


def test_an_appointment_names_its_decree_since_november(boards: Story) -> None:
    mandate = {"roles": ["enrol"], "office": "Petugas DPD", "begins": TODAY, "ends": None, "region": "31"}
    person = boards.people["assessor-ipspi"]
    officers = boards.ledger.officers

    with pytest.raises(RuleError) as refused:
        boards.approved("ketua", "sekretaris", [officers.appoint(person=person, authority="IPSPI", **mandate)])  # type: ignore[arg-type]
    assert refused.value.code == "decree-matter"

    decree = boards.decree("ketua", "11/DPP IPSPI/SK/2026", "appointment", TODAY, "decider-ipspi")
    appointed = officers.appoint(person=person, authority="IPSPI", decree=decree, **mandate)  # type: ignore[arg-type]
    boards.approved("ketua", "sekretaris", [appointed])
    assert appointed.stream.hex in {one["officer"].replace("-", "") for one in officers.listed()}


def test_one_certifier_suspends_for_three_days_and_the_board_does_it_too(boards: Story) -> None:
    decree = boards.decree("decider", "1/DPD IPSPI/SK/2026", "suspension", TODAY, "decider-ipspi")
    number = boards.numbers["graduates"][0]
    act = boards.ledger.certificates.status_act(
        "suspend", number, decree=decree, reason="precaution", until=date(2026, 11, 12)
    )

    boards.ledger.certificates.act_alone(boards.actor("decider"), act)

    assert boards.ledger.certificates.show(number)["state"] == "suspended"


SHEET = """No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Kecamatan;Utusan;Hari 1
1;Rina Kusuma;3275014503800001;P;05/03/1980;Bekasi Timur;Kota Bekasi;H
2;Budi Santoso;3275011708850001;L;17/08/1985;Bekasi Timur;PUSAT;H
"""


def test_a_board_takes_a_sheet_to_certificates_by_two_officers(boards: Story) -> None:
    """One records, another closes; who came for a unit is registered in the province of the training."""
    training = plan(boards, "assessor", announced=2, quotas={"32.75": 1, "PUSAT": 1})
    trainings = boards.ledger.trainings
    trainings.import_sheet(boards.actor("assessor"), training, SHEET.encode(), "sheet.csv")

    with pytest.raises(RuleError) as refused:
        trainings.close(boards.actor("assessor"), training)
    assert refused.value.code == "closed-by-recorder"

    trainings.close(boards.actor("decider"), training)
    acts = boards.ledger.certificates.attendance(training)
    assert len(acts) == 2
