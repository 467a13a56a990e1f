"""The page itself: its first screen, its order for screen readers, the keyboard, languages, dark mode, print."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ledger.messages import say
from tests.browser.cases import CASES, Case
from tests.browser.conftest import PHONE, Phone
from tests.browser.host import Host
from tests.browser.seen import decided, visit
from tests.conformance import world

LONG = world.certificate(paper={1: "Raden Ajeng Siti Rahmawati Kusumaningrum Notohadiprodjo binti Abdurrahman"})
FOUR = {case.colour: case for case in reversed(CASES)}


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).last.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


@pytest.mark.parametrize("case", [*CASES, Case("valid", "green", LONG)], ids=lambda case: case.reason)
def test_what_to_do_stands_on_the_first_screen(case: Case, host: Host, phone: Phone) -> None:
    page = phone()

    visit(page, case.url(host))

    seen = ["#verdict h1", "#verdict .colour", ".actions > :first-child"]
    seen += ["#verdict .holder p"] if page.locator(".holder").count() else []
    assert max(bottom(page, one) for one in seen) <= PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("scrollY") == 0


def test_the_verdict_is_the_first_thing_that_a_screen_reader_meets(host: Host, phone: Phone) -> None:
    page = phone()

    visit(page, host.certificate(world.PLAIN))

    lines = page.locator("body").aria_snapshot().splitlines()
    assert lines[0].strip() == "- main:"
    assert lines[1].strip().startswith("- status:")
    assert page.locator("#verdict").get_attribute("aria-atomic") == "true"
    assert page.locator("h1:visible").count() == 1


def test_a_reader_hears_that_it_is_being_checked(host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.PLAIN)
    held = "window.said = []; new MutationObserver(() => said.push(document.getElementById('verdict')?.innerText))"
    page.add_init_script(f"{held}.observe(document, {{ childList: true, subtree: true }})")

    visit(page, host.url(world.PLAIN))

    said = page.evaluate("said.filter(Boolean)")
    assert any(one.startswith(say("q.checking")) for one in said)
    assert said[-1].startswith("Hijau: Dapat diterima")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", FOUR)
def test_axe_finds_nothing(colour: str, scheme: str, host: Host, phone: Phone) -> None:
    """In Indonesian by day, in English by night."""
    page = phone(color_scheme=scheme, locale="id-ID" if scheme == "light" else "en-GB")
    visit(page, FOUR[colour].url(host))
    page.click("summary")

    found = Axe().run(page)

    assert found.response["violations"] == [], found.generate_report()


def test_axe_finds_nothing_where_nothing_was_checked_yet(host: Host, phone: Phone) -> None:
    page = phone()
    page.goto(f"{host.address}/q/")
    page.wait_for_selector("#code")

    found = Axe().run(page)

    assert found.response["violations"] == [], found.generate_report()


def test_axe_finds_nothing_in_the_form_for_old_phones(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page.goto(f"{host.address}/q/")
    page.wait_for_selector("#old")

    found = Axe().run(page)

    assert found.response["violations"] == [], found.generate_report()


def test_the_keyboard_alone_is_enough(host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.PLAIN)
    page.goto(f"{host.address}/q/")
    page.wait_for_selector("#code")

    def tabbed_to(selector: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(selector)

    tabbed_to("#code")
    page.keyboard.insert_text(world.address(world.PLAIN))
    tabbed_to("#ways form button")
    page.keyboard.press("Enter")
    assert decided(page) == "valid"

    tabbed_to(".actions button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "paper"
    tabbed_to("summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".checks")


def test_the_language_is_switched_in_the_page_without_the_server(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN))
    page.wait_for_load_state("networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    before = len(host.requests)

    page.click("#languages button")

    assert page.inner_text("h1") == say("v.valid.title", "en")
    assert page.get_attribute("html", "lang") == "en"
    assert page.url == f"{host.address}/q/?lang=en"
    assert host.requests[before:] == []


@pytest.mark.parametrize(
    ("locale", "query", "lang"),
    [("id-ID", "", "id"), ("en-GB", "", "en"), ("fr-FR", "", "id"), ("id-ID", "?lang=en", "en")],
)
def test_the_language_is_asked_for_or_preferred_or_indonesian(
    locale: str, query: str, lang: str, host: Host, phone: Phone
) -> None:
    page = phone(locale=locale)
    host.certificate(world.PLAIN)

    visit(page, host.url(world.PLAIN, query))

    assert page.inner_text("h1") == say("v.valid.title", lang)
    assert say("l.compare", lang) in page.inner_text("#result")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_word_stands_in_the_catalogue(lang: str, host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.certificate(paper={8: "DINSOS"}))

    visit(page, host.url(world.certificate(paper={8: "DINSOS"}), f"?lang={lang}"))
    page.click("summary")

    read = page.inner_text("body")
    assert not page.evaluate(r"(text) => /\b[avklwq]\.[a-z]+\b/.test(text)", read.replace("s.d.", ""))
    assert "undefined" not in read
    assert "[object" not in read


def test_the_code_leaves_the_address_and_the_history(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script("window.first ??= []; addEventListener('DOMContentLoaded', () => first.push(location.href))")

    visit(page, host.certificate(world.PLAIN))

    assert page.evaluate("first") == [f"{host.address}/q/"]
    assert page.url == f"{host.address}/q/"
    page.goto("about:blank")
    page.go_back()
    assert page.url == f"{host.address}/q/"


def test_the_print_shows_the_result_and_no_buttons(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN))

    page.emulate_media(media="print")

    assert page.is_visible("#verdict")
    assert page.is_visible(".paper")
    assert not page.is_visible("#ways")
    assert page.locator("button:visible").count() == 0


def test_a_demonstration_says_so_beside_the_verdict(host: Host, phone: Phone) -> None:
    page = phone()
    host.page(demonstration=True)

    visit(page, host.certificate(world.PLAIN))

    assert say("v.demo.title") in page.inner_text("#verdict")


@pytest.mark.parametrize(
    ("colour", "offered"),
    [("green", []), ("amber", ["konfirmasi", "lapor"]), ("red", ["lapor"]), ("grey", ["konfirmasi"])],
)
def test_red_and_amber_are_reported_grey_and_amber_asked_about(
    colour: str, offered: list[str], host: Host, phone: Phone
) -> None:
    """The code goes along only when the button is pressed, and never in an address."""
    page = phone()
    host.page(base=host.address)
    visit(page, FOUR[colour].url(host))

    forms = page.locator(".actions form").all()

    assert [form.get_attribute("action") for form in forms] == [f"{host.address}/{one}" for one in offered]
    assert {form.get_attribute("method") for form in forms} <= {"post"}
    assert not any(request.startswith("POST") for request in host.requests)
