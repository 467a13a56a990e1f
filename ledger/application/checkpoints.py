"""The public log: its tree over the events table, its checkpoints, and where every entry lies a second time.

Source: docs/formats/checkpoint.md. An entry is in the mirror before a checkpoint that covers it is signed.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import Connection

from ledger.application.context import Context
from ledger.database import reading, run, writing
from ledger.errors import NotFoundError, StoreError, VerificationError
from ledger.signing.key_records import KeyList
from ledger.store import checkpoints, recorder
from ledger.store.checkpoints import Kept
from ledger.store.mirror import Edge, Mirror
from ledger.transparency import checkpoint, merkle, notes, tiles
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.growth import Grown, Growth
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.transparency.notes import NoteKey, Signature
from ledger.transparency.tiles import Tile

LOGGER = logging.getLogger(__name__)
KEEP_ALL_MS = 48 * 3_600_000  # Younger checkpoints are all kept; of older ones one an hour.
HOUR_MS = 3_600_000
MAX_NOTE = 1_000_000  # bytes
WAIT_SECONDS = 5


class Checkpoints:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._engine = context.history.engine
        self.mirror = Mirror(Path(context.config.mirror))
        self._thinned = 0  # hour

    def sign(self) -> Checkpoint | None:
        """Signs the log as it is now and stores the note; None: nothing new, or another process was faster.

        Raises: StoreError: `log-alarm` until the evidence was put away; `leaf-differs`; or as `require_prefix`.
        """
        self.require_quiet()
        with self.mirror.alone():
            seen = self.mirror.edge()
            with reading(self._engine) as connection:
                last, size = checkpoints.newest(connection), recorder.head(connection)[0]
                if size == (last.size if last else 0):
                    return None
                self._require_prefix(connection, seen)
                frontier, grown = self._grown(connection, last, size)
                keys = key_list_at(connection)
            point = Checkpoint(self._context.config.origin, size, frontier.root())
            now = self._context.history.clock()
            note = self._signed(point, keys, now).encode()
            with writing(self._engine) as connection:
                fastest = checkpoints.newest(connection)
                if fastest is not None and fastest.size >= size:
                    return None
                checkpoints.add(connection, size, now, note, frontier.to_bytes())
                checkpoints.put_tiles(connection, grown)
                self._thin(connection, now)
            self.mirror.keep(note)
        return point

    def _thin(self, connection: Connection, now: int) -> None:
        """Once an hour: of each hour that is long over the best checkpoint stays."""
        if now // HOUR_MS != self._thinned:
            checkpoints.forget(connection, _surplus(checkpoints.marks(connection, now - KEEP_ALL_MS)))
            self._thinned = now // HOUR_MS

    def require_quiet(self) -> None:
        """Raises: StoreError: `log-alarm`: a witness saw another history, and nobody has put the evidence away yet."""
        if self.mirror.alarms():
            raise StoreError("log-alarm", folder=str(self.mirror.folder))

    def _grown(self, connection: Connection, last: Kept | None, size: int) -> tuple[Frontier, Grown]:
        """The tree with the new entries, each hashed anew and mirrored on the way."""
        start = last.size if last else 0
        growth = Growth(start, lambda tile: checkpoints.hashes(connection, tile))
        frontier = last.frontier if last else Frontier()

        def fresh() -> Iterator[bytes]:
            for position, entry, (leaf, *_) in recorder.entries(connection, start, size):
                if leaf_hash(entry) != leaf:
                    raise StoreError("leaf-differs", position=position)
                frontier.append(leaf)
                growth.append(leaf)
                yield entry

        mirrored = self.mirror.size()
        again = (entry for _, entry, _ in recorder.entries(connection, mirrored, start))
        self.mirror.extend(again)
        behind = self.mirror.size() - start
        self.mirror.extend(entry for n, entry in enumerate(fresh()) if n >= behind)
        return frontier, growth.grown

    def latest(self) -> bytes:
        """The newest note with its cosignatures. Raises: NotFoundError: nothing was signed yet."""
        return self.require_newest().note.encode()

    def require_newest(self) -> Kept:
        """Raises: NotFoundError: nothing was signed yet."""
        found = self.newest()
        if found is None:
            raise NotFoundError("not-found", of="checkpoint", got="")
        return found

    def newest(self) -> Kept | None:
        with reading(self._engine) as connection:
            return checkpoints.newest(connection)

    def newest_first(self) -> Iterator[Kept]:
        """The kept checkpoints with their newest cosignatures, read one by one."""
        size: int | None = None
        while (found := self._before(size)) is not None:
            yield found
            size = found.size

    def _before(self, size: int | None) -> Kept | None:
        with reading(self._engine) as connection:
            return checkpoints.newest(connection) if size is None else checkpoints.before(connection, size)

    def behind_since(self) -> int | None:
        """When the first event was recorded that no checkpoint covers, ms UTC; None: all are covered."""
        with reading(self._engine) as connection:
            last = checkpoints.newest(connection)
            return recorder.recorded_at(connection, last.size if last else 0)

    def size(self) -> int:
        """Events in the history, covered or not."""
        with reading(self._engine) as connection:
            return recorder.head(connection)[0]

    def of_nothing(self) -> bytes:
        """A note over no entries, which every history continues: what a witness is asked by before there is another."""
        with reading(self._engine) as connection:
            keys = key_list_at(connection)
        point = Checkpoint(self._context.config.origin, 0, merkle.EMPTY)
        return self._signed(point, keys, self._context.history.clock()).encode()

    def _signed(self, point: Checkpoint, keys: KeyList, now: int) -> notes.Note:
        return checkpoint.signed(point, *self._context.keyring.of_log(keys), now // 1000)

    def kept(self, since: int = 0) -> Iterator[tuple[int, bytes]]:
        """Size and note of every kept checkpoint of more than `since` entries, the smallest first."""
        with reading(self._engine) as connection:
            for one in checkpoints.kept(connection, since):
                yield one.size, one.note.encode()

    def cosigned(self, size: int, signatures: Sequence[Signature]) -> None:
        """Stores what witnesses gave for a kept checkpoint; each was verified by whoever asked them."""
        with writing(self._engine) as connection:
            checkpoints.add_cosignatures(connection, size, signatures)

    def cosigned_sizes(self) -> dict[str, int]:
        """The largest size that each witness cosigned."""
        with reading(self._engine) as connection:
            return checkpoints.cosigned_sizes(connection)

    def tile(self, tile: Tile) -> bytes:
        """A hash tile, or of level -1 a bundle of entries, that the newest checkpoint covers. Raises: NotFoundError."""
        with reading(self._engine) as connection:
            last = checkpoints.newest(connection)
            wide = tiles.width_of(tile, last.size if last else 0)
            if not 0 < tile.width <= wide:
                raise NotFoundError("not-found", of="tile", got=tile.path())
            if tile.level >= 0:
                return checkpoints.hashes(connection, tile)
            start = tile.index * tiles.WIDTH
            return tiles.bundle([entry for _, entry, _ in recorder.entries(connection, start, start + tile.width)])

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Raises: InputError: the older log is the larger one."""
        with reading(self._engine) as connection:
            return merkle.consistency_proof(old, new, checkpoints.nodes(connection, new))

    def log_keys(self) -> list[NoteKey]:
        """By which a checkpoint of today must be signed."""
        with reading(self._engine) as connection:
            return checkpoint.log_keys(key_list_at(connection), self._context.config.origin)

    def require_prefix(self) -> None:
        """Asks, before anything is written, whether what was signed and mirrored is the beginning of what is here.

        Raises: StoreError: `log-shorter`, `log-forked`, with where the other log was seen.
        """
        seen = self.mirror.edge()  # Before the snapshot: another process may go on.
        with reading(self._engine) as connection:
            self._require_prefix(connection, seen)

    def require_published(self) -> None:
        """The same of the checkpoint that others read. What cannot be reached, or what none of our keys signed, proves
        nothing: it is told, and stops nothing."""
        where = self._context.config.published
        note = _fetched(where) if where else None
        if note is None:
            return
        with reading(self._engine) as connection:
            try:
                self._require_ours(note, key_list_at(connection))
            except VerificationError as refused:
                LOGGER.warning("published checkpoint at %s: %s", where, refused)
            else:
                self._require(connection, recorder.head(connection)[0], note, where)

    def _require_ours(self, data: bytes, keys: KeyList) -> None:
        """Raises: VerificationError."""
        origin, note = self._context.config.origin, notes.parse(data)
        point = checkpoint.parse(note)
        known = [checkpoint.log_key(key, origin) for key in keys.keys if key.role == "checkpoint"]
        if point.origin != origin or not notes.verified(note, known, point.cosigned()):
            raise VerificationError("checkpoint-unsigned", got=0, expected=len(known))

    def _require_prefix(self, connection: Connection, seen: Edge) -> None:
        size, last = recorder.head(connection)[0], checkpoints.newest(connection)
        if last is not None:
            self._require(connection, size, last.note.encode(), "database")
            if last.frontier.root() != checkpoint.parse(last.note).root:
                raise StoreError("log-forked", where="database", size=last.size)
        if seen.size > size:
            raise StoreError("log-shorter", where="mirror", got=size, expected=seen.size)
        if seen.size and checkpoints.leaves(connection, seen.size - 1, seen.size) != [leaf_hash(seen.entry)]:
            raise StoreError("log-forked", where="mirror", size=seen.size)
        self._require(connection, size, seen.note, "mirror")

    def _require(self, connection: Connection, size: int, note: bytes | None, where: str) -> None:
        if note is None:
            return
        point = checkpoint.parse(notes.parse(note))
        if point.size > size:
            raise StoreError("log-shorter", where=where, got=size, expected=point.size)
        if merkle.root_at(point.size, checkpoints.nodes(connection, point.size)) != point.root:
            raise StoreError("log-forked", where=where, size=point.size)


def key_list_at(connection: Connection) -> KeyList:
    """The key list in force. Raises: NotFoundError."""
    row = run(connection, "SELECT list FROM key_lists").fetchone()
    if row is None:
        raise NotFoundError("not-found", of="key list", got="")
    return KeyList.decode(bytes(row[0]))


def _surplus(old: Sequence[checkpoints.Mark]) -> list[int]:
    """Of each hour the last checkpoint with the most cosignatures stays."""
    best: dict[int, checkpoints.Mark] = {}
    for one in old:
        hour = one.signed // HOUR_MS
        if hour not in best or one.cosignatures >= best[hour].cosignatures:
            best[hour] = one
    return [one.size for one in old if best[one.signed // HOUR_MS] is not one]


def _fetched(where: str) -> bytes | None:
    """None: not reachable in time, which proves nothing."""
    until = time.monotonic() + WAIT_SECONDS
    try:
        if not where.startswith(("https://", "http://")):
            return Path(where).read_bytes()
        data = b""
        with urlopen(where, timeout=WAIT_SECONDS) as answer:  # noqa: S310 - of two schemes only
            while (piece := answer.read1(65_536)) and len(data) < MAX_NOTE:
                data += piece
                if time.monotonic() > until:
                    return None
    except (OSError, HTTPException):
        return None
    return data
