"""A passkey in a real browser, whose authenticator is virtual: registered, then asked at the next sign-in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.cli.story import Story
from ledger.wiring import Ledger
from tests.desk.serving import at_its_address, with_a_device


@pytest.fixture
def served(here: Story) -> Iterator[Ledger]:
    with at_its_address(here) as ledger:
        yield ledger


@pytest.fixture
def browser(chromium: Browser, served: Ledger) -> Iterator[Page]:
    with with_a_device(chromium, served) as page:
        yield page


def test_a_passkey_is_registered_and_signs_in_by_clicking(here: Story, served: Ledger, browser: Page) -> None:
    broken: list[str] = []
    browser.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    browser.goto("/meja/masuk/kode")
    browser.get_by_label("Kode undangan").fill(served.codes.invite(here.officers["ketua"])["code"])
    browser.get_by_role("button", name="Masuk", exact=True).click()

    browser.get_by_role("link", name="Tambah kunci sandi").click()
    browser.get_by_label("Nama perangkat").fill("Laptop kantor")
    browser.get_by_role("button", name="Tambah kunci sandi").click()
    expect(browser.get_by_role("listitem").filter(has_text="-")).to_have_count(10)
    browser.get_by_role("link", name="Sudah saya simpan").click()
    browser.wait_for_url("**/meja/")
    browser.goto("/meja/akun")
    expect(browser.get_by_text("Laptop kantor").first).to_be_visible()

    browser.get_by_role("button", name="Keluar").click()
    browser.get_by_role("button", name="Masuk dengan kunci sandi").click()
    browser.wait_for_url("**/meja/")
    browser.goto("/meja/akun")

    expect(browser.get_by_role("listitem").filter(has_text="sesi ini")).to_contain_text("kunci sandi")
    assert broken == []


def test_a_device_that_does_not_answer_leaves_the_page_with_a_way_to_go_on(browser: Page) -> None:
    browser.goto("/meja/masuk")

    browser.get_by_role("button", name="Masuk dengan kunci sandi").click()

    expect(browser.get_by_role("alert")).to_contain_text("Coba sekali lagi")
    expect(browser.get_by_role("link", name="kata sandi dan kode")).to_be_visible()
