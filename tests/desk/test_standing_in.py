"""Standing in for a board with too few officers, in two browsers: given by decree, used, and over on its last day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from ledger.cli.story import Story
from tests.conftest import GREEN_DAY
from tests.desk.seats import PROPOSE, SIGN, Seats, proposal_at

TODAY = date(2026, 11, 10)  # In the second edition of the table of acts.
ENDS = TODAY + timedelta(days=30)
HEAD = "No;Nama;NIK;JK;Tanggal Lahir;Utusan;Hari 1\n"
CLOSE = "Tutup pelatihan"


@pytest.fixture
def here(here: Story) -> Story:
    """Banten has one officer, a clerk, who records and may not close."""
    act = here.ledger.officers.appoint(
        person=here.people["instructor"],
        authority="IPSPI",
        roles=["enrol"],
        office="Petugas DPD",
        begins=GREEN_DAY,
        ends=None,
        region="36",
    )
    here.approved("ketua", "sekretaris", [act])
    here.officers["clerk"] = act.stream
    here.clock.at(TODAY)
    here.ledger.keys.refresh()
    return here


def taught(story: Story, serial: int) -> UUID:
    """A training of Banten, over, with one who came."""
    clerk, day = story.actor("clerk"), story.today()
    numbers = {"days": [day], "hours": 8, "announced": 1, "quotas": {"36.73": 1}}
    planned = story.ledger.trainings.plan(
        clerk,
        programme="PSM-DASAR",
        activity="pelatihan",
        basis="Permensos 10/2019",
        **numbers,  # type: ignore[arg-type]
    )
    row = f"1;Wahyu Santoso;367301170880{serial};L;17/08/1980;Kota Serang;H\n"
    done = story.ledger.trainings.import_sheet(clerk, UUID(planned["training"]), (HEAD + row).encode(), "hadir.csv")
    assert done.roster.problems == ()
    return UUID(planned["training"])


def close(page: Page, training: UUID) -> None:
    page.goto(f"/meja/pelatihan/{training}")
    page.get_by_role("link", name=CLOSE).click()
    page.wait_for_url("**/tutup")
    page.locator("main form button").last.click()


def given(seats: Seats, chair: Page) -> None:
    number = seats.decree("delegation")
    chair.goto("/meja/pengurus/delegasi")
    chair.get_by_role("link", name="Beri delegasi").click()
    chair.get_by_label("Pengurus DPP").select_option(label="Ketua DPP, Ratna Wulandari")
    chair.get_by_label("Provinsi").select_option(label="36 Banten")
    chair.get_by_label("Mulai").fill(TODAY.isoformat())
    chair.get_by_label("Hari terakhir").fill(ENDS.isoformat())
    chair.get_by_label("SK pendelegasian").select_option(label=number)
    chair.get_by_role("button", name=PROPOSE).click()
    seats.approve(seats.of("sekretaris"), "sekretaris", proposal_at(chair))


def test_the_central_board_stands_in_by_decree_sees_and_approves_and_after_its_last_day_no_more(seats: Seats) -> None:
    here, chair, clerk = seats.here, seats.of("ketua"), seats.of("clerk")
    first, later = taught(here, 9077), taught(here, 9078)

    close(chair, first)
    expect(chair.get_by_role("alert")).to_contain_text("DPD 36")
    expect(chair.get_by_role("alert")).to_contain_text("Jalan keluar")
    given(seats, chair)
    close(chair, first)
    expect(chair.get_by_text("ditutup", exact=True)).to_be_visible()

    (came,) = seats.ledger.participations.listed(first)
    clerk.goto(f"/meja/peserta/{came['participation']}/betulkan")
    clerk.get_by_label("Kehadiran").fill("A")
    clerk.get_by_role("radio").first.check()
    clerk.get_by_label("Penjelasan").fill("Salah salin dari lembar hadir.")
    clerk.locator("main form button").last.click()
    expect(clerk.get_by_text("Pembetulan diusulkan")).to_be_visible()
    chair.get_by_role("link", name="Kotak masuk").click()
    chair.get_by_role("link", name="Betulkan kehadiran").click()
    expect(chair.get_by_text("Wahyu Santoso")).to_be_visible()
    seats.choose_key(chair, "ketua")
    chair.get_by_role("button", name=SIGN).click()
    expect(chair.get_by_text("Disetujui dan dilaksanakan")).to_be_visible()

    here.clock.at(ENDS + timedelta(days=1))
    here.ledger.keys.refresh()
    seats.sign_in(chair, "ketua")
    close(chair, later)
    expect(chair.get_by_role("alert")).to_contain_text("DPD 36")
    assert here.ledger.trainings.show(later)["state"] == "planned"
    chair.goto("/meja/pengurus/delegasi")
    expect(chair.get_by_text("Habis")).to_be_visible()
