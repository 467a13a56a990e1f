"""For any WSGI server: `granian --interface wsgi wsgi:app`."""

import gc
import os

from ledger.app import create_app
from ledger.config import read
from ledger.wiring import opened

service = opened(read(os.environ))
service.ready()
app = create_app(service)
service.keeping()
gc.freeze()  # What lives as long as the process is not looked through again and again.
