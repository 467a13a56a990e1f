"""Signed files from a host or a folder, for the reference verifier; and what it verified before, kept in a folder.

Source: docs/verifying.md.
"""

import time
from collections.abc import Callable, Iterator, MutableMapping
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import quote, unquote, urlsplit
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from ledger.credentials.sources import Answer, Fetch, Kind
from ledger.errors import ConfigError

MOST = 4 * 2**20  # bytes of any file that is asked for
PATIENCE = 5.0  # seconds until a host counts as silent
KINDS = {404: Kind.ABSENT, 410: Kind.ABSENT}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def fetcher(address: str, *, seconds: float = PATIENCE) -> Fetch:
    """Where the verifier gets signed files from.

    Args:
        address: Of a host, http or https; or a folder made by `ledger publish`.
        seconds: After which a host counts as silent, everything together.

    Raises: ConfigError: `host-malformed`: neither an address nor a folder.
    """
    if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname:
        return lambda path, again: _within(seconds, lambda: _asked(f"{address.rstrip('/')}/{path}", again, seconds))
    if address and Path(address).is_dir():
        return lambda path, _: _read(Path(address), path)
    raise ConfigError("host-malformed", got=address, expected="https://host")


class Kept(MutableMapping[str, bytes]):
    """A folder of what was verified before, a file a path. A crash leaves the file that was there, or the new one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def __getitem__(self, path: str) -> bytes:
        try:
            return self._file(path).read_bytes()
        except FileNotFoundError as cause:
            raise KeyError(path) from cause

    def __setitem__(self, path: str, data: bytes) -> None:
        new = self._folder / f"{self._file(path).name}.new"
        new.write_bytes(data)
        new.replace(self._file(path))

    def __delitem__(self, path: str) -> None:
        self._file(path).unlink()

    def __iter__(self) -> Iterator[str]:
        return (unquote(file.name) for file in self._folder.iterdir() if file.suffix != ".new")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _file(self, path: str) -> Path:
        """Slashes are written otherwise, so that no path leads out of the folder."""
        return self._folder / quote(path, safe="")


class _AsSaid(HTTPErrorProcessor):
    """Any status is an answer. One that points elsewhere, too: nobody is followed to another host."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - the library's
        return response

    https_response = http_response


def _within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """A look-up of a name, or a head that comes a byte at a time, has no time limit of its own."""
    answers = SimpleQueue[Answer]()
    Thread(target=lambda: answers.put(ask()), daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return Answer(Kind.SILENT)


def _asked(url: str, again: bool, seconds: float) -> Answer:
    """Silent where no answer came at all: the name, the connection, TLS. After that, whatever is amiss is wrong."""
    until = time.monotonic() + seconds
    proxies = ProxyHandler({}) if urlsplit(url).hostname in LOOPBACK else ProxyHandler()
    request = Request(url, headers={"Cache-Control": "no-cache"} if again else {})  # noqa: S310 - http or https
    try:
        with build_opener(proxies, _AsSaid).open(request, timeout=seconds) as response:
            return _answer(response, until)
    except (OSError, HTTPException, ValueError):
        return Answer(Kind.SILENT)


def _answer(response: HTTPResponse, until: float) -> Answer:
    if response.status != 200:
        return Answer(KINDS.get(response.status, Kind.WRONG))
    data = b""
    try:
        while len(data) <= MOST and (piece := response.read1(MOST + 1 - len(data))):
            data += piece
            if time.monotonic() > until:
                return Answer(Kind.SILENT)
    except TimeoutError:
        return Answer(Kind.SILENT)
    except (OSError, HTTPException):
        return Answer(Kind.WRONG)
    whole = len(data) <= MOST and response.length in (0, None)  # What was announced and has not come.
    return Answer(Kind.BYTES, data, _date(response.headers.get("Date"))) if whole else Answer(Kind.WRONG)


def _date(said: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(said or "").timestamp())
    except (ValueError, OverflowError):
        return None


def _read(folder: Path, path: str) -> Answer:
    if ".." in PurePosixPath(path).parts:
        return Answer(Kind.ABSENT)
    try:
        with (folder / path).open("rb") as file:
            data = file.read(MOST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Answer(Kind.ABSENT)
    except (OSError, ValueError):
        return Answer(Kind.WRONG)
    return Answer(Kind.BYTES, data) if len(data) <= MOST else Answer(Kind.WRONG)
