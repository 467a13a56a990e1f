"""One passage over the entries of a bundle: the tree is hashed anew, the history replayed, everything else follows."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Engine

from ledger.audit.bundle import LOG, Bundle, entries_path
from ledger.audit.findings import Finding, of_file
from ledger.audit.kept import Times
from ledger.audit.keys import KeyHistory
from ledger.audit.lists import Lists
from ledger.audit.people import KeyHolders
from ledger.audit.replay import MANY, Entry, Progress, Replay, Replayed
from ledger.audit.statistics import Statistics
from ledger.audit.tree import Tree
from ledger.domain.exports import Export
from ledger.errors import VerificationError
from ledger.events import Record
from ledger.transparency.tiles import WIDTH, Tile


class Passage:
    """Afterwards `tree` has the root at each of `sizes`, as far as the entries reach.

    The replay stops at its first finding; the entries behind it are hashed all the same.
    """

    def __init__(self, bundle: Bundle, sizes: Iterable[int], times: Times, lists: Lists) -> None:
        self.bundle = bundle
        self.tree = Tree([*sizes, bundle.manifest.size], self._hashed)
        self.replayed = Replayed()
        self.keys, self.statistics = KeyHistory(), Statistics()
        self.recorded = 0  # ms UTC, of the last event that holds
        self.tiles: list[Finding] = []
        self.people: list[Finding] = []
        self.late: list[Finding] = []
        self.exported = False  # As the manifest says.
        self.times, self._lists, self._holders = times, lists, KeyHolders()

    @property
    def whole(self) -> bool:
        """Every entry was there, and the history holds to its end."""
        return self.hashed and not self.replayed.findings

    @property
    def hashed(self) -> bool:
        return self.tree.size == self.bundle.manifest.size

    def run(self, models: Engine, anchor: str | None, workers: int, progress: Progress) -> None:
        entries = self._entries(progress)
        apart = workers > 1 and self.bundle.manifest.size >= MANY
        origin = self.bundle.manifest.origin
        self.replayed = Replay(models, origin, anchor, told=self._told, workers=workers, apart=apart).read(entries)
        for _ in entries:
            pass
        if self.hashed:
            self.tree.end()

    def _entries(self, progress: Progress) -> Iterator[Entry]:
        try:
            for position, entry, columns in self.bundle.entries():
                self.tree.append(entry)
                yield position, entry, columns
                if self.tree.size % WIDTH == 0:
                    progress(self.tree.size)
        except VerificationError as refused:
            self.tiles.append(of_file(refused.code, str(refused.facts["file"]), self.tree.size))
            return
        size = self.bundle.manifest.size
        if not self.hashed:
            self._missing(entries_path(self.tree.size // WIDTH, size))

    def _hashed(self, tile: Tile, hashes: bytes) -> None:
        path = LOG + tile.path()
        there = self.bundle.read(path)
        if there is None:
            self._missing(path)
        elif there != hashes:
            self.tiles.append(of_file("tile-differs", path, (tile.index * WIDTH) << (8 * tile.level)))

    def _missing(self, path: str) -> None:
        if path not in self.bundle.manifest.files:  # Else the files' own check says so.
            self.tiles.append(of_file("file-missing", path))

    def _is_export(self, record: Record) -> bool:
        """Whether this event recorded that the bundle was made. What the manifest says is any text and number."""
        event, said = record.event, self.bundle.manifest
        if not isinstance(event, Export.Created) or record.recorded != said.made:
            return False
        return (event.purpose, event.retention.isoformat(), event.since) == (said.purpose, said.retention, said.since)

    def _told(self, record: Record) -> None:
        self.recorded = record.recorded
        self.exported = self.exported or self._is_export(record)
        self.keys.follow(record)
        self.statistics.count(record)
        self._lists.follow(record)
        for code, rule, found in (
            (self._holders.ask(record), "R25", self.people),
            (self.times.ask(record.position, record.recorded), "time", self.late),
        ):
            if code is not None:
                event = record.event
                found.append(Finding(record.position, str(event.originator_id), event.TOPIC, rule, code))
