"""The first page: what waits, what does not fit, what is due, what ends, what is new."""

from datetime import date
from uuid import UUID

import pytest

from ledger.application import home
from ledger.application.evidence import Given
from ledger.cli.story import Story
from ledger.domain.cases import ASK
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk


def test_each_block_that_is_empty_says_what_will_stand_there(here: Story, desk: Desk) -> None:
    here.clock.at(date(2026, 11, 22))

    page = desk("sekretaris").get("/meja/?lang=en").text

    for said in ("No proposal waits", "are closed", "No open requests", "No certificate ends", "Nothing was recorded"):
        assert said in page


def test_what_others_propose_waits_here_and_what_i_propose_does_not(here: Story, desk: Desk) -> None:
    act = here.ledger.registrants.erase(here.people["assessor-ipspi"], "PDP-43")
    proposal = here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"]

    assert f"/meja/usulan/{proposal}" in desk("sekretaris").get("/meja/").text
    assert f"/meja/usulan/{proposal}" not in desk("ketua").get("/meja/").text


def test_a_training_that_is_over_and_not_closed_stands_here_with_its_differences(here: Story, desk: Desk) -> None:
    days = (GREEN_DAY, date(2026, 10, 23))
    quotas, basis = {"32.75": 10}, "Permensos 10/2019"
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": days, "hours": 16, "quotas": quotas, "basis": basis}
    id = here.ledger.trainings.plan(here.actor("petugas"), announced=10, **plan)["training"]
    before = desk("petugas").get("/meja/").text
    here.clock.at(date(2026, 10, 23))

    after = desk("petugas").get("/meja/").text

    assert f"/meja/pelatihan/{id}" not in before
    assert f"/meja/pelatihan/{id}" in after
    assert "Selisih yang perlu dijelaskan: 1." in after


def test_a_readers_request_stands_here_with_the_days_that_are_left(here: Story, desk: Desk) -> None:
    status = here.ledger.cases.open(ASK, Given(number="X-1", name="Nama"))

    page, clerk = desk("ketua").get("/meja/").text, desk("petugas").get("/meja/").text

    assert status.number in page
    assert "Sisa 5 hari kerja" in page
    assert status.number not in clerk
    here.clock.at(date(2026, 11, 30))
    assert "Tenggat terlewat" in desk("ketua").get("/meja/").text


def test_what_ends_soon_stands_here(here: Story, desk: Desk) -> None:
    here.clock.at(date(2031, 8, 1))

    assert here.numbers["graduates"][0] in desk("ketua").get("/meja/").text


def test_what_changed_since_yesterday_is_told_by_province_and_forgotten_after_a_day(here: Story, desk: Desk) -> None:
    me = here.ledger.access.me(here.ledger.access.begin(here.officers["ketua"]))

    told = {one["region"]: one["kinds"] for one in here.ledger.home.changed(me)}

    assert told["32"]["certificate.issued"] == 6
    assert told[home.NATION]["approval.given"] == 1
    here.clock.at(date(2026, 10, 24))
    assert here.ledger.home.changed(me) == []


def test_of_a_busy_day_the_newest_events_are_told(here: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "NEWEST", 3)
    me = here.ledger.access.me(here.ledger.access.begin(here.officers["ketua"]))

    told = home.Home(here.ledger.context).changed(me)

    assert sum(sum(one["kinds"].values()) for one in told) == 3


def test_a_certificate_whose_attendance_was_corrected_stands_here(here: Story, desk: Desk) -> None:
    book, (came, *_) = here.ledger.participations, here.ledger.participations.listed(here.training, limit=1)
    participation, why = UUID(came["participation"]), {"reason": "error", "explanation": "Lembar milik orang lain."}
    number, said = book.show(participation)["certificate"], "Sertifikat yang kehadirannya dibetulkan"
    block = f'id="doubted">{said} menjadi kurang · 1'
    before = desk("kepala").get("/meja/").text

    here.approved("petugas", "kepala", book.correct(participation, marks="HA", **why))

    assert said not in before
    after = desk("kepala").get("/meja/").text
    assert block in after
    assert f'/meja/sertifikat/{number}"' in after.partition(block)[2].partition("</section>")[0]
    here.approved("petugas", "kepala", book.correct(participation, marks="HH", **why))
    assert said not in desk("kepala").get("/meja/").text
