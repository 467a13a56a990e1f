"""Personal data: sealed beside the history, opened with a name and a purpose, forgotten for good.

Source: docs/vault.md. `connection` is that of the writer's turn in the main database (`writing`), also for reading:
every look is noted there. Keys are asked for each time and never kept.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine

from ledger.database import chunks, writing
from ledger.domain.values import Personal
from ledger.errors import SealedError
from ledger.vault import checks, identities, reads, sealed, settle
from ledger.vault.keys import Keys
from ledger.vault.sealed import Data, Item

IDENTITY = "identity"  # The field that holds the numbers, each under its kind.
NOBODY = UUID(int=0)


class Vault:
    """The one door to personal data.

    Args:
        keys: The key database, never the main one.
        kek: 32 bytes, in neither database.
        origin: The ledger's name.
        clock: ms UTC.

    Raises:
        ConfigError: `kek-malformed`.
    """

    def __init__(self, keys: Engine, kek: bytes, *, origin: str, clock: Callable[[], int]) -> None:
        self._keys, self._origin, self._clock = Keys(keys, kek, clock), origin, clock

    def prepare(self, subjects: Iterable[UUID]) -> None:
        """Make the keys for new subjects, before the main transaction begins."""
        self._keys.prepare(subjects)

    def seal(self, connection: Connection, subject: UUID, field: str, data: Data) -> bytes:
        """The commitment, 32 bytes, for the event. As `seal_many`."""
        return self.seal_many(connection, [(subject, field, data)])[0]

    def seal_many(self, connection: Connection, items: Sequence[Item]) -> list[bytes]:
        """Seal each (subject, field, data) and return the commitments in order; a field is overwritten.

        Raises: SealedError: `keys-missing`: not prepared. InputError: `cbor-malformed`, `input-too-large`.
        """
        deks = self._keys.deks(subject for subject, _, _ in items)
        return sealed.seal(connection, deks, self._origin, items)

    def open(self, connection: Connection, subject: UUID, field: str, *, reader: str, purpose: str) -> Data:
        """Raises: SealedError: `data-erased` (or never sealed), and as `open_many`."""
        found = self.open_many(connection, [subject], field, reader=reader, purpose=purpose)
        if subject not in found:
            raise SealedError("data-erased", subject=str(subject), field=field)
        return found[subject]

    def open_committed(
        self, connection: Connection, subject: UUID, commitment: bytes, *, reader: str, purpose: str
    ) -> Data | None:
        """What an event commits to; None: it is there no more. Raises: as `open_many`."""
        field = sealed.field_of(connection, subject, commitment)
        if field is None:
            return None
        return self.open(connection, subject, field, reader=reader, purpose=purpose)

    def open_many(
        self, connection: Connection, subjects: Iterable[UUID], field: str, *, reader: str, purpose: str
    ) -> dict[UUID, Data]:
        """What each has in this field; the erased are absent, even if a key of theirs is left.

        Raises: SealedError: `read-unexplained`, `keys-missing`, `key-tampered`, `kek-unknown`, `data-tampered`.
        """
        rows = sealed.rows_of(connection, subjects, field)
        reads.note(connection, self._clock(), reader, purpose, rows, field)
        return self._opened(rows, field)

    def open_unseen(
        self, connection: Connection, subjects: Iterable[UUID], field: str, *, purpose: str
    ) -> dict[UUID, Data]:
        """The same for a memory that shows nobody anything: one note for all, under the id of nobody.

        Whoever is shown something afterwards is given it by `open_many`. Raises: as `open_many`.
        """
        rows = sealed.rows_of(connection, subjects, field)
        if rows:
            reads.note(connection, self._clock(), "service", purpose, [NOBODY], field)
        return self._opened(rows, field)

    def note(self, connection: Connection, subjects: Iterable[UUID], field: str, *, reader: str, purpose: str) -> None:
        """A look that opens nothing and still tells who is known. Raises: SealedError: `read-unexplained`."""
        reads.note(connection, self._clock(), reader, purpose, subjects, field)

    def _opened(self, rows: Mapping[UUID, tuple[bytes, bytes]], field: str) -> dict[UUID, Data]:
        deks = self._keys.deks(rows)
        sealed.refuse_missing([subject for subject in rows if subject not in deks])
        return {
            subject: sealed.opened(deks[subject], self._origin, subject, field, *row) for subject, row in rows.items()
        }

    def remove(self, connection: Connection, subject: UUID, field: str) -> None:
        """Clear one field, which no event commits to; what it held is gone from the commit on."""
        sealed.remove(connection, subject, field)

    def remove_committed(self, connection: Connection, subject: UUID, commitment: bytes) -> None:
        """The same of the field that holds this, if any does."""
        field = sealed.field_of(connection, subject, commitment)
        if field is not None:
            sealed.remove(connection, subject, field)

    def holding(self, connection: Connection, subjects: Iterable[UUID], field: str) -> set[UUID]:
        """Those who have something sealed in this field, of which nothing is opened."""
        return sealed.holding(connection, subjects, field)

    def find(self, connection: Connection, kind: str, number: Personal) -> UUID | None:
        """Who has this number of this kind, such as "nik"."""
        return self.find_many(connection, kind, [number]).get(number)

    def find_many(self, connection: Connection, kind: str, numbers: Iterable[Personal]) -> dict[Personal, UUID]:
        """Who has which number; a number that nobody has is absent."""
        return identities.find(connection, self._keys.peppers(), kind, numbers)

    def claim(self, connection: Connection, kind: str, number: Personal, subject: UUID) -> None:
        """As `claim_many`."""
        self.claim_many(connection, kind, {subject: number})

    def claim_many(self, connection: Connection, kind: str, numbers: Mapping[UUID, Personal]) -> None:
        """Give each subject this number and no other of its kind; the same must be sealed in `identity[kind]`.

        Raises: ConflictError: `identity-taken`.
        """
        identities.claim(connection, self._keys.peppers(), kind, numbers)

    def find_checks(self, connection: Connection, codes: Iterable[Personal]) -> dict[Personal, tuple[UUID, UUID]]:
        """Holder and certificate of each check code; a code that nothing has is absent."""
        return checks.find(connection, self._keys.peppers(), codes)

    def claim_checks(self, connection: Connection, codes: Mapping[Personal, tuple[UUID, UUID]]) -> None:
        """Give codes that nothing has to a holder's certificate; the same must be sealed in its content."""
        checks.claim(connection, self._keys.peppers(), codes)

    def forget(self, connection: Connection, subject: UUID) -> None:
        """In the transaction of the erasure event. Unreadable from its commit on; then call `shred`."""
        sealed.forget(connection, [subject])
        identities.release(connection, [subject])
        checks.release(connection, [subject])
        # A crash before the commit leaves the person as they were; after it, the mark: `shred` or `settle` finishes.

    def shred(self, main: Engine) -> int:
        """After the commit of `forget`: destroy the keys; returns how many erasures are finished."""
        return settle.shred(self._keys, main)

    def settle(self, main: Engine, *, known: Iterable[UUID], erased: Collection[UUID]) -> settle.Settled:
        """At start, before anything is served: finish what a crash left.

        Raises: SealedError: `kek-unknown`, `keys-missing`, `pepper-missing`: start must not go on.
        """
        return settle.settle(self._keys, main, known=known, erased=erased, now=self._clock())

    def close(self) -> None:
        """Connections to the key database; a later question opens new ones."""
        self._keys.close()

    def rekey(self, kek: bytes) -> int:
        """Wrap all keys by another one, while nothing else runs; returns how many.

        Raises: ConfigError: `kek-malformed`. SealedError: `kek-unknown`, `key-tampered`; then nothing has changed.
        """
        return self._keys.rekey(kek)

    def rotate_pepper(self, main: Engine) -> int:
        """Make all tags of the index anew, while the ledger serves; returns of how many people.

        Raises: SealedError: `index-broken`, and as `open_many`; then the old pepper stays in use.
        """
        self._keys.add_pepper()
        # A crash here leaves two: numbers are looked up under both, new ones stored under the newest.
        with writing(main) as connection:
            peppers, people = self._keys.peppers(), identities.subjects(connection)
            for some in chunks(people):
                opened = self.open_many(connection, some, IDENTITY, reader="vault", purpose="rotate pepper")
                identities.retag(connection, peppers, opened, some)
            for some in chunks(checks.holders(connection)):
                checks.retag(connection, peppers, self._papers(connection, some), some)
        # A crash here leaves an old one that no tag needs: `settle` drops it.
        self._keys.drop_peppers(peppers.keys() - {max(peppers)})
        self._keys.scrub()
        return len(people)

    def _papers(self, connection: Connection, subjects: Sequence[UUID]) -> dict[tuple[UUID, str], Data]:
        """What the certificates of these holders say."""
        rows = sealed.rows_under(connection, subjects, checks.CONTENT)
        looked = {subject for subject, _ in rows}
        reads.note(connection, self._clock(), "vault", "rotate pepper", looked, checks.CONTENT)
        deks = self._keys.deks(looked)
        sealed.refuse_missing(sorted(looked - deks.keys()))
        return {at: sealed.opened(deks[at[0]], self._origin, *at, *row) for at, row in rows.items()}
