"""Browsers that cannot verify: the page says so, and offers to ask the server; nothing leaves before it is pressed."""

import pytest
from playwright.sync_api import Page

from ledger.messages import say
from tests.browser.conftest import Phone
from tests.browser.host import Host
from tests.browser.seen import visit
from tests.conformance import world

CODE = world.address(world.PLAIN).partition("#")[2]
NO_ED25519 = "Object.defineProperty(crypto, 'subtle', { value: undefined })"


def asked(page: Page, host: Host) -> None:
    """The form is there, says what happens, and sends the code when it is pressed and not before."""
    for lang in ("id", "en"):
        assert say("v.oldphone.title", lang) in page.inner_text("#old")
        assert say("v.oldphone.text", lang) in page.inner_text("#old")
    assert page.input_value("#old-code") == CODE
    assert page.url == f"{host.address}/q/"
    assert not any(CODE in request for request in host.requests)

    host.posted["periksa"] = 200, "<!doctype html><title>Hasil</title>"
    page.click("#old button")
    page.wait_for_url("**/periksa")

    (sent,) = (request for request in host.requests if request.startswith("POST"))
    assert CODE in sent
    assert CODE not in sent.split("\n")[0]


def test_without_ed25519_the_page_offers_to_send_the_code(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script(NO_ED25519)
    host.page(base=host.address)

    page.goto(host.certificate(world.PLAIN))
    page.wait_for_selector("#old")

    asked(page, host)


def test_without_modules_the_page_offers_to_send_the_code(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script("delete HTMLScriptElement.prototype.noModule")
    host.page(base=host.address)

    page.goto(host.certificate(world.PLAIN))
    page.wait_for_selector("#old")

    asked(page, host)


@pytest.mark.parametrize("missing", ["q/page.js", "q/cbor.js"])
def test_a_page_that_did_not_arrive_whole_offers_to_send_the_code(missing: str, host: Host, phone: Phone) -> None:
    page = phone()
    host.page(base=host.address)
    url = host.certificate(world.PLAIN)
    host.answers[missing] = 503

    page.goto(url)
    page.wait_for_selector("#old")

    asked(page, host)


def test_a_browser_that_fails_half_way_offers_to_send_the_code(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script(
        "delete globalThis.DecompressionStream; crypto.subtle.digest = () => { throw new TypeError() }"
    )
    host.page(base=host.address)

    page.goto(host.certificate(world.PLAIN))
    page.wait_for_selector("#old")

    asked(page, host)


def test_without_javascript_the_page_says_how_to_go_on(host: Host, phone: Phone) -> None:
    """The code cannot be taken out of the address: the reader copies it."""
    page = phone(java_script_enabled=False)
    host.page(base=host.address)

    page.goto(host.certificate(world.PLAIN))

    read = page.inner_text("body")
    for lang in ("id", "en"):
        for key in ("v.oldphone.title", "w.paste", "w.sent", "w.code", "b.upload"):
            assert say(key, lang) in read
    assert page.get_attribute("#old form", "action") == f"{host.address}/periksa"
    assert page.get_attribute("#old form", "method") == "post"
    assert not page.is_visible("#page")


def test_whoever_can_verify_does_not_see_that_form(host: Host, phone: Phone) -> None:
    page = phone()

    visit(page, host.certificate(world.PLAIN))

    assert not page.is_visible("#old")
