"""A picture or a PDF: it leaves the phone only after saying so, and a PDF is compared in the browser."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ledger.credentials import document
from ledger.credentials.document import Document
from ledger.messages import say
from tests.browser.conftest import Phone
from tests.browser.host import Host
from tests.browser.seen import decided, visit
from tests.conformance import world

PDF = b"%PDF-1.7 Siti Rahmawati"


@pytest.fixture
def page(host: Host, phone: Phone) -> Page:
    """Nothing was checked yet; the server reads the code out of any file."""
    host.certificate(world.PLAIN)
    host.posted["periksa/baca"] = 200, json.dumps({"text": world.address(world.PLAIN)})
    opened = phone()
    opened.goto(f"{host.address}/q/")
    opened.wait_for_selector("#file")
    return opened


def sheets(host: Host, *known: bytes, seed: int = world.RECEIPT) -> None:
    """The signed list of what was printed of the certificate."""
    token = sha256(world.PLAIN).digest()
    listed = Document(token=token, iat=world.FRESH, sheets=document.in_order(sha256(one).digest() for one in known))
    host.put(document.path(token), document.publish(listed, world.signer(seed, document.CONTEXT)))


def chosen(page: Page, folder: Path, name: str = "sertifikat.pdf", data: bytes = PDF) -> None:
    (folder / name).write_bytes(data)
    page.set_input_files("#file", folder / name)
    page.wait_for_selector("#offer p")


def posts(requests: Iterable[str]) -> list[str]:
    return [request for request in requests if request.startswith("POST")]


def test_a_file_leaves_the_phone_after_saying_so(page: Page, host: Host, tmp_path: Path) -> None:
    chosen(page, tmp_path, "kode.png", b"\x89PNG")
    said, before = page.inner_text("#offer"), posts(host.requests)

    page.click("#send")

    assert decided(page) == "valid"
    assert say("q.file.leaves") in said
    assert "kode.png" in said
    assert before == []
    (sent,) = posts(host.requests)
    assert sent.startswith("POST /periksa/baca ")


@pytest.mark.parametrize(
    ("known", "seed", "said"),
    [
        ((b"another", PDF), world.RECEIPT, "same"),
        ((b"another",), world.RECEIPT, "other"),
        ((PDF,), world.STRANGER, "unknown"),
        (None, world.RECEIPT, "unknown"),
    ],
)
def test_a_pdf_is_compared_with_what_was_issued(
    known: tuple[bytes, ...] | None, seed: int, said: str, page: Page, host: Host, tmp_path: Path
) -> None:
    if known is not None:
        sheets(host, *known, seed=seed)
    chosen(page, tmp_path)

    page.click("#send")

    assert decided(page) == "valid"
    assert page.inner_text("#result .line") == say(f"q.file.{said}")


def test_the_pdf_of_the_code_that_was_just_checked_stays_on_the_phone(host: Host, phone: Phone, tmp_path: Path) -> None:
    address = host.certificate(world.PLAIN)
    sheets(host, PDF)
    opened = phone()
    visit(opened, address)
    (tmp_path / "sertifikat.pdf").write_bytes(PDF)

    opened.set_input_files("#file", tmp_path / "sertifikat.pdf")
    opened.wait_for_selector(f"text={say('q.file.same')}")

    assert decided(opened) == "valid"
    assert posts(host.requests) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((422, json.dumps({"detail": "Tidak ada kode pada gambar."})), "Tidak ada kode pada gambar."),
        ((200, "<!doctype html>"), say("q.file.silent")),
        ((404, "<!doctype html>"), say("q.file.silent")),
    ],
)
def test_a_file_that_was_not_read_says_why_and_can_be_tried_again(
    answer: tuple[int, str], said: str, page: Page, host: Host, tmp_path: Path
) -> None:
    chosen(page, tmp_path)
    good, host.posted["periksa/baca"] = host.posted["periksa/baca"], answer

    page.click("#send")
    page.wait_for_selector("#offer .refusal")
    assert page.inner_text("#offer .refusal") == said
    host.posted["periksa/baca"] = good
    page.click("#offer button")

    assert decided(page) == "valid"


def test_a_file_that_is_too_large_is_not_sent(page: Page, host: Host, tmp_path: Path) -> None:
    chosen(page, tmp_path, data=bytes(10 * 2**20 + 1))

    assert say("q.file.large") in page.inner_text("#offer")
    assert page.locator("#send").count() == 0


def test_a_chosen_file_waits_while_the_language_is_switched(page: Page, host: Host, tmp_path: Path) -> None:
    chosen(page, tmp_path)

    page.click("#languages button")

    assert say("q.file.leaves", "en") in page.inner_text("#offer")
    assert page.is_visible("#send")


def test_a_file_can_be_dropped_on_the_page(page: Page, host: Host) -> None:
    page.evaluate(
        """() => {
            const moved = new DataTransfer();
            moved.items.add(new File(["a"], "jatuh.png", { type: "image/png" }));
            const options = { dataTransfer: moved, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", options));
        }"""
    )
    page.wait_for_selector("#send")

    assert "jatuh.png" in page.inner_text("#offer")


def test_a_picture_is_read_on_the_phone_where_the_browser_can(host: Host, phone: Phone, tmp_path: Path) -> None:
    """Debian's Chromium has no BarcodeDetector: one of the same shape stands in for it."""
    page = phone()
    host.certificate(world.PLAIN)
    found = json.dumps([{"rawValue": world.address(world.PLAIN)}])
    page.add_init_script(
        f"""globalThis.BarcodeDetector = class {{ detect() {{ return Promise.resolve({found}); }} }};
        globalThis.createImageBitmap = () => Promise.resolve(null);"""
    )
    page.goto(f"{host.address}/q/")

    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    page.set_input_files("#file", tmp_path / "a.png")

    assert decided(page) == "valid"
    assert posts(host.requests) == []


def test_the_camera_is_offered_only_where_it_can_read_codes(page: Page, host: Host, phone: Phone) -> None:
    other = phone()
    found = json.dumps([{"rawValue": world.address(world.PLAIN)}])
    other.add_init_script(
        f"""globalThis.BarcodeDetector = class {{ detect() {{ return Promise.resolve({found}); }} }};
        HTMLMediaElement.prototype.play = () => Promise.resolve();
        navigator.mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream());"""
    )
    other.goto(f"{host.address}/q/")

    other.click(f"text={say('b.scan')}")

    assert decided(other) == "valid"
    assert page.locator(f"text={say('b.scan')}").count() == 0


def test_a_camera_that_is_refused_leaves_the_other_ways(host: Host, phone: Phone) -> None:
    page = phone()
    page.add_init_script(
        """globalThis.BarcodeDetector = class {};
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));"""
    )
    page.goto(f"{host.address}/q/")

    page.click(f"text={say('b.scan')}")

    assert page.inner_text(".camera .refusal") == say("q.camera.refused")
    assert page.is_visible("#code")
