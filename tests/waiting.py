"""Waiting for a server that a test started."""

import socket
import time


def wait_for(port: int, seconds: float = 60) -> None:
    """Until something listens on that port of this machine."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on port {port} after {seconds} s")
