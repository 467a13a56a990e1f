"""Does what a page of instructions says, line by line, in real windows of Chromium; a line it cannot read fails."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Download, Error, Locator, Page, ViewportSize

from ledger.domain.values import legal_day
from tests.cli.test_server import fetched, free_port, served
from tests.desk.serving import PHONE

REPOSITORY = Path(__file__).parents[2]
TEXT = REPOSITORY / "docs" / "first-ten-minutes.md"
SETTLED_MS = 30_000  # A busy machine, and a PDF to be made.
WINDOW: ViewportSize = {"width": 1000, "height": 720}
NARROW: ViewportSize = {"width": 360, "height": 740}
PATIENCE = 20  # presses
DOTS = 200 / 72  # of a rendered page, a point
CODE = re.compile(r"  (\S+) +([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})")  # As the demonstration prints them.
SECTION, LINE = re.compile(r"## .*\((\S+)\)$"), re.compile(r"\d+\. (.+)$")


class Step(NamedTuple):
    who: str
    number: int  # of the line in the page
    says: str


def steps(page: Path) -> Iterator[Step]:
    who = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if section := SECTION.match(line):
            who = section[1]
        elif step := LINE.match(line):
            yield Step(who, number, step[1])


@dataclass
class Follower:
    """`address`: where the service is, in the place of the page's; `codes`: as it printed them, by officer."""

    browser: Browser
    address: str
    folder: Path  # In which the service was started.
    today: date
    codes: Mapping[str, str]
    windows: dict[str, Page] = field(default_factory=dict)

    def does(self, step: Step) -> None:
        for pattern, act in DOES.items():
            if said := re.fullmatch(pattern, step.says):
                act(self, self.window(step.who), *said.groups())
                return
        raise ValueError(f"line {step.number} says nothing that can be done: {step.says}")

    def window(self, who: str) -> Page:
        if who not in self.windows:
            size = NARROW if who == "phone" else WINDOW
            context = self.browser.new_context(locale="en-GB", timezone_id="Asia/Jakarta", viewport=size)
            self.windows[who] = self._opened(context)
        return self.windows[who]

    def _opened(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(SETTLED_MS)
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
        return page

    def open(self, page: Page, url: str) -> None:
        page.goto(url.replace("http://localhost:8000", self.address))

    def type(self, page: Page, text: str, label: str) -> None:
        page.get_by_label(label, exact=True).fill(text)

    def type_code(self, page: Page, who: str, label: str) -> None:
        self.type(page, self.codes[who], label)

    def type_today(self, page: Page, label: str) -> None:
        self.type(page, self.today.isoformat(), label)

    def give(self, page: Page, name: str, label: str) -> None:
        found = next(place / name for place in (self.folder, REPOSITORY) if (place / name).exists())
        page.get_by_label(label, exact=True).set_input_files(found)

    def choose(self, page: Page, option: str, label: str) -> None:
        page.get_by_label(label, exact=True).select_option(label=option)

    def tick(self, page: Page, label: str) -> None:
        page.get_by_label(label, exact=True).check()

    def press(self, page: Page, name: str) -> None:
        self._left(page, _pressable(page, name))

    def _left(self, page: Page, pressed: Locator) -> None:
        """And waits for the page that comes."""
        page.evaluate("document.body.dataset.before = ''")
        pressed.click()
        until = time.monotonic() + SETTLED_MS / 1000
        while not _another(page):
            assert time.monotonic() < until, "no other page came"
            page.wait_for_timeout(50)

    def press_beginning(self, page: Page, name: str) -> None:
        self._left(page, page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first)

    def download(self, page: Page, name: str, file: str) -> None:
        """Pressed again while the page says that the lists are not there yet, as it asks for."""
        came: list[Download] = []
        page.once("download", lambda one: came.append(one))  # noqa: PLW0108 - Playwright marks the function.
        for _ in range(PATIENCE):
            page.evaluate("document.body.dataset.before = ''")
            _pressable(page, name).click()
            until = time.monotonic() + SETTLED_MS / 1000
            while not came and not _another(page) and time.monotonic() < until:
                page.wait_for_timeout(100)
            if came:
                came[0].save_as(self.folder / file)
                return
            page.wait_for_timeout(1000)
        raise AssertionError("no file came")

    def see(self, page: Page, text: str) -> None:
        page.get_by_text(text).filter(visible=True).first.wait_for()

    def scan(self, page: Page, file: str) -> None:
        """As a phone's camera would: what is printed, nothing else."""
        with pypdfium2.PdfDocument(self.folder / file) as pdf:
            (found,) = zxingcpp.read_barcodes(pdf[0].render(scale=DOTS).to_pil())
        page.goto("about:blank")
        page.goto(found.text)


def _another(page: Page) -> bool:
    try:
        return bool(page.evaluate("!('before' in document.body.dataset) && document.readyState == 'complete'"))
    except Error:  # Between one page and the next.
        return False


def _pressable(page: Page, name: str) -> Locator:
    links, buttons = (page.get_by_role(role, name=name, exact=True) for role in ("link", "button"))
    return buttons.or_(links).filter(visible=True).last


@contextmanager
def started(browser: Browser, folder: Path) -> Iterator[Follower]:
    """Over the demonstration as `make run` starts it, in this folder."""
    port = free_port()
    desk, public = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    with served(folder, port, "demo", "--serve", LEDGER_DESK=desk, LEDGER_PUBLIC_URL=public) as process:
        assert process.stdout is not None
        printed = iter(process.stdout.readline, "")
        codes = dict(found.groups() for found in map(CODE.match, takewhile(_still, printed)) if found)
        fetched(f"{desk}/meja/masuk")
        today = legal_day(int(time.time() * 1000))
        follower = Follower(browser, desk, folder, today, codes)
        yield follower
        for page in follower.windows.values():
            page.context.close()


def _still(line: str) -> bool:
    """Up to the line that says where it serves."""
    return "Ctrl-C" not in line


Act = Callable[..., None]
DOES: dict[str, Act] = {
    r"Open <(\S+)>": Follower.open,
    r"Press \*\*(.+)\*\*": Follower.press,
    r"Press what begins with \*\*(.+)\*\*": Follower.press_beginning,
    r"Press \*\*(.+)\*\*, and keep it as `(.+)`": Follower.download,
    r"Type the code of `(.+)` into \*\*(.+)\*\*": Follower.type_code,
    r"Type today into \*\*(.+)\*\*": Follower.type_today,
    r"Type `(.+)` into \*\*(.+)\*\*": Follower.type,
    r"Give `(.+)` to \*\*(.+)\*\*": Follower.give,
    r"Choose \*\*(.+)\*\* in \*\*(.+)\*\*": Follower.choose,
    r"Tick \*\*(.+)\*\*": Follower.tick,
    r"See \*\*(.+)\*\*": Follower.see,
    r"Scan `(.+)`": Follower.scan,
}
