"""The key database: a key per person and the peppers of the index, wrapped by a key that neither database holds.

Source: docs/vault.md. No transaction spans this database and the main one: the order of the steps makes every crash
harmless.
"""

import os
from collections.abc import Callable, Collection, Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Engine, LargeBinary, String, Table, bindparam, delete, select, update

from ledger.database import BIG, KEYS, Row, chunks, put, reading, writing
from ledger.errors import ConfigError, SealedError
from ledger.signing import cbor
from ledger.vault.ciphers import KEY, decrypt, encrypt

DEKS = Table(
    "deks",
    KEYS,
    Column("subject", LargeBinary(16), primary_key=True),
    Column("kek_id", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created", BIG, nullable=False),  # ms UTC
)
PEPPERS = Table(
    "peppers",
    KEYS,
    # ms UTC of its making: the newest is the largest, and another key database has others.
    Column("id", BIG, primary_key=True, autoincrement=False),
    Column("kek_id", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
WRAPPED = ((DEKS, DEKS.c.subject), (PEPPERS, PEPPERS.c.id))


class Kek:
    """The key that wraps the others.

    Args:
        key: 32 bytes, kept outside both databases.

    Raises:
        ConfigError: `kek-malformed`.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY:
            raise ConfigError("kek-malformed", got=len(key), expected=KEY)
        self.id = sha256(b"peksos/kek/1" + key).hexdigest()[:16]
        self._key = key

    def wrap(self, context: str, name: bytes | int, key: bytes) -> Row:
        """The columns of a wrapped key; `name` is what the row is found by."""
        return {"kek_id": self.id, "wrapped": encrypt(self._key, key, cbor.encode([context, name, self.id]))}

    def unwrap(self, context: str, name: bytes | int, kek_id: str, wrapped: bytes) -> bytes:
        """Raises: SealedError: `kek-unknown` when another key wrapped it, `key-tampered`."""
        if kek_id != self.id:
            raise SealedError("kek-unknown", got=kek_id, expected=self.id)
        return decrypt(self._key, wrapped, cbor.encode([context, name, self.id]), code="key-tampered")


class Keys:
    """Every method is a transaction of its own in the key database; nothing unwrapped is kept.

    Args:
        clock: ms UTC.
    """

    def __init__(self, engine: Engine, kek: bytes, clock: Callable[[], int]) -> None:
        self._engine, self._kek, self._clock = engine, Kek(kek), clock

    def prepare(self, subjects: Iterable[UUID]) -> None:
        """A key for each that has none yet, committed."""
        wanted = {subject.bytes for subject in subjects}
        with reading(self._engine) as connection:
            if not _without_key(connection, wanted):
                return
        with writing(self._engine) as connection:
            missing = sorted(_without_key(connection, wanted))  # Perhaps another process was faster.
            put(connection, DEKS, [self._new_dek(subject) for subject in missing])
        # A crash here leaves keys that nothing was sealed with: `settle` sweeps them after an hour.

    def deks(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of those who have one. Raises: SealedError: `kek-unknown`, `key-tampered`."""
        found: dict[UUID, bytes] = {}
        with reading(self._engine) as connection:
            for some in chunks({subject.bytes for subject in subjects}):
                rows = connection.execute(
                    select(DEKS.c.subject, DEKS.c.kek_id, DEKS.c.wrapped).where(DEKS.c.subject.in_(some))
                )
                for subject, kek_id, wrapped in rows:
                    found[UUID(bytes=subject)] = self._kek.unwrap(_context(DEKS), subject, kek_id, wrapped)
        return found

    def created(self) -> dict[UUID, int]:
        """Everybody who has a key, with the ms UTC of its making."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(DEKS.c.subject, DEKS.c.created))
            return {UUID(bytes=subject): created for subject, created in rows}

    def destroy(self, subjects: Iterable[UUID]) -> None:
        with writing(self._engine) as connection:
            for some in chunks(subject.bytes for subject in subjects):
                connection.execute(delete(DEKS).where(DEKS.c.subject.in_(some)))

    def peppers(self) -> dict[int, bytes]:
        """All that may be in use, oldest first: one, and two during a rotation. The first one is made here."""
        with reading(self._engine) as connection:
            found = _load(connection, PEPPERS, PEPPERS.c.id, self._kek)
        if not found:
            with writing(self._engine) as connection:
                found = _load(connection, PEPPERS, PEPPERS.c.id, self._kek) or self._new_pepper(connection)
        return dict(sorted(found.items()))

    def add_pepper(self) -> int:
        """The id of a new one, from now on the newest."""
        with writing(self._engine) as connection:
            return max(self._new_pepper(connection))

    def drop_peppers(self, ids: Collection[int]) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(PEPPERS).where(PEPPERS.c.id.in_(ids)))

    def refuse_foreign(self) -> None:
        """Raises: SealedError: `kek-unknown`: some key here is wrapped by another key than ours."""
        with reading(self._engine) as connection:
            for table, _ in WRAPPED:
                other = connection.scalar(select(table.c.kek_id).where(table.c.kek_id != self._kek.id).limit(1))
                if other is not None:
                    raise SealedError("kek-unknown", got=other, expected=self._kek.id)

    def rekey(self, key: bytes) -> int:
        """Wrap every key anew, by `key`; returns how many. What it wraps already is wrapped again.

        Raises: ConfigError: `kek-malformed`. SealedError: `kek-unknown`, `key-tampered`; then nothing has changed.
        """
        new = Kek(key)
        count = 0
        with writing(self._engine) as connection:
            for table, name in WRAPPED:
                plain = _load(connection, table, name, self._kek, new)
                rows = [{"named": one, **new.wrap(_context(table), one, plain[one])} for one in plain]
                if rows:
                    connection.execute(update(table).where(name == bindparam("named")), rows)
                if _load(connection, table, name, new) != plain:
                    raise SealedError("key-tampered")
                count += len(plain)
            # A crash before the commit leaves every key under the old one. After it, all are under the new one, and
            # whoever starts with the old one is told which is needed. The operator deletes the old one last.
        self._kek = new
        self.scrub()
        return count

    def scrub(self) -> bool:
        return scrub(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def _new_dek(self, subject: bytes) -> Row:
        wrapped = self._kek.wrap(_context(DEKS), subject, os.urandom(KEY))
        return {"subject": subject, "created": self._clock(), **wrapped}

    def _new_pepper(self, connection: Connection) -> dict[int, bytes]:
        newest: int = max(connection.scalars(select(PEPPERS.c.id)), default=0)
        id, pepper = max(newest + 1, self._clock()), os.urandom(KEY)
        put(connection, PEPPERS, [{"id": id, **self._kek.wrap(_context(PEPPERS), id, pepper)}])
        return {id: pepper}


def scrub(engine: Engine) -> bool:
    """Whether what was deleted has left the files: False while a reader still holds an older snapshot.

    `secure_delete` overwrites the pages, but only once the write-ahead log is moved into them and cut are the bytes
    gone. PostgreSQL has no such command: docs/vault.md says what remains there.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()  # Outside any transaction.
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = (cursor.fetchone() or (1,))[0]
        cursor.close()
    finally:
        connection.close()
    return not busy


def _context(table: Table) -> str:
    return "peksos/dek/1" if table is DEKS else "peksos/pepper/1"


def _without_key(connection: Connection, wanted: set[bytes]) -> set[bytes]:
    missing = set(wanted)
    for some in chunks(wanted):
        missing.difference_update(connection.scalars(select(DEKS.c.subject).where(DEKS.c.subject.in_(some))))
    return missing


def _load(connection: Connection, table: Table, name: Column[Any], *keks: Kek) -> dict[Any, bytes]:
    """Every key of the table, unwrapped by whichever of `keks` wrapped it."""
    by_id = {kek.id: kek for kek in keks}
    rows = connection.execute(select(name, table.c.kek_id, table.c.wrapped))
    return {
        named: by_id.get(kek_id, keks[0]).unwrap(_context(table), named, kek_id, wrapped)
        for named, kek_id, wrapped in rows
    }
