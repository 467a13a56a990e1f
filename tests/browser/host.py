"""A plain host: the page and the signed files of a small ledger, each answer replaceable, each request written down."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from ledger.web import verifier_files
from tests.conformance import world

SILENT, SILENT_SECONDS = "silent", 7  # Longer than the page waits.
Reply = bytes | int | str
PAGE = {
    "origin": world.ORIGIN,
    "root": world.ROOT,
    "base": world.BASE,
    "contact": "sekretariat@contoh.invalid",
    "demonstration": False,
    "bases": {"ipspi": "UU 14/2019", "dinas": "Permensos 16/2017"},
}


@dataclass
class Host:
    """`files` by path without a leading slash; `answers` win over them: bytes, a status or `SILENT`."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    answers: dict[str, Reply] = field(default_factory=dict)
    posted: dict[str, tuple[int, str]] = field(default_factory=dict)  # path -> status and JSON
    clock: int | None = world.NOW  # What the Date header says, s UTC; None: today.
    requests: list[str] = field(default_factory=list)  # Request line, headers and body, as the server sees them.
    address: str = ""

    def page(self, **changes: object) -> None:
        """The verifier page, with a configuration of its own."""
        made = verifier_files.made(json.dumps({**PAGE, **changes}))
        self.files |= {f"q/{name}": file for name, file in made.items()}

    def put(self, path: str, data: bytes) -> None:
        self.files[path] = data, "application/octet-stream"

    def certificate(self, data: bytes, state: world.Status | None = world.Status.VALID, **lists: int) -> str:
        """Its signed files, fresh; returns where the code leads."""
        self.put("keys/list", world.keys_file())
        self.put(world.status_path(), world.status(state, **lists))
        self.put(world.status_path("dinas"), world.status(state, authority="dinas", seed=world.STATUS_SECOND, **lists))
        self.put(world.bucket_path(data), world.bucket(data, **lists))
        return self.url(data)

    def url(self, data: bytes, query: str = "") -> str:
        return f"{self.address}/q/{query}#{world.address(data).partition('#')[2]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: Host

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.lstrip("/")
        path += "index.html" if path.endswith("/") else ""
        self._log(b"")
        data, kind = self.host.files.get(path, (b"", "text/html"))
        reply = self.host.answers.get(path, data if path in self.host.files else 404)
        if isinstance(reply, bytes):
            self._send(200, reply, kind)
        elif isinstance(reply, int):
            self._send(reply, b"<!doctype html>", "text/html")
        else:
            time.sleep(SILENT_SECONDS)
            self.close_connection = True

    def do_POST(self) -> None:
        self._log(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        status, body = self.host.posted.get(urlsplit(self.path).path.lstrip("/"), (404, "{}"))
        self._send(status, body.encode(), "text/html" if body.startswith("<") else "application/json")

    def _log(self, body: bytes) -> None:
        self.host.requests.append(f"{self.requestline}\n{self.headers}\n{body.decode('latin-1')}")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(self.host.clock, usegmt=True))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A page that was closed does not wait for its answers."""


@contextmanager
def serving() -> Iterator[Host]:
    host = Host()
    server = Server(("127.0.0.1", 0), type("HostHandler", (Handler,), {"host": host}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    host.page()
    yield host
    server.shutdown()
    server.server_close()
