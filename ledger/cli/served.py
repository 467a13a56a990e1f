"""What each process of the server loads; `wsgi.py` is the same for any other WSGI server."""

import gc
import logging
import os
import signal
import time

from flask import Flask

from ledger.app import create_app
from ledger.config import read
from ledger.wiring import opened


def application() -> Flask:
    """Stopped by the first process alone: Ctrl-C would reach this one too, and stopped twice at once it would hang."""
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # Until it serves; the handler it was forked with does nothing here.
    tell()
    service = opened(read(os.environ))
    app = create_app(service)
    service.keeping()
    gc.freeze()  # What lives as long as the process is not looked through again and again.
    return app


def tell() -> None:
    """To standard error: who signed in, who was refused, what failed; each line with its instant in UTC."""
    line = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    line.converter = time.gmtime
    handler, ours = logging.StreamHandler(), logging.getLogger("ledger")
    handler.setFormatter(line)
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False
