"""A lost database: the mirror's entries are replayed over a backup, and must lead to what the log had signed.

Sealed data is not in the mirror: whoever was registered since the backup stands there without a name.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from ledger.advance import advance
from ledger.application.checkpoints import key_list_at
from ledger.application.context import Context, Progress, no_progress
from ledger.database import chunks, writing
from ledger.domain.keys import Keys
from ledger.errors import StoreError, VerificationError
from ledger.events import Record, decode, payload_of, require_signed
from ledger.signing.key_records import KeyList
from ledger.store import checkpoints, recorder
from ledger.store.history import row_of
from ledger.store.mirror import Mirror
from ledger.transparency import checkpoint
from ledger.transparency.growth import Growth
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.view import Models


def restore(context: Context, mirror: Mirror, progress: Progress = no_progress) -> int:
    """In one transaction: how many events came back.

    Raises:
        StoreError: `log-forked`: the backup is of another history, or the mirror does not lead to its own checkpoint.
        VerificationError: the mirror's checkpoint, or an entry in it, is not signed by a key of the ledger.
        RuleError: an event is not admitted.
    """
    with mirror.alone(), writing(context.history.engine) as connection:
        start, end = recorder.head(connection)[0], mirror.size()
        if start:
            (last,) = checkpoints.leaves(connection, start - 1, start)
            if start > end or leaf_hash(next(mirror.entries(start - 1))) != last:
                raise StoreError("log-forked", where="mirror", size=start)
        _replay(context, connection, mirror.entries(start), progress, end)
        note = mirror.note()
        if note is not None:
            _sign_again(context, connection, note)
    return end - start


def _replay(context: Context, connection: Connection, entries: Iterator[bytes], progress: Progress, end: int) -> None:
    open_batch, keys = None, None if recorder.head(connection)[0] == 0 else key_list_at(connection)
    for some in chunks(entries):
        records: list[Record] = [decode(payload_of(entry), entry) for entry in some]
        for record in records:
            keys = _believed(record, keys, context.config.origin)
        models = Models(connection, context.config.origin)
        models.open_batch = open_batch
        advance(models, records)
        open_batch = models.open_batch
        recorder.append(connection, [row_of(record) for record in records])
        progress(records[-1].position + 1, end)


def _believed(record: Record, keys: KeyList | None, origin: str) -> KeyList:
    """The key list in force after this event, which a key of the list before it signed: anybody can write to a disk."""
    event = record.event
    if keys is None and isinstance(event, Keys.Created):
        keys = KeyList.decode(event.list)  # That it is the roots' own is for the audit to say, by its anchor.
    if keys is None:
        raise VerificationError("key-unknown", kid="")
    require_signed(record, keys, origin)
    return KeyList.decode(event.list) if isinstance(event, Keys.Changed) else keys


def _sign_again(context: Context, connection: Connection, note: bytes) -> None:
    """The note that was signed then is the checkpoint of now: nothing is signed a second time."""
    opened = checkpoint.opened(note, checkpoint.log_keys(key_list_at(connection), context.config.origin))
    last = checkpoints.newest(connection)
    start, point = (last.size if last else 0), opened.point
    if point.size <= start:
        return
    growth = Growth(start, lambda tile: checkpoints.hashes(connection, tile))
    frontier = last.frontier if last else Frontier()
    for leaf in checkpoints.leaves(connection, start, point.size):
        frontier.append(leaf)
        growth.append(leaf)
    if (frontier.size, frontier.root()) != (point.size, point.root):
        raise StoreError("log-forked", where="checkpoint", size=point.size)
    checkpoints.add(connection, point.size, context.history.clock(), note, frontier.to_bytes())
    checkpoints.put_tiles(connection, growth.grown)
