"""Every verdict, as whoever points a camera at a code comes to it."""

import pytest

from ledger.messages import say
from tests.browser.cases import CASES, Case
from tests.browser.conftest import Phone
from tests.browser.host import Host
from tests.browser.seen import colour, decided, typed, visit
from tests.conformance import world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_the_code_leads_to_its_verdict(case: Case, host: Host, phone: Phone) -> None:
    page = phone()

    reason = visit(page, case.url(host))

    read = page.inner_text("#verdict")
    assert (reason, colour(page)) == (case.reason, case.colour)
    assert say(f"v.{case.reason}.title") in read
    assert say(f"colour.{case.colour}") in read.lower()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://example.org/q/#123", "notours"),
        ("https://cek.contoh.invalid/q/#123", "demo"),
        ("HTTPS://CEK.VECTORS.CONTOH.INVALID/q/#" + world.address(world.PLAIN).partition("#")[2], "valid"),
        (f"  {world.address(world.PLAIN).partition('#')[2]}\n", "valid"),
        ("9" * 100_000, "unreadable"),
        ("<img src=x onerror=alert(1)>", "unreadable"),
    ],
)
def test_what_is_pasted_is_checked_like_what_is_scanned(text: str, reason: str, host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.PLAIN)
    page.goto(f"{host.address}/q/")

    assert typed(page, text) == reason


def test_the_paper_is_shown_to_be_held_against_it(host: Host, phone: Phone) -> None:
    page = phone()

    visit(page, host.certificate(world.PLAIN))

    rows = [row.split("\t") for row in page.inner_text(".paper").splitlines() if "\t" in row]
    assert rows == [
        ["Nama", "Siti Rahmawati"],
        ["Jenis dan jenjang", "PEKSOS/GENERALIS"],
        ["Nomor", "IPSPI-PSG-2026-000123-4"],
        ["Penerbit dan dasar kewenangan", "IPSPI · UU 14/2019"],
        ["Lingkup keberlakuan", "Seluruh Indonesia"],
        ["Diuji", "Tidak termuat dalam kode"],
        ["Diputuskan", "20 Maret 2026"],
        ["Ditandatangani", "21 Maret 2026"],
        ["Berlaku mulai", "20 Maret 2026"],
        ["Berlaku s.d.", "20 Maret 2031"],
        ["Status", "Tidak dicabut, tidak dibekukan"],
    ]


def test_a_paper_of_attendance_speaks_of_no_test(host: Host, phone: Phone) -> None:
    page, data = phone(), world.certificate(paper={2: "HADIR/PSM-DASAR", 5: "Peserta, 16 JP, 2/2 hari"})

    visit(page, host.certificate(data))

    assert "HADIR/PSM-DASAR" in page.inner_text(".paper")
    assert "Diuji" not in page.inner_text(".paper")


def test_a_withdrawn_paper_shows_nothing_of_its_holder(host: Host, phone: Phone) -> None:
    page = phone()

    visit(page, host.certificate(world.PLAIN, world.Status.WITHDRAWN))

    assert "Siti" not in page.content()


def test_whoever_belongs_to_the_institution_may_accept_a_limited_paper(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.certificate(paper={8: "DINSOS"})))
    before = len(host.requests)

    page.fill("#context", "dinsos")
    page.press("#context", "Enter")
    page.wait_for_selector(".card.green")

    assert decided(page) == "valid"
    assert not any("DINSOS" in request.upper() for request in host.requests[before:])


def test_another_code_opens_in_the_page_that_is_open_already(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN))

    page.evaluate("location.hash = '#123'")
    page.wait_for_selector(".card.grey")

    assert decided(page) == "unreadable"
    assert page.url == f"{host.address}/q/"


def test_the_time_is_told_in_western_indonesia_and_where_the_phone_is(host: Host, phone: Phone) -> None:
    page = phone(timezone_id="Asia/Jayapura")

    visit(page, host.certificate(world.PLAIN))

    assert page.inner_text("#result .asof:nth-child(1)") == "Status per 15 Januari 2027 pukul 14.50 WIB"
    assert page.inner_text("#result .asof:nth-child(2)") == (
        "Menurut jam ponsel ini: 15 Januari 2027 pukul 16.50 UTC+9"
    )


@pytest.mark.parametrize(
    ("hours", "said"), [(-2, "JAM PONSEL BERBEDA sekitar 2 jam"), (365 * 24, "JAM PONSEL BERBEDA sekitar 365 hari")]
)
def test_a_clock_that_is_off_is_told_by_how_much(hours: int, said: str, host: Host, phone: Phone) -> None:
    """Two hours slow: the newest signed time counts instead. A year ahead: every list seems past its end."""
    page = phone(clock=world.NOW + hours * world.HOUR)

    visit(page, host.certificate(world.PLAIN))

    assert said in page.inner_text("#verdict")
    assert colour(page) == ("green" if hours < 0 else "grey")
