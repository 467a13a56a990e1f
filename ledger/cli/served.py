"""What each process of the server loads; `wsgi.py` is the same for any other WSGI server."""

import os

from flask import Flask

from ledger.app import create_app
from ledger.config import read
from ledger.wiring import build


def application() -> Flask:
    return create_app(build(read(os.environ)))
