"""The outage matrix: each signed file, each way in which a host can fail to give it, on a first and on a later visit.

The verdicts that are expected stand in docs/verifying.md and nowhere else.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread

from ledger.credentials.verdict import Verdict
from tests.conformance import world
from tests.conformance.cases.statuses import HTML
from tests.conformance.world import DAY, HOUR, KEYS, NOW, bucket, certificate, keys_file, status

PAGE = Path(__file__).parents[2] / "docs" / "verifying.md"
SOURCES = ("status list", "key list", "bucket", "log")
VISITS = {"first": "On a first visit", "later": "On a device that holds everything"}
UNREACHED = {"name not resolved": "namenotresolved", "connection refused": "connectionrefused", "too slow": "timedout"}
STATUSES = {"404": 404, "403": 403, "500": 500, "503": 503}
FAILURES = (*UNREACHED, *STATUSES, "HTML", "truncated", "past its end", "wrong signature", "lower version")
DATA = certificate(seed=world.LEAKED)  # Of a compromised key, so that the log is asked.
PLACE = world.HONEST - 1
PATHS = dict(
    zip(SOURCES, ("status/ipspi/0", "keys/list", world.bucket_path(DATA), world.proof_path(DATA)), strict=True)
)
GOOD = dict(zip(SOURCES, (status(), keys_file(), bucket(DATA), world.proof(DATA, PLACE)), strict=True))
ENDED, SMALLER = replace(KEYS, exp=NOW), world.event(DATA, PLACE)
PAST = (status(iat=NOW - 2 * DAY), keys_file(ENDED), bucket(DATA, iat=NOW - 2 * DAY), GOOD["log"])
LOWER = (
    status(iat=NOW - HOUR),
    keys_file(world.version(2)),
    bucket(DATA, iat=NOW - HOUR),
    world.receipt(SMALLER, PLACE, size=PLACE + 1).encode(),
)


def changed(source: str) -> bytes:
    """Signed by nobody who may."""
    if source == "key list":
        return world.signed_by(KEYS, 1, world.STRANGER)
    if source == "log":
        return world.receipt(world.event(DATA, PLACE), PLACE, seed=world.STRANGER).encode()
    return GOOD[source][:-1] + bytes([GOOD[source][-1] ^ 1])


@dataclass(frozen=True)
class Cell:
    visit: str
    source: str
    failure: str

    @property
    def id(self) -> str:
        return f"{self.visit} {self.source} {self.failure}".replace(" ", "-")

    @property
    def held(self) -> dict[str, bytes]:
        return {} if self.visit == "first" else {PATHS[source]: GOOD[source] for source in SOURCES}

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body; of what is truncated a third is missing."""
        if path != PATHS[self.source]:
            found = {PATHS[source]: GOOD[source] for source in SOURCES}
            return (200, found[path]) if path in found else (404, b"")
        if self.failure in STATUSES:
            return STATUSES[self.failure], HTML
        at = SOURCES.index(self.source)
        return 200, {
            "HTML": HTML,
            "truncated": GOOD[self.source],
            "past its end": PAST[at],
            "wrong signature": changed(self.source),
            "lower version": LOWER[at],
        }[self.failure]


CELLS = {
    cell.id: cell
    for cell in (Cell(visit, source, failure) for visit in VISITS for source in SOURCES for failure in FAILURES)
}


def expected() -> dict[str, str]:
    """What docs/verifying.md says, by cell: such as "grey `wronglist`" or "green `valid`, `l.rollback`"."""
    text, found = PAGE.read_text(encoding="utf-8"), {}
    for visit, title in VISITS.items():
        _, _, after = text.partition(f"{title}:\n")
        table = after.lstrip("\n").partition("\n\n")[0]
        for row in re.findall(r"^\| ([^|]+) \|([^\n]+)\|$", table, re.MULTILINE):
            said = [cell.strip() for cell in row[1].split("|")]
            if row[0] in FAILURES:
                found |= {Cell(visit, source, row[0]).id: said[at] for at, source in enumerate(SOURCES)}
    return found


def written(verdict: Verdict) -> str:
    """A verdict as the table has it."""
    return words(verdict.colour, verdict.reason, verdict.lines)


def words(colour: str, reason: str, lines: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    said = [f"`{line}`" for line in lines if not line.startswith("k.")]
    return ", ".join([f"{colour} `{reason}`", *said])


class Misbehaving(BaseHTTPRequestHandler):
    """Answers /<cell>/<path> as the cell says, and what is in `pages`."""

    pages: Mapping[str, tuple[bytes, str]] = {}

    def do_GET(self) -> None:
        _, name, path = self.path.split("/", 2)
        kind = "application/octet-stream"
        if path in self.pages:
            code, (data, kind) = 200, self.pages[path]
        elif name in CELLS:
            code, data = CELLS[name].answer(path)
        else:
            code, data = 404, b""
        cut = name in CELLS and CELLS[name].failure == "truncated" and path == PATHS[CELLS[name].source]
        self.send_response_only(code)
        self.send_header("Date", formatdate(NOW, usegmt=True))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) * 2 // 3] if cut else data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(pages: Mapping[str, tuple[bytes, str]] | None = None) -> Iterator[str]:
    """The address of a host that misbehaves. `pages`: beside the cells, bytes and type by path."""
    handler = type("Handler", (Misbehaving,), {"pages": pages or {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def mute() -> Iterator[str]:
    """The address of a host that takes a connection and says nothing."""
    with closing(socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def closed() -> str:
    """The address of a port on which nobody listens."""
    with closing(socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"
