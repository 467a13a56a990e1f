"""The verifier's modules in a real browser, asked the same questions as the Python that they mirror."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
MODULES = HERE.parent.parent / "ledger" / "web" / "verifier"
Run = Callable[[list[list[Any]]], list[Any]]


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012 - theirs

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address: 127.0.0.1 counts as a secure context, without which a page has no cryptography."""
    folder = tmp_path_factory.mktemp("harness")
    shutil.copytree(MODULES, folder / "q", ignore=lambda _, names: [n for n in names if not n.endswith(".js")])
    shutil.copy(HERE / "harness.js", folder)
    (folder / "index.html").write_text('<script type="module" src="/harness.js"></script>')
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def page(chromium: Browser, harness: str) -> Iterator[Page]:
    page = chromium.new_page()
    page.goto(harness)
    page.wait_for_function("globalThis.run !== undefined")
    yield page
    page.close()


@pytest.fixture(scope="session")
def run(page: Page) -> Run:
    """What each case gives: `value`, `refused`, or `broken`, which is a defect of ours."""

    def ask(cases: list[list[Any]]) -> list[Any]:
        results: list[Any] = json.loads(page.evaluate("cases => run(cases)", json.dumps(cases)))
        assert [one for one in results if "broken" in one] == []
        return [one.get("value") if "value" in one else "refused" for one in results]

    return ask
