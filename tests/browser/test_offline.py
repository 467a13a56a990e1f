"""Without a network after the first visit, and with a host that goes back in time or sends a broken page."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Phone
from tests.browser.host import Host
from tests.browser.seen import colour, decided, visit
from tests.conformance import world

KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('page-')))"
REGISTERED = "navigator.serviceWorker.ready.then(() => true)"
UPDATED = """async () => {
    const one = await navigator.serviceWorker.getRegistration();
    await one.update();
    const fresh = one.installing;
    while (fresh && !["redundant", "activated"].includes(fresh.state)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return fresh?.state;
}"""
REPLACED = f"""async (before) => {{
    for (let names = before; names.length !== 1 || names[0] === before[0]; names = await {KEPT}) {{
        await new Promise((resolve) => setTimeout(resolve, 50));
    }}
}}"""


def settled(page: Page) -> None:
    """The service worker has kept the page."""
    page.evaluate(REGISTERED)


@pytest.mark.parametrize(
    ("later", "reason", "shade", "line"),
    [
        (20 * world.MINUTE, "valid", "green", None),
        (2 * world.HOUR, "valid", "green", "belum diperbarui"),
        (3 * world.DAY, "stale", "amber", "STATUS PER 15 Januari 2027"),
        (10 * world.DAY, "offline", "grey", "BELUM DAPAT DIPERIKSA"),
    ],
)
def test_a_second_check_needs_no_network(
    later: int, reason: str, shade: str, line: str | None, host: Host, phone: Phone
) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN, iat=world.NOW))
    settled(page)
    page.goto("about:blank")
    page.context.set_offline(True)
    page.context.clock.set_fixed_time(world.NOW + later)

    found = visit(page, host.url(world.PLAIN))

    assert (found, colour(page)) == (reason, shade)
    assert line is None or line in page.inner_text("#verdict")


def test_the_network_coming_back_is_noticed(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN, iat=world.NOW))
    settled(page)
    page.context.set_offline(True)
    later = world.NOW + 10 * world.DAY
    page.context.clock.set_fixed_time(later)
    page.goto("about:blank")
    assert visit(page, host.url(world.PLAIN)) == "offline"
    host.clock = later

    host.certificate(world.PLAIN, iat=later)
    page.context.set_offline(False)
    page.wait_for_selector(".card.green")

    assert decided(page) == "valid"


def test_what_was_not_verified_is_not_held(host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.PLAIN)
    host.answers[world.status_path()] = world.status(seed=world.STRANGER)
    assert visit(page, host.url(world.PLAIN)) == "wronglist"
    settled(page)
    page.context.set_offline(True)
    page.goto("about:blank")

    assert visit(page, host.url(world.PLAIN)) == "offline"


def test_an_older_list_is_refused_and_reported(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN, world.Status.INVALID, iat=world.NOW))

    host.put(world.status_path(), world.status(world.Status.VALID, iat=world.NOW - world.HOUR))
    page.goto("about:blank")
    reason = visit(page, host.url(world.PLAIN))

    assert reason == "revoked"
    assert "diabaikan" in page.inner_text("#verdict")


def test_a_lower_key_list_is_refused(host: Host, phone: Phone) -> None:
    page = phone()
    host.certificate(world.PLAIN)
    newer = world.version(4)
    host.put("keys/list", world.keys_file(newer))
    host.put(world.status_path(), world.status(keys=world.named(newer)))
    assert visit(page, host.url(world.PLAIN)) == "valid"

    host.put("keys/list", world.keys_file())
    page.goto("about:blank")

    assert visit(page, host.url(world.PLAIN)) == "wronglist"


def test_a_broken_update_leaves_the_page_before_at_work(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN, iat=world.NOW))
    settled(page)
    before = page.evaluate(KEPT)

    host.page(contact="baru@contoh.invalid")
    host.answers["q/page.js"] = b"throw new Error('half a file')"
    update = page.evaluate(UPDATED)
    page.goto("about:blank")

    assert update == "redundant"
    assert visit(page, host.url(world.PLAIN)) == "valid"
    assert page.evaluate(KEPT) == before


def test_a_whole_update_replaces_the_page(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN, world.Status.SUSPENDED, iat=world.NOW))
    settled(page)
    before = page.evaluate(KEPT)

    host.page(contact="baru@contoh.invalid")
    assert page.evaluate(UPDATED) == "activated"
    page.evaluate(REPLACED, before)
    page.context.set_offline(True)
    page.goto("about:blank")
    visit(page, host.url(world.PLAIN))

    assert "baru@contoh.invalid" in page.inner_text("#verdict")


def test_what_another_app_shares_is_opened_in_the_page(host: Host, phone: Phone) -> None:
    """As a phone does it: a form of the share target's shape is posted to the worker; no byte reaches the host."""
    page = phone()
    visit(page, host.certificate(world.PLAIN))
    settled(page)
    page.evaluate(
        """() => {
            const form = document.createElement("form");
            const field = Object.assign(document.createElement("input"), { type: "file", name: "file" });
            const moved = new DataTransfer();
            moved.items.add(new File(["%PDF-1.7 Siti Rahmawati"], "sertifikat saya.pdf", { type: "application/pdf" }));
            Object.assign(form, { method: "post", action: "bagikan", enctype: "multipart/form-data" });
            field.files = moved.files;
            form.append(field);
            document.body.append(form);
            form.submit();
        }"""
    )
    page.wait_for_selector("#send")

    assert "sertifikat saya.pdf" in page.inner_text("#offer")
    assert "meninggalkan ponsel" in page.inner_text("#offer")
    assert page.url == f"{host.address}/q/"
    assert not any("Siti" in request or request.startswith("POST") for request in host.requests)


def test_a_link_that_another_app_shares_is_checked(host: Host, phone: Phone) -> None:
    page = phone()
    visit(page, host.certificate(world.PLAIN))
    settled(page)

    page.evaluate(
        """async (link) => {
            const form = new FormData();
            form.append("text", `Ini sertifikat saya: ${link}`);
            await fetch("bagikan", { method: "POST", body: form });
        }""",
        world.address(world.PLAIN),
    )
    page.goto(f"{host.address}/q/?dibagikan")

    assert decided(page) == "valid"
