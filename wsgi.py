"""For any WSGI server: `granian --interface wsgi wsgi:app`."""

import os

from ledger.app import create_app
from ledger.config import read
from ledger.wiring import build

service = build(read(os.environ))
service.settle()
app = create_app(service)
