"""Nothing personal leaves the phone: everything that the real server was sent is written down and searched."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from werkzeug.serving import make_server

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.domain.values import legal_day
from tests.browser.conftest import Phone
from tests.browser.seen import colour, visit

GREEN_DAY = date(2026, 10, 22)
MINUTE = 60_000  # ms
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@contextmanager
def logged(application: Application) -> Iterator[tuple[str, list[str]]]:
    """The server's address, and each request whole: line, headers, body."""
    requests: list[str] = []

    def logging(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        requests.append(f"{ {name: value for name, value in environ.items() if isinstance(value, str)} } {body!r}")
        return application(environ, start)

    server = make_server("127.0.0.1", 0, logging, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_check_tells_the_server_neither_code_nor_name_nor_number(
    told: Story, clock: StoryClock, phone: Phone
) -> None:
    number = told.numbers["graduates"][0]
    digits = told.ledger.certificates.code(number, reader="test").partition("#")[2]
    clock.ms = (clock.ms or 0) + MINUTE
    assert legal_day(clock.ms) == GREEN_DAY
    told.ledger.publishing.keep()
    page = phone(clock=clock.ms // 1000)

    with logged(create_app(told.ledger)) as (address, requests):
        reason = visit(page, f"{address}/q/#{digits}")
        name = page.inner_text("#verdict .name")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_load_state("networkidle")

    sent = "\n".join(requests)
    assert (reason, colour(page)) == ("valid", "green")
    assert number in page.inner_text(".paper")
    assert "'/q/page.js'" in sent
    assert "'/registered/" in sent
    assert not any(digits[at : at + 12] in sent for at in range(len(digits) - 12))
    assert not any(part in sent for part in (number, name, *name.split()))
    assert "HTTP_REFERER" not in sent
    assert "HTTP_COOKIE" not in sent
    assert page.context.cookies() == []
