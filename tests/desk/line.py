"""The line between browser and server, which may lose what the server answers to a form."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Fate = Callable[[bytes], bytes]  # From what the server answered to what arrives.


def whole(answer: bytes) -> bytes:
    return answer


def lost(_: bytes) -> bytes:
    return b""


def half(answer: bytes) -> bytes:
    return answer[: len(answer) // 2]


def instead(status: str, page: str) -> Fate:
    """Somebody else answers, between the two."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {len(page)}\r\n\r\n"
    return lambda _: (head + page).encode()


of_a_proxy = instead("502 Bad Gateway", "<html><body><h1>502 Bad Gateway</h1></body></html>")


class Line:
    """Passes on; `fate` is that of answers to a POST. One request a connection, as the server of the tests has it."""

    def __init__(self, server: int) -> None:
        self.fate: Fate = whole
        self._cut = threading.Event()
        self._carried = set[socket.socket]()
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Whatever is on its way ends here, and nothing more gets through."""
        self._cut.set()
        for browser in list(self._carried):
            with suppress(OSError):
                browser.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._cut.clear()

    def close(self) -> None:
        self._door.close()

    def _listen(self) -> None:
        with suppress(OSError):  # Closed.
            while True:
                browser, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        with suppress(OSError), browser, socket.create_connection(("127.0.0.1", self._server)) as server:
            self._carried.add(browser)
            if self._cut.is_set():
                return
            first = browser.recv(65536)
            server.sendall(first)
            threading.Thread(target=_pump, args=(browser, server), daemon=True).start()
            answer = b"".join(iter(lambda: server.recv(65536), b""))
            if first.startswith(b"POST"):
                answer = self.fate(answer)
            browser.sendall(answer)
            browser.shutdown(socket.SHUT_RDWR)
        self._carried.discard(browser)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)


@contextmanager
def line(address: str) -> Iterator[Line]:
    made = Line(int(address.rpartition(":")[2]))
    try:
        yield made
    finally:
        made.close()
