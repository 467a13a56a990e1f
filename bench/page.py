"""The verifier page in a real browser: what the first load weighs, and how long a verdict takes once it is there."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from bench.endpoint import _code
from bench.figures import Figure
from bench.ledgers import told
from ledger.cli.publish import unlisted
from ledger.web import verifier_files
from ledger.wiring import Ledger

LOAD_KB, VERDICT_MS = 60, 50
LEAVES = ("icon-192.png", "icon-512.png")  # Fetched when the page is installed, not to check.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Everything a verdict asks for is at hand: what is timed is reading, verifying and deciding.
TIMED = """async ({code, page, rounds}) => {
  const {verify} = await import("./verify.js");
  const kept = new Map();
  const fetched = async (path) => {
    if (!kept.has(path)) {
      const answer = await fetch("../" + path);
      kept.set(path, answer.ok ? {kind: "bytes", bytes: new Uint8Array(await answer.arrayBuffer())} : {kind: "absent"});
    }
    return kept.get(path);
  };
  const clock = page.clock, times = [];
  let colour = "";
  for (let n = 0; n <= rounds; n++) {
    const held = {get: async () => null, put: async () => {}};
    const begun = performance.now();
    const verdict = await verify(code, {...page, fetch: fetched, held, clock, context: null});
    times.push(performance.now() - begun);
    colour = verdict.colour;
  }
  return {colour, times: times.slice(1)};
}"""


def in_a_browser(folder: Path, *, rounds: int) -> list[Figure]:
    ledger = told(folder / "told", 1)
    weight = sum(len(verifier_files.packed(data)) for name, (data, _) in _first(ledger).items()) / 1000
    load = Figure("first load, kB compressed", weight, f"{LOAD_KB} kB", LOAD_KB, weight / LOAD_KB, 1.0, at_most=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no Chromium here: the time of a verdict in the browser is not measured")
        return [load]
    spent = median(_times(ledger, folder / "public", chromium, rounds))
    ratio = spent / VERDICT_MS
    verdict = Figure(
        "verdict in the browser", 1000 / spent, f"{VERDICT_MS} ms", 1000 / VERDICT_MS, ratio, 1.0, at_most=True
    )
    return [load, verdict]


def _first(ledger: Ledger) -> dict[str, verifier_files.File]:
    return {name: file for name, file in verifier_files.files(ledger).items() if name not in LEAVES}


def _times(ledger: Ledger, public: Path, chromium: str, rounds: int) -> list[float]:
    """ms of each verdict."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    ledger.log.keep()
    ledger.publishing.keep()
    page = {f"q/{name}": data for name, (data, _) in verifier_files.files(ledger).items()}
    ledger.folders.publish(public, page=page, unlisted=unlisted())
    told_page = verifier_files.configuration(ledger) | {"clock": ledger.context.history.clock() // 1000}
    with _host(public) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page()
        tab.goto(f"{address}/q/")
        found = tab.evaluate(TIMED, {"code": _code(ledger), "page": told_page, "rounds": max(rounds, 3) * 5})
        browser.close()
    if found["colour"] != "green":
        raise SystemExit(f"bench: {json.dumps(found)}")
    times: list[float] = found["times"]
    return times


@contextmanager
def _host(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
