"""Where signed files come from: hosts and folders, and the folder of what was verified before."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.application.hosts import MOST, Kept, fetcher
from ledger.credentials.sources import Kind
from ledger.errors import ConfigError

HTTP_DATE = "Sun, 22 Nov 2026 01:00:00 GMT"


class Handler(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(f"{self.path} {self.headers.get('Cache-Control', '')}".strip())
        place = self.path.rpartition("/")[2]
        getattr(self, f"_{place}", self._good)()

    def _good(self) -> None:
        self._head(200, 4, Date=HTTP_DATE)
        self.wfile.write(b"list")

    def _redirect(self) -> None:
        self._head(302, 0, Location="/good")

    def _large(self) -> None:
        self._head(200, MOST + 1)
        self.wfile.write(bytes(MOST + 1))

    def _largest(self) -> None:
        self._head(200, MOST, Date="soon")
        self.wfile.write(bytes(MOST))

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for _ in range(20):
            self.wfile.write(b"X-Slow: 1\r\n")
            time.sleep(0.05)

    def _slow(self) -> None:
        self._head(200, 20)
        for _ in range(20):
            self.wfile.write(b"x")
            time.sleep(0.05)

    def _gone(self) -> None:
        self._head(410, 0)

    def _teapot(self) -> None:
        self._head(418, 0)

    def _nonsense(self) -> None:
        self.wfile.write(b"hello\r\n\r\n")

    def _head(self, status: int, size: int, **headers: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(size))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Who waited long enough is gone."""


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def host(asked: list[str]) -> Iterator[str]:
    with Server(("127.0.0.1", 0), type("Bound", (Handler,), {"asked": asked})) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_host_gives_bytes_and_says_its_time(host: str) -> None:
    answer = fetcher(f"{host}/")("keys/good", False)

    assert (answer.kind, answer.data, answer.date) == (Kind.BYTES, b"list", 1_795_309_200)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("gone", Kind.ABSENT),
        ("teapot", Kind.WRONG),
        ("redirect", Kind.WRONG),
        ("large", Kind.WRONG),
        ("largest", Kind.BYTES),
        ("drip", Kind.SILENT),
        ("slow", Kind.SILENT),
        ("nonsense", Kind.SILENT),
    ],
)
def test_whatever_else_it_answers_is_named(path: str, kind: Kind, host: str) -> None:
    started = time.monotonic()

    answer = fetcher(host, seconds=0.3)(path, False)

    assert answer.kind is kind
    assert time.monotonic() - started < 2


def test_nobody_is_followed_to_another_address(host: str, asked: list[str]) -> None:
    fetcher(host)("redirect", False)

    assert asked == ["/redirect"]


def test_what_is_asked_again_is_asked_past_every_cache(host: str, asked: list[str]) -> None:
    fetcher(host)("good", True)

    assert asked == ["/good no-cache"]


def test_a_folder_gives_its_files(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "list").write_bytes(b"list")
    (tmp_path / "keys" / "large").write_bytes(bytes(MOST + 1))
    fetch = fetcher(str(tmp_path))

    answers = {path: fetch(path, False).kind for path in ("keys/list", "keys/1", "keys/list/1", "keys", "keys/large")}

    assert fetch("keys/list", False).data == b"list"
    assert list(answers.values()) == [Kind.BYTES, Kind.ABSENT, Kind.ABSENT, Kind.WRONG, Kind.WRONG]


def test_nothing_outside_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "published").mkdir()

    assert fetcher(str(tmp_path / "published"))("../secret", False).kind is Kind.ABSENT


@pytest.mark.parametrize("address", ["", "ftp://host", "https://", "no/such/folder"])
def test_what_is_neither_an_address_nor_a_folder_is_refused(address: str) -> None:
    with pytest.raises(ConfigError) as refused:
        fetcher(address)

    assert refused.value.code == "host-malformed"


def test_what_was_verified_is_kept_by_path(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "held")

    kept["status/ipspi/0"] = b"old"
    kept["status/ipspi/0"] = b"new"
    kept["../keys"] = b"keys"

    again = Kept(tmp_path / "held")
    assert dict(again) == {"status/ipspi/0": b"new", "../keys": b"keys"}
    assert [path.name for path in tmp_path.iterdir()] == ["held"]
    assert "keys/list" not in again
    del again["../keys"]
    assert len(again) == 1
