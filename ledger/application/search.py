"""Searching people by name, from memory, as the history stands: what is found was never written to a disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.application import scope
from ledger.application.context import Answer, Context
from ledger.application.registrants import NIK, name_in
from ledger.application.scope import ALL, Sight
from ledger.database import chunks, reading, writing
from ledger.domain.people import FullName, NationalId
from ledger.domain.spelling import spellings
from ledger.errors import InputError
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.registrants import TABLE as PEOPLE
from ledger.store import recorder
from ledger.vault.names import Known, NameIndex
from ledger.vault.vault import IDENTITY
from ledger.view import Models

SOME = 500  # People whose names are learnt in one turn: others wait for it no longer than a blink.
PATIENCE = 0.05  # s for which a search waits for names that are being learnt.
SHORTEST, LONGEST = 2, 100  # Characters: of the longest word that is searched for, of everything.
DIGITS = 12  # As many are no name: a number is meant.


@dataclass(frozen=True, slots=True)
class Found:
    """One page of people, by name.

    `after`: the last of them, if there are more. `learning`: a process that has just started does not know all names.
    """

    people: list[Answer]
    after: UUID | None = None
    learning: bool = False


class Search:
    """Each process has its own memory; before every answer it learns what the history has gained."""

    def __init__(self, context: Context) -> None:
        self._context, self._engine = context, context.history.engine
        self._index, self._size = NameIndex(), 0
        self._learning, self._using = Lock(), Lock()

    def warm(self) -> None:
        """Before the first search: learns everybody's name."""
        with self._learning:
            self._learn()

    def sweep(self) -> None:
        """Names that were erased since, by whichever process, leave this memory though nobody searches."""
        if self._size:
            self._caught_up()

    def people(
        self, typed: str, *, reader: str, sight: Sight = ALL, after: UUID | None = None, limit: int = 50
    ) -> Found:
        """Whoever is called so, or has this NIK. Showing a name is a look, and noted.

        Args:
            typed: Never kept, neither here nor in the note.

        Raises: InputError: `search-long`, `search-short`; as `NationalId.parse`, where a number was typed.
        """
        if len(typed) > LONGEST:
            raise InputError("search-long", got=len(typed), maximum=LONGEST)
        if max(map(len, typed.split()), default=0) < SHORTEST:
            raise InputError("search-short", expected=SHORTEST)
        digits = "".join(typed.split())
        if digits.isdecimal() and len(digits) >= DIGITS:
            return self._shown(self._of_number(NationalId.parse(digits), sight), limit, reader)
        learning = not self._caught_up()
        with self._using:
            most = limit + 1 if sight.authority is None else len(self._index)
            ids = self._index.search(FullName(typed).folded(), region=sight.region, after=after, limit=most)
            spellings.cache_clear()
        if sight.authority is not None:
            ids = self._seen(ids, sight, limit + 1)
        return replace(self._shown(ids, limit, reader), learning=learning)

    def _seen(self, ids: Sequence[UUID], sight: Sight, limit: int) -> list[UUID]:
        """The first so many of them whom an authority knows: the memory knows provinces only."""
        found: list[UUID] = []
        with reading(self._engine) as connection:
            for some in chunks(ids, SOME):
                wanted = select(PEOPLE.c.id).where(PEOPLE.c.id.in_([id.bytes for id in some]), scope.registrants(sight))
                known = set(connection.scalars(wanted))
                found += [id for id in some if id.bytes in known]
                if len(found) >= limit:
                    break
        return found[:limit]

    def _shown(self, ids: list[UUID], limit: int, reader: str) -> Found:
        """Names come from the vault and not from memory: an erased person's has no key, whoever erased it."""
        shown = ids[:limit]
        with writing(self._engine) as connection:
            names = self._context.vault.open_many(connection, shown, IDENTITY, reader=reader, purpose="search")
            models = Models(connection, self._context.config.origin)
            models.prefetch(REGISTRANTS, [id.bytes for id in shown])
            rows = {id: models.get(REGISTRANTS, id.bytes) or {} for id in shown}
        people = [
            {"registrant": str(id), "name": name_in(names[id]), "region": rows[id]["region"]}
            for id in shown
            if id in names
        ]
        return Found(people, shown[-1] if len(ids) > limit else None)

    def _of_number(self, nik: NationalId, sight: Sight) -> list[UUID]:
        with reading(self._engine) as connection:
            id = self._context.vault.find(connection, NIK, nik)
            return [id] if id and scope.near(connection, id.bytes, sight) else []

    def _caught_up(self) -> bool:
        """Learns what is new, or leaves it to the thread that is learning more than can be waited for."""
        if not self._learning.acquire(timeout=PATIENCE):
            return False
        try:
            self._learn()
        finally:
            self._learning.release()
        return True

    def _learn(self) -> None:
        """The names of whoever was touched since the place in the history that is known."""
        with reading(self._engine) as connection:
            size = recorder.head(connection)[0]
            rows = _changed(connection, self._size) if size != self._size else []
        for some in chunks(rows, SOME):
            self._put(some)
        if rows:
            spellings.cache_clear()  # Words of people, whoever they were.
        self._size = size

    def _put(self, rows: Sequence[Any]) -> None:
        there = [UUID(bytes=row.id) for row in rows if row.state != "erased"]
        with writing(self._engine) as connection:
            opened = self._context.vault.open_unseen(connection, there, IDENTITY, purpose="search")
        people = {id: _known(opened.get(id), row.region) for row in rows for id in [UUID(bytes=row.id)]}
        with self._using:
            self._index.drop(people)
            self._index.put({id: known for id, known in people.items() if known.names})


def _changed(connection: Connection, since: int) -> Sequence[Any]:
    """Who was touched by events from position `since` on."""
    wanted = select(PEOPLE.c.id, PEOPLE.c.state, PEOPLE.c.region).where(PEOPLE.c.position >= since)
    return connection.execute(wanted).all()


def _known(identity: Any, region: str | None) -> Known:
    """No names: erased, or nothing to call somebody by."""
    named = identity if isinstance(identity, Mapping) else {}
    names = [str(named[field]) for field in ("name", "alias") if named.get(field)]
    return Known(tuple(FullName(name).folded() for name in names), region)
