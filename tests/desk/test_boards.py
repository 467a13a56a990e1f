"""Boards of provinces: what theirs is they see and do, what is not is not there; standing in by delegation."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from ledger.application.registrants import Person
from ledger.application.scope import Sight
from ledger.cli import board
from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.errors import InputError, RuleError
from tests.conftest import GREEN_DAY, audited
from tests.desk.conftest import Desk
from tests.desk.forms import send

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
    usual: dict[str, Any] = {"programme": "PSM-DASAR", "days": [TODAY], "announced": 1, "quotas": {"32.75": 1}}
    made = story.ledger.trainings.plan(
        story.actor(who),
        activity="pelatihan",
        basis="Permensos 10/2019",
        hours=8,
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


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1944, 12, 31), date(2037, 1, 1), date(9999, 12, 31)])
def test_a_training_is_planned_within_the_years_of_living_people(boards: Story, day: date) -> None:
    size = boards.ledger.histories.size()

    with pytest.raises(InputError) as refused:
        plan(boards, "assessor", days=[day])

    assert refused.value.code == "day-out-of-range"
    assert boards.ledger.histories.size() == size


@pytest.mark.parametrize("numbers", [{"announced": 10**18}, {"quotas": {"32.75": 10**30}}, {"programme": "a\u202eb"}])
def test_what_no_audit_could_read_is_never_signed(boards: Story, numbers: dict[str, Any]) -> None:
    size = boards.ledger.histories.size()

    with pytest.raises((InputError, RuleError)):
        plan(boards, "assessor", **numbers)

    assert boards.ledger.histories.size() == size


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


def test_another_board_does_not_say_what_was_taught(boards: Story) -> None:
    training = plan(boards, "assessor")
    refused = []

    for who in ("instructor", "ketua", "decider"):
        with pytest.raises(RuleError) as found:
            boards.ledger.trainings.teach(boards.actor(who), training, [("Etika", 8)])
        refused.append(found.value.code)

    assert refused == ["province-elsewhere", "role-missing", "role-missing"]
    boards.ledger.trainings.teach(boards.actor("assessor"), training, [("Etika", 8)])


GUEST = """No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Kecamatan;Utusan;Hari 1
1;Rina Kusuma;3671014503800001;P;05/03/1980;Ciledug;36.71;H
"""
GUEST_NIK = "3671011708850002"


def test_who_comes_from_another_province_to_a_training_of_the_board_is_seen_there_and_nowhere_else(
    boards: Story, desk: Desk
) -> None:
    training = plan(boards, "assessor", quotas={"36.71": 1})
    boards.ledger.trainings.import_sheet(boards.actor("assessor"), training, GUEST.encode(), "sheet.csv")
    (row,) = boards.ledger.participations.listed(training)
    person = UUID(row["registrant"])

    own, home = desk(boards.officers["assessor"]), desk(boards.officers["instructor"])

    assert boards.ledger.registrants.show(person)["region"] == "36.71"
    assert "Rina Kusuma" in own.get(f"/meja/pelatihan/{training}/peserta").text
    assert [client.get(f"/meja/orang/{person}").status_code for client in (own, home)] == [404, 200]
    assert home.get(f"/meja/pelatihan/{training}/peserta").status_code in (403, 404)


def test_the_board_sees_the_certificate_of_a_guest_and_no_page_of_the_person(here: Story, desk: Desk) -> None:
    board.appointed(here)
    training = plan(here, "sekretaris-dpd", days=[here.today()], quotas={"36.71": 1}, programme=board.PROGRAMME)
    here.ledger.trainings.import_sheet(here.actor("sekretaris-dpd"), training, GUEST.encode(), "sheet.csv")
    here.ledger.trainings.close(here.actor("ketua-dpd"), training)
    here.approved("sekretaris-dpd", "ketua-dpd", here.ledger.certificates.attendance(training))
    (number,) = [one["number"] for one in here.ledger.standings.listed(sight=Sight(region=BANTEN))]
    person = here.ledger.certificates.show(number)["registrant"]

    own, central = (desk(who).get(f"/meja/sertifikat/{number}") for who in ("ketua-dpd", "ketua"))

    assert (own.status_code, central.status_code) == (200, 200)
    assert [f"/meja/orang/{person}" in page.text for page in (own, central)] == [False, True]
    assert desk("ketua-dpd").get(f"/meja/orang/{person}").status_code == 404


def test_a_walk_in_from_another_province_is_completed_after_the_closing_too(boards: Story) -> None:
    training, book = plan(boards, "assessor", quotas={"36.71": 1}), boards.ledger.participations
    came = {"name": FullName("Budi Santoso"), "sex": "L", "group": "36.71", "marks": "H", "adult": True}
    who = UUID(book.walk_in(boards.actor("assessor"), training, **came)["registrant"])
    boards.ledger.trainings.close(boards.actor("decider"), training)
    person = Person(FullName("Budi Santoso"), NationalId.parse(GUEST_NIK), BirthDate.parse("1985-08-17"), "L", "36.71")

    book.complete(boards.actor("assessor"), who, person)

    assert len(boards.ledger.certificates.attendance(training)) == 1


@pytest.mark.parametrize(("quotas", "closed"), [({"32.75": 0}, False), ({"36.71": 0}, True)])
def test_nobody_of_another_province_is_registered_whom_no_open_training_expects(
    boards: Story, quotas: dict[str, int], closed: bool
) -> None:
    training = plan(boards, "assessor", announced=0, quotas=quotas)
    if closed:
        boards.ledger.trainings.close(boards.actor("decider"), training)
    person = Person(FullName("Budi Santoso"), NationalId.parse(GUEST_NIK), BirthDate.parse("1985-08-17"), "L", "36.71")

    with pytest.raises(RuleError) as refused:
        boards.ledger.registrants.register(boards.actor("assessor"), person)

    assert refused.value.code == "province-elsewhere"


def test_a_number_that_is_known_in_another_province_is_told_with_the_way_out(boards: Story, desk: Desk) -> None:
    """And no page of that person opens."""
    typed = {"name": "Budi Santoso", "nik": GUEST_NIK, "born": "1985-08-17", "sex": "L", "region": "", "alias": ""}
    assert send(desk(boards.officers["instructor"]), "/meja/orang/baru", **typed).status_code == 302

    again = send(desk(boards.officers["assessor"]), "/meja/orang/baru", **typed)

    assert again.status_code == 409
    assert "daftar hadir pelatihan itu" in again.text
    assert "36 Banten" not in again.text
