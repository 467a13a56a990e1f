"""The line drops while a form is filled in or sent: nothing typed is lost, and what was sent twice is done once."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.cli.story import Story
from ledger.messages import say
from tests.conftest import GREEN_DAY
from tests.desk.browsing import browsing, sign_in
from tests.desk.line import Fate, Line, half, instead, line, lost, of_a_proxy, whole
from tests.desk.planning import PLAN
from tests.desk.serving import serving

FORM = "/meja/pelatihan/rencana"
ACT = ("once", "seen")  # Which act it is: nobody typed it.
DROPPED = "Sambungan terputus. Isian Anda disimpan; kirim lagi setelah tersambung."


@pytest.fixture
def way(app: Flask) -> Iterator[Line]:
    with serving(app) as address, line(address) as found:
        yield found


@pytest.fixture
def context(chromium: Browser, here: Story, way: Line) -> Iterator[BrowserContext]:
    with browsing(chromium, way.address, here.ledger, here.officers["petugas"]) as made:
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A long form, filled in."""
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.goto(FORM)
    fill(opened)
    yield opened
    assert broken == []


def fill(page: Page, **other: str) -> None:
    for name, value in (PLAN | other).items():
        entry = page.locator(f"[name={name}]")
        if entry.evaluate("one => one.tagName") == "SELECT":
            entry.select_option(value)
        else:
            entry.fill(value)


def entered(page: Page) -> dict[str, str]:
    return {name: page.locator(f"[name={name}]").input_value() for name in PLAN}


def send(page: Page) -> None:
    page.get_by_role("button", name="Rencanakan").click()


def arrived(page: Page) -> None:
    page.wait_for_url(re.compile(r"/meja/pelatihan/[0-9a-f-]{36}$"))


def kept(page: Page) -> list[str]:
    """What the tab remembers of what was typed."""
    held: dict[str, str] = page.evaluate("({ ...sessionStorage })")
    return [name for key, one in held.items() if key != "officer" for name in json.loads(one) if name not in ACT]


def test_a_form_that_cannot_leave_stays_and_is_sent_later(here: Story, context: BrowserContext, page: Page) -> None:
    before = here.ledger.histories.size()

    context.set_offline(True)
    send(page)
    expect(page.get_by_role("alert")).to_have_text(DROPPED)
    still = entered(page)
    context.set_offline(False)
    send(page)

    arrived(page)
    assert still == PLAN
    assert here.ledger.histories.size() == before + 1
    assert kept(page) == []


@pytest.mark.parametrize("fate", [lost, of_a_proxy], ids=["lost", "of_a_proxy"])
def test_an_answer_lost_on_the_way_is_asked_for_again_and_the_act_is_done_once(
    here: Story, way: Line, page: Page, fate: Fate
) -> None:
    before = here.ledger.histories.size()

    way.fate = fate
    send(page)
    expect(page.get_by_role("alert")).to_have_text(DROPPED)
    still, done = entered(page), here.ledger.histories.size()
    way.fate = whole
    send(page)

    arrived(page)
    assert still == PLAN
    assert (done, here.ledger.histories.size()) == (before + 1, before + 1)


def test_a_reload_after_the_drop_shows_the_entries_and_sends_the_same_act(here: Story, way: Line, page: Page) -> None:
    before = here.ledger.histories.size()
    way.fate = lost
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    way.fate = whole

    page.reload()
    shown = entered(page)
    send(page)

    arrived(page)
    assert shown == PLAN
    assert here.ledger.histories.size() == before + 1


def test_something_else_sent_after_a_lost_answer_is_asked_about(here: Story, way: Line, page: Page) -> None:
    before = here.ledger.histories.size()
    way.fate = lost
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    way.fate = whole

    page.locator("[name=hours]").fill("9")
    send(page)
    expect(page.locator("#refusal")).to_contain_text("sudah terkirim sebelumnya")
    refused = here.ledger.histories.size()
    send(page)

    arrived(page)
    assert (refused, here.ledger.histories.size()) == (before + 1, before + 2)


def test_a_server_that_does_not_answer_is_told_and_may_be_asked_again(here: Story, way: Line, page: Page) -> None:
    before, released = here.ledger.histories.size(), threading.Event()

    def held(answer: bytes) -> bytes:
        released.wait(30)
        return answer

    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.clock.install()
    way.fate = held
    send(page)
    page.clock.fast_forward(1_000)
    expect(page.get_by_role("status")).to_have_text("Sedang dikirim…")
    send(page)  # Impatient: one press is enough.
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("alert")).to_contain_text("tidak akan tercatat dua kali")
    first = len(posted)
    send(page)
    released.set()

    arrived(page)
    assert (first, len(posted)) == (1, 2)
    assert here.ledger.histories.size() == before + 1


def test_a_refusal_gets_the_focus_and_keeps_every_entry(here: Story, page: Page) -> None:
    before = here.ledger.histories.size()
    wrong = PLAN | {"last": "2026-10-20"}
    fill(page, **wrong)

    send(page)
    expect(page.locator("#refusal")).to_be_focused()
    shown, address = entered(page), page.url
    page.locator("[name=hours]").fill("12")
    page.reload()
    again = entered(page)
    page.locator("[name=last]").fill(PLAN["last"])
    send(page)

    arrived(page)
    assert shown == wrong
    assert again == wrong | {"hours": "12"}
    assert address.endswith(FORM)
    assert here.ledger.histories.size() == before + 1


def test_half_a_page_is_none(way: Line, page: Page) -> None:
    wrong = PLAN | {"last": "2026-10-20"}
    fill(page, **wrong)

    way.fate = half
    send(page)
    expect(page.get_by_role("alert")).to_have_text(DROPPED)
    still = entered(page)
    way.fate = whole
    send(page)

    expect(page.locator("#refusal")).to_be_focused()
    assert still == wrong


def test_back_after_an_accepted_form_and_sent_again_is_the_same_act(here: Story, page: Page) -> None:
    before = here.ledger.histories.size()
    send(page)
    arrived(page)
    made = page.url

    page.go_back()
    page.wait_for_url(f"**{FORM}")
    fill(page)
    send(page)
    arrived(page)
    again = page.url
    page.goto(FORM)
    fresh = page.locator("[name=programme]").input_value()
    fill(page)
    send(page)
    arrived(page)

    assert (again, fresh) == (made, "")
    assert page.url != made
    assert here.ledger.histories.size() == before + 2


def test_a_refusal_without_a_form_comes_to_the_entries(page: Page, way: Line) -> None:
    words = '<div role="alert"><h1>Terlalu banyak</h1> <p>Nanti lagi.</p></div>'
    way.fate = instead("429 Too Many", f'<!doctype html><main id="content">{words}</main>')

    send(page)

    expect(page.get_by_role("alert")).to_have_text("Terlalu banyak Nanti lagi.")
    assert entered(page) == PLAN


def test_a_file_that_answers_is_handed_over_and_the_page_stays(here: Story, way: Line, context: BrowserContext) -> None:
    here.clock.at(GREEN_DAY, 10)
    here.ledger.checkpoints.sign()
    here.ledger.publishing.keep()
    here.clock.at(GREEN_DAY + timedelta(days=2))  # What is printed stands in lists that were published.
    sign_in(context, way.address, here.ledger, here.officers["ketua"])
    page, before, number, files = context.new_page(), here.ledger.histories.size(), here.numbers["graduates"][0], []
    page.goto(f"/meja/cetak/{number}")

    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name=say("s.papers.file")).click()
        files.append((download.value.suggested_filename, download.value.path().read_bytes()[:4]))

    assert files == [(f"{number}.pdf", b"%PDF")] * 2
    assert here.ledger.histories.size() == before + 1


def test_signing_out_leaves_nothing_typed_in_the_browser(page: Page) -> None:
    typed = kept(page)

    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/meja/masuk")

    assert set(typed) >= {"programme", "quotas"}
    assert page.evaluate("Object.keys(sessionStorage).filter((one) => sessionStorage[one])") == []


def test_a_session_that_ended_gives_back_what_was_typed_and_keeps_nothing(here: Story, page: Page) -> None:
    access = here.ledger.access
    cookie = next(one["value"] for one in page.context.cookies() if one["name"] == access.cookie_name)
    access.forget(cookie)

    send(page)

    expect(page.get_by_role("heading", name="Anda sudah keluar")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(PLAN["programme"])
    assert kept(page) == []


def test_the_next_officer_at_the_same_tab_is_shown_nothing_of_the_one_before(
    here: Story, way: Line, page: Page, context: BrowserContext
) -> None:
    sign_in(context, way.address, here.ledger, here.officers["kepala"])

    page.goto(FORM)

    assert page.locator("[name=programme]").input_value() == ""
    assert kept(page) == []


def test_without_scripts_the_form_is_sent_as_ever(here: Story, chromium: Browser, way: Line) -> None:
    before, clerk = here.ledger.histories.size(), here.officers["petugas"]
    with browsing(chromium, way.address, here.ledger, clerk, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(FORM)
        fill(page)

        send(page)

        arrived(page)
    assert here.ledger.histories.size() == before + 1
