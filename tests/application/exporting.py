"""Exports, and kills itself when so many entries are written: CONFIG (JSON) NOW OFFICER TARGET ENTRIES."""

import json
import os
import signal
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from ledger.config import Config
from ledger.wiring import build

config, now, officer, target, entries = sys.argv[1:]
ledger = build(Config(**json.loads(config)), clock=lambda: int(now))


def progress(done: int, _: int) -> None:
    if done >= int(entries):
        os.kill(os.getpid(), signal.SIGKILL)


ledger.exports.make(
    ledger.officers.actor(UUID(officer)),
    Path(target),
    purpose="annual-audit",
    recipient="BPK",
    retention=date(2027, 12, 31),
    progress=progress,
)
