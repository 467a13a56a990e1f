"""What an audit of a bundle answers: each check with its findings, the counts, the exit code."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ledger.audit.bundle import Manifest
from ledger.audit.findings import Finding, ordered
from ledger.audit.replay import Replayed
from ledger.audit.statistics import Statistics

# In the order of the report. What needs an anchor from outside is not asked without one.
CHECKS = (
    *("files", "manifest", "rules", "export", "tiles", "checkpoints", "keys", "history", "people", "issued"),
    *("root", "witnesses", "times", "previous", "seen", "status"),
)
SOUND, BROKEN, UNREADABLE, UNPROVED, USAGE = 0, 1, 2, 3, 64  # Exit codes.


@dataclass(frozen=True)
class Report:
    """`checks`: the findings of each check, None where it was not asked.

    `size` and `root` are as hashed anew; `totals` of decrees, competent results and certificates; `cosigned` the
    witnesses' times of the newest checkpoint, s UTC; `watched_from` the size of the first checkpoint with a quorum,
    `unwitnessed` the longest time, in s, that a later event waited for one; `anchored`: origin proved by root and
    quorum from outside.
    """

    manifest: Manifest
    size: int
    root: bytes
    checks: dict[str, list[Finding] | None]
    replayed: Replayed
    statistics: Statistics
    totals: Counter[str]
    cosigned: dict[str, int]
    watched_from: int | None
    unwitnessed: int
    anchored: bool

    @property
    def findings(self) -> list[Finding]:
        return ordered([finding for found in self.checks.values() for finding in found or ()])

    @property
    def exit(self) -> int:
        if self.findings:
            return BROKEN
        return SOUND if self.anchored else UNPROVED

    def outcome(self, check: str) -> str:
        found = self.checks[check]
        if found is None:
            return "not-published" if check == "status" else "not-asked"
        return "differs" if found else "holds"

    def as_json(self) -> dict[str, Any]:
        """Source: docs/formats/bundle.md."""
        said, done = self.manifest, self.replayed
        return {
            "exit": self.exit,
            "findings": [_written(finding) for finding in self.findings],
            "origin": said.origin,
            "size": self.size,
            "root": self.root.hex(),
            "made": said.made,
            "purpose": said.purpose,
            "retention": said.retention,
            "anchored": self.anchored,
            "checks": {check: self.outcome(check) for check in CHECKS},
            "events": done.events,
            "keys": len(done.keys),
            "kinds": dict(sorted(done.kinds.items())),
            "asserted": dict(sorted(done.asserted.items())),
            "decrees": dict(sorted(self.totals.items())),
            "cosigned": dict(sorted(self.cosigned.items())),
            "watched_from": self.watched_from,
            "unwitnessed_seconds": self.unwitnessed,
        }


def _written(finding: Finding) -> dict[str, Any]:
    return {
        "position": finding.position,
        "stream": finding.stream,
        "kind": finding.kind,
        "what": finding.code,
        "file": finding.file,
    }
