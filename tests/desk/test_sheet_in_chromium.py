"""A dirty sheet put right in the page: every problem beside its cell, all of them within reach, all rows recorded."""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from ledger.cli.story import Story
from tests.desk.browsing import browsing
from tests.desk.serving import serving

TITLES = (
    "No",
    "Nama Lengkap",
    "NIK",
    "L/P",
    "Tanggal Lahir",
    "Kecamatan",
    "Utusan",
    "No HP",
    "Catatan Panitia",
    "Hari 1",
)
HEAD, TAIL = ("Bekasi Timur", "32.75", "0812", "VIP"), ("H",)
# Name, NIK, sex, birth date, mark; the cell's column and what stands beside it; what is typed instead.
DIRTY: Sequence[tuple[tuple[str, str, str, str, str], str, str, str]] = (
    (("Sari Melati", "3275015203900004", "P", "12/03/1990", "H"), "", "", ""),
    (("Rudi Hartono", "327501070885002", "L", "07/08/1985", "H"), "NIK", "Panjang NIK salah", "3275010708850021"),
    (("Wati Lestari", "3275O15203910004", "P", "12/03/1991", "H"), "NIK", "selain angka", "3275015203910004"),
    (
        ("Tono <b>Wijaya</b>", "3275011708850009", "L", "17/08/1985", "H"),
        "Nama Lengkap",
        "tidak diterima",
        "Tono Wijaya",
    ),
    (("Dewi Anggraini", "3275015204920004", "P", "", "H"), "Tanggal Lahir", "kosong", "12/04/1992"),
    (
        ("Budi Santoso", "3275011206880003", "L", "31/02/1988", "H"),
        "Tanggal Lahir",
        "tidak ada dalam kalender",
        "12/06/1988",
    ),
    (("Rina Marlina", "3275015307890003", "P", "13 bulan 7", "H"), "Tanggal Lahir", "tidak terbaca", "13/07/1989"),
    (("Agus Salim", "3275011409870003", "L", "14/09/1987", "?"), "Hari 1", "tidak dikenal", "H"),
    (("Yanti Kusuma", "3275015510860003", "P", "15/10/1986", ""), "Hari 1", "kosong", "A"),
    (("Eko Prasetyo", "3275011611850003", "X", "16/11/1985", "H"), "L/P", "", "L"),
    (("Sari Melati", "3275015203900004", "P", "12/03/1990", "H"), "NIK", "baris lain", "3275015203900012"),
    (("Nia Kurnia", "3275015008850021", "P", "08/10/1985", "H"), "", "", ""),
)
GOOD = len(DIRTY)


def sheet(rows: Sequence[tuple[str, str, str, str, str]]) -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("Hadir")
        page.write_row(0, 0, TITLES)
        for at, (name, nik, sex, born, mark) in enumerate(rows, 1):
            for column, text in enumerate((str(at), name, nik, sex, born, *HEAD, mark)):
                page.write_string(at, column, text)
    return made.getvalue()


@pytest.fixture
def training(here: Story) -> UUID:
    today = here.today()
    planned = here.ledger.trainings.plan(
        here.actor("petugas"),
        programme="PSM-DASAR",
        activity="bimtek",
        days=[today],
        hours=8,
        announced=200,
        quotas={"32.75": 200},
        basis="Permensos 10/2019",
    )
    return UUID(planned["training"])


@pytest.fixture
def page(chromium: Browser, here: Story, app: Flask) -> Iterator[Page]:
    said: list[str] = []
    with serving(app) as address, browsing(chromium, address, here.ledger, here.officers["petugas"]) as context:
        opened = context.new_page()
        opened.on("dialog", lambda dialog: said.append(dialog.message))
        opened.on("pageerror", lambda error: said.append(str(error)))
        yield opened
    assert said == []


def upload(page: Page, training: UUID, data: bytes, folder: Path) -> None:
    file = folder / "hadir.xlsx"
    file.write_bytes(data)
    page.goto(f"/meja/pelatihan/{training}/impor")
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Periksa dulu").click()
    page.wait_for_url("**/meja/impor/*")


def cell(page: Page, row: int, column: str) -> Locator:
    return page.get_by_role("textbox", name=f"Hadir {row}, {column}", exact=True)


def recorded(here: Story, training: UUID) -> int:
    return len(here.ledger.participations.listed(training, limit=1000))


def test_every_kind_of_problem_is_put_right_in_the_page(
    here: Story, training: UUID, page: Page, tmp_path: Path
) -> None:
    upload(page, training, sheet([row for row, *_ in DIRTY]), tmp_path)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Kolom yang tidak disimpan")
    for dropped in ("No HP", "Catatan Panitia"):
        expect(page.locator("dd", has_text=dropped)).to_have_count(1)
    expect(main).to_contain_text("8 Oktober 1985")  # As it stands, and as the NIK has it.
    expect(main).to_contain_text("10 Agustus 1985")
    assert page.locator("td b").count() == 0

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("bermasalah")).click()
    for number, (values, column, why, right) in enumerate(DIRTY, 2):
        if column:
            line = page.locator("tr", has=cell(page, number, column))
            expect(line).to_contain_text(why)
            assert (
                cell(page, number, column).input_value()
                == values[("Nama Lengkap", "NIK", "L/P", "Tanggal Lahir", "Hari 1").index(column)]
            )
            cell(page, number, column).fill(right)
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_role("heading", name="Sel bermasalah")).to_have_count(0)
    cell(page, GOOD + 1, "Tanggal Lahir").fill("10/08/1985")
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_role("textbox")).to_have_count(0)
    before = recorded(here, training)
    page.get_by_role("button", name="Simpan semua baris").click()

    expect(page.locator("#result")).to_have_text(f"Orang yang dicatat: {GOOD}.", timeout=60_000)
    assert (before, recorded(here, training)) == (0, GOOD)
    bad = (
        CalamineWorkbook.from_filelike(io.BytesIO(Path(download.value.path()).read_bytes()))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert bad[0][:3] == ["No", "Nama Lengkap", "NIK"]
    assert len(bad) == 1 + sum(bool(column) for _, column, _, _ in DIRTY)
    assert all(why in line[-1] for line, (_, _, why, _) in zip(bad[1:], [one for one in DIRTY if one[1]], strict=True))


def test_more_problems_than_a_page_holds_are_all_within_reach(
    here: Story, training: UUID, page: Page, tmp_path: Path
) -> None:
    """130 unknown marks: page after page is put right, and what was typed on one is there when it is come back to."""
    rows = [
        (
            f"Orang {chr(65 + n % 26)}{chr(97 + n // 26)}",
            f"32750112{1 + n % 12:02d}85{n + 1:04d}",
            "L",
            f"12/{1 + n % 12:02d}/1985",
            "?",
        )
        for n in range(130)
    ]
    upload(page, training, sheet(rows), tmp_path)
    weights, seen = [], set[str]()

    cell(page, 2, "Hari 1").fill("H")
    page.get_by_role("link", name="Halaman berikutnya").click()
    expect(cell(page, 2, "Hari 1")).to_have_count(0)
    page.get_by_role("link", name="Ke halaman pertama").click()
    expect(cell(page, 2, "Hari 1")).to_have_value("H")
    while page.get_by_role("heading", name="Sel bermasalah").count():
        boxes = page.get_by_role("textbox")
        seen |= {boxes.nth(n).get_attribute("name") or "" for n in range(boxes.count())}
        weights.append(len(page.content().encode()))
        for n in range(boxes.count()):
            boxes.nth(n).fill("H")
        page.evaluate("document.body.dataset.mark = 'before'")
        page.get_by_role("button", name="Periksa lagi").click()
        expect(page.locator("body[data-mark]")).to_have_count(0)
    page.get_by_role("button", name="Simpan semua baris").click()

    expect(page.locator("#result")).to_have_text("Orang yang dicatat: 130.", timeout=60_000)
    assert len(seen) == 130
    assert max(weights) <= 25_000
    assert recorded(here, training) == 130
