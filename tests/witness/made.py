"""A log of made-up leaves, a witness of it served in a thread, and questions over HTTP."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.transparency import checkpoint, merkle
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import ED25519, ML_DSA_44, NoteKey
from ledger.transparency.submission import Submission
from tests.cli.test_server import free_port

ORIGIN = "log.contoh.invalid"
PATIENCE = 30  # seconds


def leaves(salt: str, count: int) -> list[bytes]:
    return [merkle.leaf_hash(f"{salt} {n}".encode()) for n in range(count)]


@dataclass
class Log:
    """An honest log; `forked` shares its keys and its first entries only."""

    origin: str = ORIGIN
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    second: MLDSA44PrivateKey | None = None
    leaves: list[bytes] = field(default_factory=lambda: leaves("entry", 40))

    def forked(self, at: int) -> "Log":
        return Log(self.origin, self.key, self.second, self.leaves[:at] + leaves("other", 40 - at))

    def keys(self) -> list[NoteKey]:
        found = [NoteKey(self.origin, ED25519, self.key.public_key().public_bytes_raw())]
        if self.second is not None:
            found.append(NoteKey(self.origin, ML_DSA_44, self.second.public_key().public_bytes_raw()))
        return found

    def point(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, merkle.root_of(self.leaves[:size]))

    def note(self, size: int) -> bytes:
        return checkpoint.signed(self.point(size), self.key, self.second, 1_700_000_000).encode()

    def prove(self, size: int) -> Callable[[int], list[bytes]]:
        return lambda old: merkle.consistency_proof(old, size, merkle.nodes_of(self.leaves))

    def submission(self, old: int, size: int) -> bytes:
        return Submission(old, tuple(self.prove(size)(old)), self.note(size)).encode()


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    body: str


def posted(port: int, body: bytes, path: str = "/add-checkpoint") -> Reply:
    return asked(port, "POST", path, body)


def asked(port: int, method: str, path: str, body: bytes | None = None) -> Reply:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers.get_content_type(), answer.read().decode())
    finally:
        connection.close()


def free_ports(count: int) -> int:
    """The first of several free ones in a row."""
    while True:
        first = free_port()
        try:
            with ThreadingHTTPServer(("127.0.0.1", first), BaseHTTPRequestHandler):
                for n in range(1, count):
                    ThreadingHTTPServer(("127.0.0.1", first + n), BaseHTTPRequestHandler).server_close()
        except OSError:
            continue
        return first


@contextmanager
def answering(status: int, kind: str, *bodies: bytes, wait: Callable[[], object] = lambda: None) -> Iterator[int]:
    """A port where somebody gives these answers in turn, the last one for ever, whatever is asked."""
    turns = iter(bodies[:-1])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            wait()
            body = next(turns, bodies[-1])
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except BrokenPipeError:
                pass  # Nobody waits any more.

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dripping(head: bytes = b"") -> Iterator[int]:
    """A port where an answer comes, after its head a byte at a time, and never ends."""
    done = Event()

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.sendall(head)
                while not done.wait(0.1):
                    self.request.sendall(b"H")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            done.set()
            server.shutdown()
            thread.join()


def folder_hashes(folder: Path) -> Sequence[tuple[str, str]]:
    """Every file and what is in it."""
    return [(path.name, sha256(path.read_bytes()).hexdigest()) for path in sorted(folder.iterdir())]
