"""A sheet of 475 people while it is recorded: what every tab sees, and what a cut line or a killed server leaves."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text

from ledger.app import create_app
from ledger.cli.story import BIMTEK, SHEET, Story, StoryClock
from ledger.database import reading, writing
from ledger.wiring import Ledger
from tests.desk.browsing import browsing
from tests.desk.line import line, lost, whole
from tests.desk.serving import serving
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
ALL = 475
# Each note of progress takes a few tenths of a second, as on a slow disk.
SLOW = (
    "CREATE VIEW slowly AS"
    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT i FROM n",
    "CREATE TRIGGER slow AFTER UPDATE ON imports WHEN NEW.read > OLD.read BEGIN SELECT count(*) FROM slowly; END",
)
RUNNING, DONE = "Sedang disimpan", "Daftar hadir tersimpan"
pytestmark = pytest.mark.parametrize("db", ["sqlite"])


@pytest.fixture
def planned(story: Story, clock: StoryClock) -> Story:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    clock.at(BIMTEK[1], 17)
    with writing(story.ledger.engine) as connection:
        for statement in SLOW:
            connection.execute(text(statement))
    return story


@pytest.fixture
def draft(planned: Story) -> str:
    return sent(planned)


def sent(planned: Story) -> str:
    """The path of the page of the sheet, which is not recorded yet."""
    data = (files("ledger.intake") / "samples" / SHEET).read_bytes()
    kept = planned.ledger.imports.upload(planned.actor("petugas"), planned.training, data, SHEET)
    return f"/meja/impor/{kept['import']}"


@pytest.fixture
def address(planned: Story) -> Iterator[str]:
    with serving(create_app(planned.ledger)) as found:
        yield found


@pytest.fixture
def context(chromium: Browser, planned: Story, address: str) -> Iterator[BrowserContext]:
    with browsing(chromium, address, planned.ledger, planned.officers["petugas"]) as made:
        yield made


def commit(page: Page) -> None:
    page.get_by_role("button", name="Simpan semua baris").click(no_wait_after=True)


def half_way(page: Page) -> None:
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#rows")).to_have_text(re.compile(rf"[1-9]\d* dari {ALL}"))


def recorded(story: Story) -> int:
    return len(story.ledger.participations.listed(story.training, limit=ALL + 1))


def test_a_chosen_sheet_is_still_chosen_after_a_refusal_and_a_dropped_line(
    planned: Story, chromium: Browser, address: str, tmp_path: Path
) -> None:
    sheet = tmp_path / SHEET
    sheet.write_bytes((files("ledger.intake") / "samples" / SHEET).read_bytes())
    with line(address) as way, browsing(chromium, way.address, planned.ledger, planned.officers["petugas"]) as context:
        page = context.new_page()
        page.goto(f"/meja/pelatihan/{planned.training}/impor")
        page.locator("[name=file]").set_input_files(sheet)
        check = page.get_by_role("button", name="Periksa dulu")

        page.locator("main [name=csrf_token]").evaluate("one => { one.value = 'of yesterday' }")
        check.click()
        expect(page.locator("#refusal")).to_contain_text("terlalu lama terbuka")
        way.fate = lost
        check.click()
        expect(page.get_by_text("Sambungan terputus")).to_be_visible()
        way.fate = whole
        check.click()

        page.wait_for_url("**/meja/impor/*")
    assert len(planned.ledger.imports.of_training(planned.actor("petugas"), planned.training)) == 1


def test_every_tab_follows_and_the_end_is_announced(planned: Story, draft: str, context: BrowserContext) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(draft)
    commit(first)
    half_way(first)

    first.reload()
    half_way(first)
    second.goto(draft)
    half_way(second)
    second.evaluate("document.body.dataset.mark = 'the same page'")
    during = recorded(planned)

    for page in (first, second):
        expect(page.get_by_role("status")).to_have_text(f"Orang yang dicatat: {ALL}.", timeout=60_000)
        expect(page.get_by_role("heading", level=1)).to_have_text(DONE)
        expect(page.get_by_role("progressbar")).to_have_count(0)
    assert second.evaluate("document.body.dataset.mark") == "the same page"
    assert (during, recorded(planned)) == (0, ALL)


def test_without_scripts_the_page_renews_itself(planned: Story, draft: str, chromium: Browser, address: str) -> None:
    with browsing(chromium, address, planned.ledger, planned.officers["petugas"], java_script_enabled=False) as context:
        first, second = context.new_page(), context.new_page()
        first.goto(draft)
        commit(first)
        while planned.ledger.imports.show(planned.actor("petugas"), UUID(draft[-36:]))["state"] == "draft":
            first.wait_for_timeout(50)
        second.goto(draft)

        expect(second.get_by_role("heading", level=1)).to_have_text(RUNNING)
        expect(second.get_by_role("status")).to_have_text(f"Orang yang dicatat: {ALL}.", timeout=60_000)
        expect(first.get_by_role("heading", level=1)).to_have_text(DONE)
    assert recorded(planned) == ALL


def test_a_line_cut_in_the_middle_changes_nothing_at_the_server(
    planned: Story, draft: str, chromium: Browser, address: str
) -> None:
    with line(address) as way, browsing(chromium, way.address, planned.ledger, planned.officers["petugas"]) as context:
        page = context.new_page()
        page.goto(draft)
        commit(page)
        half_way(page)

        way.cut()
        expect(page.get_by_role("alert")).to_contain_text("Sambungan terputus")
        expect(page.locator("#rows")).to_contain_text("Penyimpanan tetap berjalan")
        way.mend()
        commit(page)  # Harmless: it is being recorded, or is.

        expect(page.get_by_role("heading", level=1)).to_have_text(DONE, timeout=60_000)
    assert recorded(planned) == ALL


def test_a_tab_closed_in_the_middle_changes_nothing_either(planned: Story, draft: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(draft)
    commit(page)
    half_way(page)

    page.close()
    later = context.new_page()
    later.goto(draft)

    expect(later.get_by_role("heading", level=1)).to_have_text(DONE, timeout=60_000)
    assert recorded(planned) == ALL


@contextmanager
def process(ledger: Ledger, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The service as it runs: two workers."""
    config = ledger.config
    settings = {"DATABASE": config.database, "KEYS_DATABASE": config.keys_database, "KEYS": config.keys}
    settings |= {"MIRROR": config.mirror, "DESK": f"http://localhost:{port}"}
    environ = {n: v for n, v in os.environ.items() if not n.startswith("LEDGER_")}
    options = ("--interface", "wsgi", "--workers", "2", "--workers-kill-timeout", "2", "--port", str(port))
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "wsgi:app"],
        cwd=ROOT,
        env=environ | {f"LEDGER_{name}": value for name, value in settings.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port)
        yield server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def test_a_server_killed_in_the_middle_leaves_the_sheet_and_nothing_half_done(
    planned: Story, chromium: Browser, clock: StoryClock
) -> None:
    clock.free()
    draft = sent(planned)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    before, address = planned.ledger.histories.size(), f"http://localhost:{port}"
    with browsing(chromium, address, planned.ledger, planned.officers["petugas"]) as context:
        page = context.new_page()
        with process(planned.ledger, port) as server:
            page.goto(draft)
            commit(page)
            half_way(page)
            os.killpg(server.pid, signal.SIGKILL)
            expect(page.get_by_role("alert")).to_contain_text("Sambungan terputus")
        left = planned.ledger.histories.size()

        with process(planned.ledger, port):
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text(RUNNING)  # For all that the page can know.
            with writing(planned.ledger.engine) as connection:
                connection.execute(text("UPDATE imports SET touched = touched - 30000"))  # Half a minute goes by.
            expect(page.get_by_role("main")).to_contain_text("Tidak ada yang tersimpan sebagian", timeout=30_000)
            commit(page)
            expect(page.get_by_role("heading", level=1)).to_have_text(DONE, timeout=60_000)

    assert left == before
    assert recorded(planned) == ALL
    with reading(planned.ledger.engine) as connection:
        assert connection.scalars(text("SELECT state FROM imports")).all() == ["done"]
