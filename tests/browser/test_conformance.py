"""The page's own modules answer the same conformance vectors as the reference verifier, in a real browser."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.browser.conftest import Phone
from tests.browser.host import Host
from tests.conformance import runner

HARNESS = Path(__file__).parent / "harness" / "conformance.js"
PLAYED = """async () => {
  const { play } = await import("./conformance.js");
  const { vectors, files } = await (await fetch("conformance.json")).json();
  const found = {};
  for (const vector of vectors) found[vector.name] = await play(vector, files);
  return found;
}"""


def test_the_browser_answers_every_vector_as_it_says(host: Host, phone: Phone) -> None:
    vectors = [
        vector for vector in map(runner.load, runner.names()) if "picture" not in vector
    ]  # It reads no pictures.
    files = {path.stem: b64encode(path.read_bytes()).decode() for path in runner.FILES.iterdir()}
    host.files["q/blank.html"] = b"<!doctype html>", "text/html"
    host.files["q/conformance.js"] = HARNESS.read_bytes(), "text/javascript"
    host.files["q/conformance.json"] = json.dumps({"vectors": vectors, "files": files}).encode(), "application/json"
    page = phone(clock=None)
    page.goto(f"{host.address}/q/blank.html")

    played: dict[str, Any] = page.evaluate(PLAYED)

    assert len(played) > 400
    assert {v["name"]: played[v["name"]] for v in vectors if played[v["name"]] != v["expect"]} == {}
