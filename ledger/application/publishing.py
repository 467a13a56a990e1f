"""Lists, buckets and documents, signed anew when something changed, and served as they are stored.

Source: docs/publishing.md. Each round runs in the writer's turn: what it publishes covers every event recorded before
its second, whichever process or host did it.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from sqlalchemy import Connection

from ledger.application.checkpoints import key_list_at
from ledger.application.context import Context
from ledger.credentials import document, registered, status_list
from ledger.credentials.document import Document
from ledger.credentials.listed import listed
from ledger.credentials.registered import Bucket
from ledger.credentials.status_list import Status, StatusList
from ledger.database import reading, writing
from ledger.domain.values import legal_day, to_days
from ledger.errors import NotFoundError
from ledger.projections import listings
from ledger.store import published, recorder
from ledger.store.published import AHEAD_SECONDS, ROUND, Made

REFRESH_SECONDS = 15 * 60  # Even when nothing changed: a reader sees how old an answer is.
LATE_SECONDS = 2 * REFRESH_SECONDS  # From then on readers are told that it was not refreshed.
BUCKETS = range(256)
Address = tuple[str, int]  # authority, number of its list


class Publishing:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._engine = context.history.engine

    def keep(self) -> int:
        """One round; how many lists and buckets were signed anew. A crash before its commit leaves the former ones.

        Raises: ConfigError: `key-file-missing`: the key that signs them is not here.
        """
        if not self._due():
            return 0
        with writing(self._engine) as connection:
            return _Round(self._context, connection).publish()

    def _due(self) -> bool:
        """Whether there is anything to do; asked without the writer's turn."""
        with reading(self._engine) as connection:
            size, recorded = recorder.head(connection)
            last = published.last_round(connection)
            now = max(self._context.history.clock(), recorded)
            if last is None or size == 0:
                return size > 0
            if last.iat > now // 1000 + AHEAD_SECONDS:
                return True  # Of a wrong clock: readers keep what they have unless something newer comes.
            late = (published.oldest(connection) or 0) + REFRESH_SECONDS <= now // 1000
            return late or size > last.size or legal_day(now) != legal_day(last.iat * 1000)

    def covers(self, second: int) -> bool:
        """Whether what is published says of everything that was recorded up to this second, UTC, where it stands."""
        with reading(self._engine) as connection:
            last = published.last_round(connection)
        return last is not None and last.iat > second

    def age(self) -> int | None:
        """Seconds between now and the time of the oldest list, also one that is still to come; None: there is none."""
        with reading(self._engine) as connection:
            oldest = published.oldest(connection)
        return None if oldest is None else abs(self._context.history.clock() // 1000 - oldest)

    def current(self) -> bool:
        """Whether it covers every event that was recorded."""
        with reading(self._engine) as connection:
            last, size = published.last_round(connection), recorder.head(connection)[0]
        return last is not None and last.size == size

    def list(self, path: str) -> bytes:
        """A status list or bucket by its address. Raises: NotFoundError."""
        with reading(self._engine) as connection:
            found = published.body(connection, path)
        if found is None:
            raise NotFoundError("not-found", of="list", got="")
        return found

    def document(self, token: bytes) -> bytes:
        """`token`: SHA-256 of the code's bytes. Raises: NotFoundError: nothing was printed of it."""
        with reading(self._engine) as connection:
            found = published.document(connection, token)
        if found is None:
            raise NotFoundError("not-found", of="document", got="")
        return found


@dataclass
class _Round:
    """One writer's turn: what is no longer true, or a quarter of an hour old, is signed anew."""

    context: Context
    connection: Connection

    def __post_init__(self) -> None:
        self.events, recorded = recorder.head(self.connection)
        self.former = published.made(self.connection)
        self.last = self.former.pop(ROUND, None)
        clock = self.context.history.clock()
        now = max(clock, recorded)
        self.iat, self.today = now // 1000, legal_day(now)
        if self.last is not None and clock // 1000 < self.last.iat:  # Set back, or behind that of another host.
            self.iat = max(self.iat, self.last.iat + 1)  # What was recorded since does not wait for it.
        self.keys = key_list_at(self.connection)

    def publish(self) -> int:
        if self.last is not None and self.iat <= self.last.iat:
            return 0  # Of this second there is a list already; the next round comes soon.
        wanted = self._addresses()
        due = {path for path in (*wanted, *map(registered.path, BUCKETS)) if self._is_due(path)}
        bodies = self._lists({path: one for path, one in wanted.items() if path in due})
        bodies |= self._buckets([number for number in BUCKETS if registered.path(number) in due])
        documents = self._documents()
        published.put_documents(self.connection, documents)
        published.replace(self.connection, bodies, Made(self.iat, self._before()))
        known = {*wanted, *map(registered.path, BUCKETS)}
        published.forget(self.connection, [path for path in self.former if path not in known])
        return len(bodies) + len(documents)

    def _before(self) -> int:
        """Events recorded before this second: of those within it, some may come after this turn."""
        return recorder.reached(self.connection, lambda _, recorded: recorded < self.iat * 1000)

    def _addresses(self) -> dict[str, Address]:
        """Of each authority that can sign lists: 0 and up to the last that its certificates use, by path."""
        able = {key.authority for key in self.keys.keys if key.role == "status" and key.state == "active"}
        found: dict[str, Address] = {}
        for id, authority in sorted(self.keys.authorities.items()):
            if id not in able:
                continue
            for number in range(self._used[id] + 1):
                found.setdefault(status_list.path(authority.status_uri, number), (id, number))
        return found

    @cached_property
    def _used(self) -> dict[str, int]:
        """The last list of each authority: as published before, or of a certificate issued since."""
        used: dict[str, int] = defaultdict(int)
        for id, authority in self.keys.authorities.items():
            while status_list.path(authority.status_uri, used[id] + 1) in self.former:
                used[id] += 1
        for one in self._touched:
            used[one.authority] = max(used[one.authority], one.number)
        return used

    @cached_property
    def _touched(self) -> list[listings.Touched]:
        """Since the last round, and in its second; when an authority has a new address, ever."""
        return list(listings.touched(self.connection, 0 if self._everything else self._since))

    @property
    def _since(self) -> int:
        return self.last.size if self.last else 0

    @cached_property
    def _everything(self) -> bool:
        """Another key list: each status list names it, and other keys may have to sign."""
        return self.last is None or listings.keys_since(self.connection) >= self.last.size

    @cached_property
    def _changed(self) -> set[str]:
        paths = {registered.path(registered.number_of(one.token)) for one in self._touched if one.token is not None}
        for one in self._touched:
            authority = self.keys.authorities.get(one.authority)
            if authority is not None:
                paths.add(status_list.path(authority.status_uri, one.number))
        return paths

    def _is_due(self, path: str) -> bool:
        made = self.former.get(path)
        if made is None or self._everything or path in self._changed:
            return True
        another_day = legal_day(made.iat * 1000) != self.today and not path.startswith("registered/")
        return another_day or made.iat + REFRESH_SECONDS <= self.iat

    def _lists(self, wanted: dict[str, Address]) -> dict[str, bytes]:
        held = {
            address: dict.fromkeys(listings.places(self.connection, *address), Status.VALID)
            for address in wanted.values()
        }
        today = to_days(self.today)
        for one in listings.exceptions(self.connection) if wanted else ():
            if (entries := held.get((one.authority, one.number))) is not None:
                entries[one.place] = listed(one.state, one.since, one.until, erased=one.erased, today=today)
        digest = sha256(self.keys.encode()).digest()
        return {path: self._list(*address, digest, held[address]) for path, address in wanted.items()}

    def _list(self, authority: str, number: int, keys: bytes, held: dict[int, Status]) -> bytes:
        made = StatusList(
            uri=status_list.uri(self.keys.authorities[authority].status_uri, number),
            iat=self.iat,
            exp=self.iat + status_list.LIFE_SECONDS,
            ttl=status_list.TTL_SECONDS,
            keys=(self.keys.version, keys),
            packed=status_list.pack(held.items()),
        )
        keyring, kind = self.context.keyring, status_list.TYP
        signer = keyring.signer(self.keys, "status", authority, context=status_list.CONTEXT, typ=kind)
        return status_list.publish(made, signer)

    def _documents(self) -> dict[bytes, bytes]:
        """Of what was printed since. They have no end, so all are signed anew once a key that may have signed them is
        compromised."""
        stolen = any(key.role == "receipt" and key.state == "compromised" for key in self.keys.keys)
        printed = listings.printed(self.connection, 0 if stolen and self._everything else self._since)
        if not printed:
            return {}
        signer = self.context.keyring.signer(self.keys, "receipt", None, context=document.CONTEXT, typ=None)
        return {
            token: document.publish(Document(token=token, iat=self.iat, sheets=document.in_order(sheets)), signer)
            for token, sheets in printed.items()
        }

    def _buckets(self, numbers: list[int]) -> dict[str, bytes]:
        tokens: dict[int, list[bytes]] = {number: [] for number in numbers}
        for token in listings.tokens(self.connection) if numbers else ():
            if (number := registered.number_of(token)) in tokens:
                tokens[number].append(token)
        signer = self.context.keyring.signer(self.keys, "receipt", None, context=registered.CONTEXT, typ=None)
        return {
            registered.path(number): registered.publish(
                Bucket(
                    number=number,
                    iat=self.iat,
                    exp=self.iat + registered.LIFE_SECONDS,
                    size=self.events,
                    hashes=registered.shorten(found),
                ),
                signer,
            )
            for number, found in tokens.items()
        }
