"""Everything public as plain files, for any static host: `ledger publish`.

Source: docs/publishing.md. The order of the files is that in which a reader needs them, and each is whole or not there:
whatever moment a crash chooses, what stands in the folder verifies.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection

from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.application.key_lists import encoded, key_events
from ledger.application.receipts import receipt
from ledger.credentials import document
from ledger.credentials.published import claimed
from ledger.database import reading
from ledger.errors import InputError, NotFoundError, StoreError, VerificationError
from ledger.projections import listings
from ledger.signing import cbor
from ledger.signing.key_records import KeyList
from ledger.store import checkpoints, published
from ledger.store.checkpoints import Kept
from ledger.store.folder import Folder
from ledger.transparency import checkpoint, merkle, notes, tiles

CHECKPOINT = "log/checkpoint"
LIMIT = 1 << 20  # bytes of a file of ours that are looked at
Files = Mapping[str, bytes]
Age = Callable[[bytes], int | None]


class Folders:
    def __init__(self, context: Context) -> None:
        self._context = context

    def publish(self, target: Path, *, page: Files, unlisted: bytes, progress: Progress = no_progress) -> Answer:
        """Brings the folder up to date; what is there and has not changed stays as it is.

        Args:
            page: The verifier page's files, by their addresses.
            unlisted: The page of a folder of which nothing is listed.

        Raises:
            NotFoundError: nothing was signed yet.
            StoreError: `published-newer`: the folder has what is newer than this; `published-differs`: it has other
                bytes of the same time or size; `folder-unreachable`. Nothing was written then.
        """
        folder = Folder(target, unlisted)
        with folder.alone(), reading(self._context.history.engine) as connection:
            last = checkpoints.newest(connection)
            if last is None:
                raise NotFoundError("not-found", of="checkpoint", got="")
            run = _Run(folder, connection, last)
            run.require_forward()
            return {"size": last.size, "files": run.write(page, progress)}


class _Run:
    """One publishing, from one snapshot of the database."""

    def __init__(self, folder: Folder, connection: Connection, last: Kept) -> None:
        self._folder, self._connection, self._last = folder, connection, last
        self._lists = dict(published.lists(connection))
        self._keys = _key_lists(connection)

    def require_forward(self) -> None:
        """Asked of everything before anything is written. Raises: StoreError."""
        self._require_log()
        for path, data in (*self._lists.items(), *self._documents()):
            self._require_newer(path, data, claimed)
        self._require_newer("keys/list", self._keys["keys/list"], _version)

    def _require_log(self) -> None:
        there = self._folder.read(CHECKPOINT)
        try:
            point = checkpoint.parse(notes.parse(there)) if there is not None else None
        except VerificationError:
            return  # It is no checkpoint, and proves nothing.
        if point is None or point.size == 0:
            return
        if point.size > self._last.size:
            raise StoreError("published-newer", file=CHECKPOINT, got=self._last.size, expected=point.size)
        reader = tiles.node_reader(lambda tile: checkpoints.hashes(self._connection, tile), point.size)
        if merkle.root_at(point.size, reader) != point.root:
            raise StoreError("published-differs", file=CHECKPOINT)

    def _require_newer(self, path: str, data: bytes, age: Age) -> None:
        there = self._folder.read(path)
        if there is None or there == data:
            return
        former, now = age(there), age(data)
        if former is None or now is None or former < now:
            return
        if former == now:
            raise StoreError("published-differs", file=path)
        raise StoreError("published-newer", file=path, got=now, expected=former)

    def write(self, page: Files, progress: Progress) -> int:
        """How many files were new or changed. A crash between two groups leaves later ones as they were."""
        groups: tuple[Iterable[tuple[str, bytes]], ...] = (
            self._tiles(),
            self._proofs(progress),
            self._keys.items(),
            (one for one in self._lists.items() if not one[0].startswith("registered/")),
            (one for one in self._lists.items() if one[0].startswith("registered/")),
            self._documents(),
            [(CHECKPOINT, self._last.note.encode())],
            page.items(),
        )
        written = 0
        for group in groups:
            written += sum(self._folder.put(path, data) for path, data in group)
            self._folder.settle()
        self._tidy()
        return written

    def _tiles(self) -> Iterator[tuple[str, bytes]]:
        """Those that are not there: a tile of a width never changes."""
        for tile in tiles.tiles_of(self._last.size):
            path = f"log/{tile.path()}"
            if not self._folder.has(path):
                yield path, checkpoints.hashes(self._connection, tile)

    def _proofs(self, progress: Progress) -> Iterator[tuple[str, bytes]]:
        """Of every certificate that the checkpoint covers and that has none: an older one proves as much."""
        there = self._folder.names("proof")
        wanted = [one for one in listings.issued(self._connection, self._last.size) if one[0].hex() not in there]
        for n, (token, index) in enumerate(wanted):
            progress(n, len(wanted))
            yield f"proof/{token.hex()}", receipt(self._connection, index, self._last).encode()
        progress(len(wanted), len(wanted))

    def _documents(self) -> Iterator[tuple[str, bytes]]:
        for token, data in published.documents(self._connection):
            yield document.path(token), data

    def _tidy(self) -> None:
        """Partial tiles go when the full one is there, as on the server, where it answers for them."""
        for tile in tiles.tiles_of(self._last.size):
            path = f"log/{tile.path()}"
            if tile.width == tiles.WIDTH and self._folder.has(f"{path}.p"):
                self._folder.remove(f"{path}.p")


def _key_lists(connection: Connection) -> dict[str, bytes]:
    """Every one by its version, and the newest."""
    found = {KeyList.decode(event.list).version: encoded(event) for _, event in key_events(connection)}
    return {f"keys/{version}": data for version, data in found.items()} | {"keys/list": found[max(found)]}


def _version(data: bytes) -> int | None:
    """Of a published key list."""
    try:
        match cbor.decode(data, limit=LIMIT):
            case {"list": bytes() as inside}:
                return KeyList.decode(inside).version
    except (InputError, VerificationError):
        pass
    return None
