"""One audit, from the first event to the last row: what was read, what was found, what rests on the service's word."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine

from ledger.audit.compare import Difference, compare
from ledger.audit.replay import Entry, Progress, Replay, Replayed
from ledger.database import open_database


@dataclass(frozen=True)
class Report:
    replayed: Replayed
    rows: int
    differences: list[Difference]
    anchored: bool

    @property
    def sound(self) -> bool:
        return not self.replayed.findings and not self.differences

    def as_json(self) -> dict[str, Any]:
        done = self.replayed
        return {
            "sound": self.sound,
            "events": done.events,
            "root": done.frontier.root().hex(),
            "anchored": self.anchored,
            "keys": len(done.keys),
            "kinds": dict(sorted(done.kinds.items())),
            "asserted": dict(sorted(done.asserted.items())),
            "findings": [asdict(finding) for finding in done.findings],
            "rows": self.rows,
            "differences": [asdict(difference) for difference in self.differences],
        }


def audit(
    entries: Iterable[Entry],
    live: Engine,
    *,
    origin: str,
    anchor: str | None,
    progress: Progress = lambda _: None,
    apart: bool = False,
) -> Report:
    """Replays into an empty database in memory, then compares with the live read models. `apart` as for `Replay`."""
    anew = open_database("sqlite://")
    replayed = Replay(anew, origin, anchor, apart=apart).read(entries, progress)
    rows, differences = compare(live, anew) if not replayed.findings else (0, [])
    anew.dispose()
    return Report(replayed, rows, differences, anchor is not None)
