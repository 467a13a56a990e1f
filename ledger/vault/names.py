"""Names to search by, in memory only: nothing of it is ever on a disk or in a backup."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import nsmallest
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from ledger.domain.people import FoldedName
from ledger.domain.spelling import spellings, words

ID = 32  # Hexadecimal digits at the end of an entry.
LAST = "\U0010ffff"  # After every letter of a name.
FEW = 100  # People who are put into their places one by one; more are sorted in.
MOST = 6  # Different words that are searched for; a name that has more is found by these.


class Known(NamedTuple):
    """`names`: that of the papers, then others by which the person is known."""

    names: tuple[FoldedName, ...]
    region: str | None


@dataclass(eq=False)
class NameIndex:
    """One sorted list of "form id", so that what begins alike lies together. Not safe for two threads at once."""

    _people: dict[str, Known] = field(default_factory=dict)
    _places: dict[str, tuple[str, str]] = field(default_factory=dict)  # In which order people are shown.
    _entries: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._people)

    def put(self, people: Mapping[UUID, Known]) -> None:
        """New people, and those who are called otherwise now."""
        self.drop(people)
        for who, known in people.items():
            self._people[who.hex], self._places[who.hex] = known, (known.names[0].reveal(), who.hex)
        fresh = [entry for who, known in people.items() for entry in _entries(who.hex, known)]
        if len(people) <= FEW:
            for entry in fresh:
                insort(self._entries, entry)
        else:
            self._entries.extend(fresh)
            self._entries.sort()

    def drop(self, people: Iterable[UUID]) -> None:
        """Whoever of them is known is forgotten."""
        gone = {who.hex: self._people.pop(who.hex) for who in people if who.hex in self._people}
        for who in gone:
            del self._places[who]
        if len(gone) > FEW:
            self._entries = [entry for entry in self._entries if entry[-ID:] not in gone]
            return
        for who, known in gone.items():
            for entry in _entries(who, known):
                del self._entries[bisect_left(self._entries, entry)]

    def search(
        self, typed: FoldedName, *, region: str | None = None, after: UUID | None = None, limit: int = 50
    ) -> list[UUID]:
        """Those of whose name every typed word begins a word, by name; `region`: only of this province.

        Args:
            after: The last one that was shown; from the beginning if nobody knows that person any more.
        """
        asked = list(dict.fromkeys(words(typed.reveal())))[:MOST]
        begins = cache(self._beginning)  # Of this search only.
        found = set[str]().union(*(self._fitting(one, begins) for one in _readings(asked))) if asked else set()
        if region is not None:
            found = {who for who in found if (self._people[who].region or "").startswith(region)}
        places: Iterable[tuple[str, str]] = map(self._places.__getitem__, found)
        last = self._places.get(after.hex) if after is not None else None
        if last is not None:
            places = filter(last.__lt__, places)
        return [UUID(hex=who) for _, who in nsmallest(limit, places)]

    def _fitting(self, asked: Sequence[str], begins: Callable[[str], set[str]]) -> set[str]:
        """Who has, for each of these words, one that begins so; the rarest word first, the others among its few."""
        first, *others = sorted(asked, key=lambda word: sum(stop - start for start, stop in self._spans(word)))
        found = begins(first)
        for word in others:
            few = len(found) <= FEW
            found = {who for who in found if self._begins(who, word)} if few else found & begins(word)
        return found

    def _begins(self, who: str, word: str) -> bool:
        forms = spellings(word)
        return any(entry.startswith(forms) for entry in _entries(who, self._people[who]))

    def _beginning(self, word: str) -> set[str]:
        return {entry[-ID:] for start, stop in self._spans(word) for entry in self._entries[start:stop]}

    def _spans(self, word: str) -> list[tuple[int, int]]:
        """Where the entries lie that begin so."""
        entries = self._entries
        return [(bisect_left(entries, form), bisect_left(entries, form + LAST)) for form in spellings(word)]


def _entries(who: str, known: Known) -> set[str]:
    """One for each form of each word, and of each two that are also written as one (Nur Aini, Nuraini)."""
    forms = set[str]()
    for name in known.names:
        spelt = words(name.reveal())
        for word in (*spelt, *map("".join, pairwise(spelt))):
            forms.update(spellings(word))
    return {f"{form} {who}" for form in forms}


def _readings(asked: Sequence[str]) -> Iterator[list[str]]:
    """As typed, and with each two neighbours as one word."""
    yield list(asked)
    for n in range(len(asked) - 1):
        yield [*asked[:n], asked[n] + asked[n + 1], *asked[n + 2 :]]
