"""Requests as fast as a server answers: each connection sends a handful, and the next when all are answered."""

import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector

CONNECTIONS = 16
TOGETHER = 8  # requests in one write: what the sender itself costs hardly counts
ANSWERED = b"HTTP/1.1 200"


def post(path: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass
class Connection:
    """`tail` is what was read last: an answer's first line may come in two pieces."""

    socket: socket.socket
    request: bytes
    open: int = 0
    tail: bytes = b""

    def send(self) -> None:
        self.socket.sendall(self.request * TOGETHER)
        self.open = TOGETHER

    def read(self) -> int:
        data = self.tail + self.socket.recv(1 << 18)
        self.tail = data[1 - len(ANSWERED) :]
        found = data.count(ANSWERED)
        self.open -= found
        if not self.open:
            self.send()
        return found


def answered(port: int, request: bytes, seconds: float) -> float:
    """Answers a second; an answer that is no 200 is not counted, and its connection asks nothing more."""
    with DefaultSelector() as selector, ExitStack() as closing:
        for _ in range(CONNECTIONS):
            connection = Connection(closing.enter_context(socket.create_connection(("127.0.0.1", port))), request)
            connection.send()
            selector.register(connection.socket, EVENT_READ, connection)
        begun, done = time.perf_counter(), 0
        while (spent := time.perf_counter() - begun) < seconds:
            done += sum(key.data.read() for key, _ in selector.select(timeout=1))
    return done / spent
