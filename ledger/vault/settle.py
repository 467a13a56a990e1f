"""Finishing what a crash left: erasures, keys that nobody knows, peppers that no tag needs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, select

from ledger.database import chunks, reading, writing
from ledger.vault import checks, identities, sealed
from ledger.vault.checks import CHECKS
from ledger.vault.identities import INDEX
from ledger.vault.keys import Keys, scrub
from ledger.vault.sealed import FIELDS, PENDING

ORPHAN = 3_600_000  # ms. A younger key may belong to a command that has not committed yet.


@dataclass(frozen=True, slots=True)
class Settled:
    shredded: int  # Erasures finished.
    swept: int  # Keys of people who were never registered.


def shred(keys: Keys, main: Engine) -> int:
    """Destroy the keys of everybody whom the main database has forgotten; returns how many are finished.

    0 although some are pending: a long read still holds an older snapshot; the next call finishes.
    """
    with reading(main) as connection:
        pending = [UUID(bytes=one) for one in connection.scalars(select(PENDING.c.subject))]
    if not pending:
        return 0
    keys.destroy(pending)
    # A crash here leaves the marks, and old bytes in a write-ahead log: all of this is done again.
    if not (keys.scrub() and scrub(main)):
        return 0
    # A crash here leaves the marks only: destroying again finds nothing.
    with writing(main) as connection:
        for some in chunks(subject.bytes for subject in pending):
            connection.execute(delete(PENDING).where(PENDING.c.subject.in_(some)))
    return len(pending)


def settle(keys: Keys, main: Engine, *, known: Iterable[UUID], erased: Collection[UUID], now: int) -> Settled:
    """At start, before anything is served; safe to run at any time, by several processes.

    Args:
        known: Every subject that the history names: people, and streams whose free text is sealed.
        erased: Those of them whom the history says are erased.
        now: ms UTC.

    Raises:
        SealedError: `kek-unknown`, `keys-missing`, `pepper-missing`: what is here is not the key database of this
            history; no key has been swept.
    """
    keys.refuse_foreign()
    with writing(main) as connection:
        _forget_again(connection, keys, erased)
    shredded = shred(keys, main)
    created, wanted = keys.created(), set(known)
    sealed.refuse_missing(sorted(wanted.difference(created, erased)))
    with writing(main) as connection:  # Alone: no claim is under way with an older pepper.
        _drop_unused_peppers(connection, keys)
    swept = _sweep(keys, main, {one for one, ms in created.items() if ms < now - ORPHAN}, wanted)
    return Settled(shredded, swept)


def _forget_again(connection: Connection, keys: Keys, erased: Collection[UUID]) -> None:
    """A backup brings back keys, sealed rows and tags of people whom the history has erased since."""
    back = _in_main(connection, erased).union(keys.created().keys() & set(erased))
    sealed.forget(connection, back)
    identities.release(connection, back)
    checks.release(connection, back)


def _sweep(keys: Keys, main: Engine, old: set[UUID], known: set[UUID]) -> int:
    """An empty history beside old keys is a mistake of whoever restored it, not a reason to destroy them."""
    if not known:
        return 0
    with reading(main) as connection:
        unknown = old - known
        orphans = unknown - _in_main(connection, unknown)
    if orphans:
        keys.destroy(orphans)
    # A crash here leaves the rest to the next start.
    return len(orphans)


def _in_main(connection: Connection, subjects: Iterable[UUID]) -> set[UUID]:
    """Those of whom the main database still holds sealed data or a tag."""
    found: set[bytes] = set()
    for some in chunks(subject.bytes for subject in subjects):
        for table in (FIELDS, INDEX, CHECKS):
            found.update(connection.scalars(select(table.c.subject).where(table.c.subject.in_(some))))
    return {UUID(bytes=one) for one in found}


def _drop_unused_peppers(connection: Connection, keys: Keys) -> None:
    """A rotation that a crash cut short leaves one that no tag was made with, or none any more."""
    peppers, used = keys.peppers(), identities.in_use(connection) | checks.in_use(connection)
    identities.refuse_unknown(peppers, used)
    unused = peppers.keys() - used - {max(peppers)}
    if unused:
        keys.drop_peppers(unused)
