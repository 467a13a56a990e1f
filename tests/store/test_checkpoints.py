"""Stored checkpoints: which cosignatures stand under a note, and many notes in little memory."""

import tracemalloc
from itertools import islice

from ledger.database import reading, writing
from ledger.store import checkpoints
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import Note, Signature
from ledger.wiring import Ledger

LARGE = 10_000  # bytes


def add(ledger: Ledger, *sizes: int, raw: bytes = bytes(64)) -> None:
    with writing(ledger.engine) as connection:
        for size in sizes:
            note = Note(f"log\n{size}\n", (Signature("log", b"abcd", raw),))
            checkpoints.add(connection, size, 1000 * size, note.encode(), Frontier().to_bytes())


def cosigned(ledger: Ledger, size: int, key: bytes, time: int) -> None:
    with writing(ledger.engine) as connection:
        checkpoints.add_cosignatures(connection, size, [Signature("saksi", key, time.to_bytes(8) + bytes(64))])


def times(kept: checkpoints.Kept | None) -> list[tuple[bytes, int]]:
    assert kept is not None
    return [(signature.id, signature.time) for signature in kept.note.signatures if signature.name == "saksi"]


def test_the_first_cosignature_of_a_key_stays_beside_its_newest(ledger: Ledger) -> None:
    add(ledger, 5, 9)
    for time in (1000, 4600, 8200):
        cosigned(ledger, 5, b"key1", time)
    cosigned(ledger, 5, b"key2", 4600)

    with reading(ledger.engine) as connection:
        assert times(next(checkpoints.kept(connection))) == [(b"key1", 1000), (b"key2", 4600)]
        assert times(checkpoints.before(connection, 9)) == [(b"key1", 8200), (b"key2", 4600)]
        assert times(checkpoints.newest(connection)) == []
        assert checkpoints.cosigned_sizes(connection) == {"saksi": 5}

    cosigned(ledger, 9, b"key1", 9000)
    cosigned(ledger, 9, b"key1", 9500)
    with reading(ledger.engine) as connection:
        assert times(checkpoints.newest(connection)) == [(b"key1", 9500)]


def test_notes_are_read_as_they_are_asked_for(ledger: Ledger) -> None:
    add(ledger, *range(1, 501), raw=bytes(LARGE))
    tracemalloc.start()

    with reading(ledger.engine) as connection:
        sizes = [kept.size for kept in checkpoints.kept(connection, since=10)]
        first = [kept.size for kept in islice(checkpoints.kept(connection), 3)]  # Nobody asks for the others.

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (sizes, first) == (list(range(11, 501)), [1, 2, 3])
    assert peak < 300 * LARGE
