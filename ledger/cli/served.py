"""What each process of the server loads; `wsgi.py` is the same for any other WSGI server."""

import gc
import os
import signal

from flask import Flask

from ledger.app import create_app
from ledger.config import read
from ledger.wiring import opened


def application() -> Flask:
    """Stopped by the first process alone: Ctrl-C would reach this one too, and stopped twice at once it would hang."""
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # Until it serves; the handler it was forked with does nothing here.
    service = opened(read(os.environ))
    app = create_app(service)
    service.keeping()
    gc.freeze()  # What lives as long as the process is not looked through again and again.
    return app
