"""The desk over real HTTP, at a name to which passkeys can be bound."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socket import socket

from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from ledger.app import create_app
from ledger.cli.story import Story
from ledger.wiring import Ledger, build

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    server, tracer = make_server("localhost", port, app, threaded=True), threading.gettrace()
    threading.settrace(None)  # type: ignore[arg-type]  # Coverage looks away: the same lines run in tests without a browser.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        threading.settrace(tracer)  # type: ignore[arg-type]
        server.shutdown()
        server.server_close()


@contextmanager
def at_its_address(here: Story) -> Iterator[Ledger]:
    """Over HTTP, at the very address that the passkeys are bound to."""
    with socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    ledger = build(replace(here.ledger.config, desk=f"http://localhost:{port}"), clock=here.clock)
    with serving(create_app(ledger), port):
        yield ledger
    ledger.close()


@contextmanager
def with_a_device(chromium: Browser, served: Ledger) -> Iterator[Page]:
    """A browser whose authenticator is virtual, and says yes by itself."""
    context = chromium.new_context(base_url=served.config.desk, locale="id-ID")
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    yield page
    context.close()
