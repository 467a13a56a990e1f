"""Each cell of the outage matrix in a real browser, asked for through the page's own network module."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.conftest import Phone
from tests.conformance import outages, world
from tests.conformance.outages import CELLS, PATHS, UNREACHED, Cell

SCRIPTS = Path(__file__).parents[2] / "ledger" / "web" / "verifier"
HARNESS = Path(__file__).parent / "harness" / "outages.js"
PLAYED = """async (cells) => {
  const { play } = await import("/blank/q/outages.js");
  const found = {};
  for (const cell of cells) found[cell.id] = await play(cell);
  return found;
}"""


def pages() -> dict[str, tuple[bytes, str]]:
    found = {f"q/{path.name}": (path.read_bytes(), "text/javascript") for path in (*SCRIPTS.glob("*.js"), HARNESS)}
    return found | {"q/blank.html": (b"<!doctype html>", "text/html")}


def asked(cell: Cell) -> dict[str, Any]:
    return {
        "id": cell.id,
        "held": {path: b64encode(data).decode() for path, data in cell.held.items()},
        "code": world.address(outages.DATA),
        "clock": world.NOW,
        "ledger": {"origin": world.ORIGIN, "base": world.BASE, "root": world.ROOT},
    }


def unreach(page: Page) -> None:
    """Where the failure is that nobody answers, the browser's own errors."""
    missing = {f"/{c.id}/{PATHS[c.source]}": UNREACHED[c.failure] for c in CELLS.values() if c.failure in UNREACHED}

    def fail(route: Route) -> None:
        error = missing.get("/" + route.request.url.split("/", 3)[3])
        if error is None:
            route.continue_()
        else:
            route.abort(error)

    page.route("**/*", fail)


def test_every_verdict_is_that_of_the_table(phone: Phone) -> None:
    with outages.serving(pages()) as host:
        page = phone(clock=None)
        unreach(page)
        page.goto(f"{host}/blank/q/blank.html")

        played: dict[str, Any] = page.evaluate(PLAYED, [asked(cell) for cell in CELLS.values()])

    said = {id: outages.words(one["colour"], one["reason"], one["lines"]) for id, one in played.items()}
    expected = outages.expected()
    assert said.keys() == expected.keys()
    assert {id: said[id] for id in said if said[id] != expected[id]} == {}
