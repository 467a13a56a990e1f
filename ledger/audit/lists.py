"""The published status lists and registered buckets, against what the replayed history says of their moment.

A list covers every event recorded before its second; of the events within it, some may have come after it: a list
agrees with the history if it agrees at one place within that second. A bucket names its place: the size of the log.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Select, Table, select

from ledger.audit.bundle import Bundle
from ledger.audit.findings import Finding, of_file
from ledger.audit.keys import KeyHistory
from ledger.credentials import registered, status_list
from ledger.credentials.listed import listed
from ledger.credentials.published import claimed
from ledger.credentials.standing import of_replaced
from ledger.credentials.status_list import ENTRIES, Status, StatusList
from ledger.database import reading
from ledger.domain.certificates import Certificate
from ledger.domain.lifecycle import step
from ledger.domain.registrants import Registrant
from ledger.domain.values import legal_day, to_days
from ledger.errors import VerificationError
from ledger.events import Record
from ledger.projections.certificates import CERTIFICATES, REPLACED_TABLE, TABLE
from ledger.projections.listings import placed
from ledger.signing.key_records import KeyList

FOLDER = "status/"
BUCKETS = FOLDER + "registered/"
ACTS = (
    Certificate.Suspended | Certificate.Reinstated | Certificate.Revoked | Certificate.Annulled | Certificate.Superseded
)
OF_REPLACED = ("certificate", "registrant", "issued_at", "status", "position")
DIFFERS, UNREADABLE = "list-differs", "list-unverified"


class Act(NamedTuple):
    """What an event made of a certificate; days since 1970-01-01."""

    position: int
    state: str
    since: int | None
    until: int | None


class Paper(NamedTuple):
    """A paper of a certificate and its place in the list; `replaced_at`: position of the event that replaced it."""

    id: bytes  # of the certificate
    holder: bytes
    issued_at: int
    place: int
    replaced_at: int | None = None


@dataclass(eq=False)
class Lists:
    """Follows the acts on certificates, which are few; the certificates themselves stand in the read models."""

    bundle: Bundle
    _acts: dict[bytes, list[Act]] = field(default_factory=lambda: defaultdict(list))
    _erased: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = sorted(path for path in self.bundle.paths if path.startswith(FOLDER))
        self._seconds = sorted({second for one in map(self._second, self.paths) for second in (one, one + 1)})
        self._before: list[int] = []  # Of each of these seconds, how many events were recorded before it.

    def _second(self, path: str) -> int:
        """At which the list says that it was signed; 0: it says nothing of the kind, and will not verify."""
        return claimed(self.bundle.read(path) or b"") or 0

    def follow(self, record: Record) -> None:
        while len(self._before) < len(self._seconds) and record.recorded >= self._seconds[len(self._before)] * 1000:
            self._before.append(record.position)
        event = record.event
        if isinstance(event, ACTS):
            acts = self._acts[record.stream]
            row = CERTIFICATES.fold({"alone": 0}, record)
            state = step(Certificate.LIFECYCLE, acts[-1].state if acts else "active", event.TOPIC)
            acts.append(Act(record.position, state, row["since"], row["until"]))
        elif isinstance(event, Registrant.Erased):
            self._erased[record.stream] = record.position

    def findings(self, models: Engine, keys: KeyHistory, size: int) -> list[Finding]:
        """Each that is not signed, or says of an index or a token what the history of `size` events does not."""
        self._before += [size] * (len(self._seconds) - len(self._before))
        current = keys.at(size)
        if current is None:
            return []
        with reading(models) as connection:
            asked = _Asked(self, connection, keys, current, size)
            found = [asked.of(path) for path in self.paths]
        return [finding for finding in found if finding is not None]

    def before(self, second: int) -> int:
        """How many events were recorded before this second, one of those that a list names or the next."""
        return self._before[bisect_left(self._seconds, second)]

    def at(self, paper: Paper, cut: int, today: int) -> Status:
        """What a list says of a certificate after `cut` events."""
        if paper.issued_at >= cut:
            return Status.INVALID
        acts = [act for act in self._acts.get(paper.id, ()) if act.position < cut]
        last = acts[-1] if acts else Act(0, "active", None, None)
        erased = self._erased.get(paper.holder, cut) < cut
        replaced = paper.replaced_at is not None and paper.replaced_at < cut
        state = of_replaced(last.state) if replaced else last.state
        return listed(state, last.since, last.until, erased=erased, today=today)

    def moments(self, paper: Paper) -> Iterator[int]:
        """After which numbers of events its entry may be another."""
        yield paper.issued_at + 1
        yield from (act.position + 1 for act in self._acts.get(paper.id, ()))
        if paper.replaced_at is not None:
            yield paper.replaced_at + 1
        if paper.holder in self._erased:
            yield self._erased[paper.holder] + 1


@dataclass(frozen=True)
class _Asked:
    """One list after the other, against the history of `size` events, whose last key list is `current`."""

    lists: Lists
    connection: Connection
    keys: KeyHistory
    current: KeyList
    size: int

    def of(self, path: str) -> Finding | None:
        data = self.lists.bundle.read(path) or b""
        try:
            return self._bucket(path, data) if path.startswith(BUCKETS) else self._list(path, data)
        except VerificationError:
            return of_file(UNREADABLE, path)

    def _bucket(self, path: str, data: bytes) -> Finding | None:
        number = _hex(path.removeprefix(BUCKETS))
        found = registered.open_signed(data, key_list=self.current, origin=self._origin, number=number)
        first, last = self.lists.before(found.iat), self.lists.before(found.iat + 1)
        if not first <= found.size <= last:  # Not what was there then, whatever it holds.
            return of_file(DIFFERS, path, min(found.size, self.size))
        within, after = bytes([number]), bytes([number + 1]) if number < 255 else b"\xff" * 33
        issued = {
            token[: registered.SHORT]: at
            for table in (TABLE, REPLACED_TABLE)
            for token, at in self.connection.execute(
                _tokens(table).where(table.c.token >= within, table.c.token < after)
            )
            if at < found.size
        }
        wrong = sorted(issued.keys() ^ set(found.hashes))
        return of_file(DIFFERS, path, issued.get(wrong[0])) if wrong else None

    def _list(self, path: str, data: bytes) -> Finding | None:
        authority, number = self._named(path.removeprefix(FOLDER))
        found = status_list.open_signed(
            data,
            key_list=self.current,
            origin=self._origin,
            authority=authority,
            uri=status_list.uri(self.current.authorities[authority].status_uri, number),
        )
        first, last = self.lists.before(found.iat), self.lists.before(found.iat + 1)
        if found.keys not in (self.keys.named(first), self.keys.named(last)):
            return of_file(DIFFERS, path)
        papers = {one.place: one for one in self._papers(authority, number)}
        wrong = self._wrong(found, papers, first, last)
        if wrong is None:
            return None
        paper = papers.get(wrong)
        return of_file(DIFFERS, path, paper.issued_at if paper and paper.issued_at < last else None)

    def _wrong(self, found: StatusList, papers: dict[int, Paper], first: int, last: int) -> int | None:
        """The first index that differs; None: at one place from `first` to `last` none does."""
        today = to_days(legal_day(found.iat * 1000))
        entries = {place: self.lists.at(paper, first, today) for place, paper in papers.items()}
        wrong = {place for place in range(ENTRIES) if found.at(place) != entries.get(place, Status.INVALID)}
        turns = [(cut, paper) for paper in papers.values() for cut in self.lists.moments(paper) if first < cut <= last]
        for cut, paper in sorted(turns):
            if not wrong:
                break
            same = found.at(paper.place) == self.lists.at(paper, cut, today)
            wrong = wrong - {paper.place} if same else wrong | {paper.place}
        return min(wrong, default=None)

    def _papers(self, authority: str, number: int) -> Iterator[Paper]:
        wanted = select(TABLE.c.id, TABLE.c.registrant, TABLE.c.issued_at, TABLE.c.status)
        for id, holder, issued_at, at in self.connection.execute(wanted.where(TABLE.c.authority == authority)):
            which, place = placed(at)
            if which == number:
                yield Paper(id, holder, issued_at, place)
        old = select(*(REPLACED_TABLE.c[name] for name in OF_REPLACED)).where(REPLACED_TABLE.c.authority == authority)
        for id, holder, issued_at, at, replaced_at in self.connection.execute(old):
            which, place = placed(at)
            if which == number:
                yield Paper(id, holder, issued_at, place, replaced_at)

    def _named(self, address: str) -> tuple[str, int]:
        """Whose list has this address. Raises: VerificationError: `list-other`: nobody's."""
        number = address.rpartition("/")[2]
        if number.isascii() and number.isdecimal() and len(number) < 10:
            for id, authority in sorted(self.current.authorities.items()):
                if status_list.path(authority.status_uri, int(number)) == address:
                    return id, int(number)
        raise VerificationError("list-other", got=address)

    @property
    def _origin(self) -> str:
        return self.lists.bundle.manifest.origin


def _tokens(table: Table) -> Select[bytes, int]:
    return select(table.c.token, table.c.issued_at)


def _hex(name: str) -> int:
    """Raises: VerificationError: no bucket has this name."""
    if len(name) == 2 and all(letter in "0123456789abcdef" for letter in name):
        return int(name, 16)
    raise VerificationError("list-other", got=name)
