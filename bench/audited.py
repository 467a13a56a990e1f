"""The audit of an exported bundle, in a process of its own: its speed beside bare signatures, and its memory."""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure
from bench.ledgers import Register
from bench.replay import verified
from ledger.audit import bundle as bundles
from ledger.audit.offline import audit_bundle

MEMORY_MB = 200
SIGNATURES = 5_000


def beside_verification(register: Register, folder: Path) -> list[Figure]:
    """By the clock, with every core, against one thread that verifies as many signatures."""
    until = datetime.now(UTC).date() + timedelta(days=30)
    register.ledger.exports.make(register.actor, folder, purpose="annual-audit", recipient="BPK", retention=until)
    before = verified(SIGNATURES).by_clock
    command = [sys.executable, "-m", "bench.audited", str(folder)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    bare = (before + verified(SIGNATURES).by_clock) / 2
    rate, megabytes = said["events"] / said["seconds"], said["megabytes"]
    name = f"audit of a bundle of {said['events']:,} events"
    return [
        Figure(f"{name}, {os.cpu_count()} cores", rate, "Ed25519 verify, one thread", bare, rate / bare, 0.8),
        Figure(f"{name}: megabytes", megabytes, "allowed", MEMORY_MB, megabytes / MEMORY_MB, 1.0, at_most=True),
    ]


def main() -> None:
    """Prints what the audit of the bundle took: the largest of this process and its children."""
    begun = time.perf_counter()
    with bundles.opened(Path(sys.argv[1])) as bundle:
        report = audit_bundle(bundle)
    seconds = time.perf_counter() - begun
    if report.findings:
        raise SystemExit(f"the history is not sound: {report.findings[0]}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"events": report.size, "seconds": seconds, "megabytes": peak / 1024}))


if __name__ == "__main__":
    main()
