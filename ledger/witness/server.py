"""A witness over HTTP: POST /add-checkpoint, GET /health."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, Response, jsonify, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.errors import LedgerError
from ledger.transparency.submission import MAX_SUBMISSION
from ledger.witness.book import FORK
from ledger.witness.witness import Answer, Witness

THREADS = 4
POLL_SECONDS = 0.05  # Between looks whether to stop.
STOP_SECONDS = 2  # Then a process that is still answering is ended.


def wall_clock() -> int:
    return int(time.time())


def create_app(folder: Path) -> Flask:
    """Raises: ConfigError, StoreError: as `Witness`."""
    app = Flask("witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_SUBMISSION
    watcher = Witness(folder, wall_clock)

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        return _answered(watcher.add_checkpoint(request.get_data()))

    @app.get("/health")
    def health() -> Response:
        return jsonify(standing(watcher))

    @app.errorhandler(LedgerError)
    def failed(error: LedgerError) -> Response:
        return _answered(Answer(503, f"{error.code}\n"))

    return app


def standing(watcher: Witness) -> dict[str, Any]:
    """Name, keys, the newest checkpoint of each log (`cosigned` in s UTC, null before the first), forks seen."""
    forks = [fork for fork in watcher.book.forks() if fork.what == FORK]
    logs = {origin: watcher.book.seen(origin) for origin in watcher.book.origins()}
    return {
        "name": watcher.name,
        "keys": [key.encode() for key in watcher.public],
        "forks": len(forks),
        "logs": [
            {
                "origin": origin,
                "size": last.size,
                "root": last.root.hex(),
                "cosigned": last.cosigned or None,
                "forks": sum(fork.origin == origin for fork in forks),
            }
            for origin, last in logs.items()
        ],
    }


def serve(folder: Path, host: str, port: int) -> None:
    """Until Ctrl-C or SIGTERM; HTTPS is for the web server in front."""
    app = create_app(folder)  # Refused here in one line, before any process is started.

    def loaded() -> Flask:
        """In the process that answers; Ctrl-C reaches the first one alone, which ends it."""
        os.setpgrp()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return app

    Granian(
        "ledger.witness",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=loaded, wrap_loader=False)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Nothing: a line a request would bury what matters."""


@contextmanager
def together(folders: Sequence[Path], host: str, port: int) -> Iterator[None]:
    """Several in this process, on this port and the next ones: for trials, where one process is easier to stop."""
    servers = [
        make_server(host, port + n, create_app(folder), threaded=True, request_handler=_Quiet)
        for n, folder in enumerate(folders)
    ]
    threads = [Thread(target=one.serve_forever, args=(POLL_SECONDS,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()


def _answered(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.kind)
