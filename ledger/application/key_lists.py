"""The key list: new keys, retired and compromised ones; each change is signed by the roots and recorded.

Where the root keys are at hand a change is recorded at once. Elsewhere it goes to the roots as a request, and comes
back.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from ledger.application.bundle import KeyEvent
from ledger.application.context import Answer, Context
from ledger.application.key_changes import (
    AUTHORITY_ROLES,
    SERVICE_ROLES,
    Change,
    compromise,
    refreshment,
    retirement,
    rotation,
)
from ledger.database import Row, reading
from ledger.domain.keys import Keys
from ledger.errors import ConfigError, NotFoundError, VerificationError
from ledger.events import decode, payload_of
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.keys import KEYS
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_list import SignedKeyList
from ledger.signing.key_records import ALGS_OF_CHECKPOINT, Authority, Grant, Key, KeyList, RootSet
from ledger.signing.key_request import Request
from ledger.signing.keyring import Keyring
from ledger.store import recorder
from ledger.store.history import SERVICE, Actor, Turn
from ledger.view import Models

LIST_DAYS = 400
# As long as a request may be accepted (R27: 30 days), the service goes on with the keys that it ends: what they
# sign until then is believed.
REQUEST_DAYS = 31
DAY = 86_400  # s
ALGS = {"checkpoint": ALGS_OF_CHECKPOINT}  # Each note is signed by two keys; everything else by one.


class KeyLists:
    def __init__(self, context: Context) -> None:
        self._context = context

    # Asked ----------------------------------------------------------------------------------------------------

    def current(self) -> KeyList:
        """Raises: NotFoundError: the ledger has not begun."""
        return KeyList.decode(self._published()["list"])

    def published(self) -> bytes:
        """The list in force under the roots' signatures, as CBOR. Source: docs/formats/key-list.md."""
        return cbor.encode(self._published())

    def versions(self) -> dict[int, bytes]:
        """Every list that was ever in force, as `published` has it, by its version."""
        with reading(self._context.history.engine) as connection:
            return {KeyList.decode(event.list).version: encoded(event) for _, event in key_events(connection)}

    def version(self, number: int) -> bytes:
        """Raises: NotFoundError."""
        found = self.versions().get(number)
        if found is None:
            raise NotFoundError("not-found", of="key list", got=number)
        return found

    def minutes(self, number: int) -> Request:
        """A list of the history beside the one before it, as its roots signed it. Raises: NotFoundError."""
        versions = {KeyList.decode(event.list).version: event for event in self._events()}
        if number not in versions:
            raise NotFoundError("not-found", of="key list", got=number)
        event, before = versions[number], versions.get(number - 1)
        previous = None if before is None else SignedKeyList(list=before.list, signed=list(before.signed))
        return Request(self._context.config.origin, event.list, tuple(event.signed), previous)

    def _events(self) -> list[KeyEvent]:
        with reading(self._context.history.engine) as connection:
            return [event for _, event in key_events(connection)]

    def _published(self) -> SignedKeyList:
        with reading(self._context.history.engine) as connection:
            return _published(in_force(self._models(connection)))

    def _models(self, connection: Any) -> Models:
        return Models(connection, self._context.config.origin)

    # Changed --------------------------------------------------------------------------------------------------

    def rotate(self, role: str, authority: str | None = None) -> Answer:
        return self.record(rotation(role, authority))

    def retire(self, kid: bytes) -> Answer:
        return self.record(retirement(kid))

    def compromise(self, kid: bytes, index: int) -> Answer:
        return self.record(compromise(kid, index))

    def refresh(self) -> Answer:
        return self.record(refreshment())

    def record(self, change: Change) -> Answer:
        """At once, by the root keys of this machine. Raises: ConfigError: `root-keys-elsewhere`.

        Signed by the event key of the list before: a new event key signs from the next event on.
        """
        with self._context.history.writing() as turn:
            old = KeyList.decode(in_force(turn.models())["list"])
            root_keys(self._context, old.roots)  # Asked before a key is made that no list would name.
            now = turn.now // 1000
            new = self._next(turn.models(), old, change(old, now), now)
            return _recorded(turn, new, signed(self._context, new))

    def request(self, change: Change) -> Request:
        """The same list for roots that are elsewhere; the new keys wait here until it is accepted.

        A crash leaves, and a request that nobody accepts is, files of keys that no list names.
        """
        with reading(self._context.history.engine) as connection:
            models = self._models(connection)
            published = _published(in_force(models))
            old = KeyList.decode(published["list"])
            now = max(self._context.history.clock(), recorder.head(connection)[1]) // 1000
            new = self._next(models, old, change(old, now + REQUEST_DAYS * DAY), now)
        return Request(self._context.config.origin, new.encode(), previous=published)

    def accept(self, data: bytes, actor: Actor = SERVICE) -> Answer:
        """Records a request that enough roots have signed: they decide, whoever hands it in.

        Raises:
            VerificationError: `key-request-other`: of another ledger; `key-list-rollback`: another list was recorded
                since; `key-list-unsigned`, `signature-wrong`, and as `key_list.admit`.
            ConfigError: `key-file-missing`: its keys were not made here.
            RuleError: `key-list-authorities`, `key-list-time`: the history has gone on.
        """
        request = Request.decode(data)
        with self._context.history.writing(actor) as turn:
            old = KeyList.decode(in_force(turn.models())["list"])
            new, body = admitted(self._context, request, old)
            return _recorded(turn, new, body)

    def _next(self, models: Models, old: KeyList, changed: KeyList, now: int) -> KeyList:
        """As changed, with what the history says of authorities, and a key for every role that has none."""
        authorities = folded(models)
        wanted = [slot for role in SERVICE_ROLES for slot in slots(role)]
        wanted += [slot for id in sorted(authorities) for role in AUTHORITY_ROLES for slot in slots(role, id)]
        held = {(k.role, k.authority, k.alg) for k in changed.keys if k.state == "active"}
        # Without an event key nothing could be written any more.
        made = [new_key(self._context.keyring, *slot, now) for slot in wanted if slot not in held]
        end = now + LIST_DAYS * DAY
        return KeyList(old.version + 1, now, end, changed.roots, authorities, (*changed.keys, *made))


def key_events(connection: Connection) -> Iterator[tuple[int, KeyEvent]]:
    """Every key event with its position, in order."""
    for id in connection.execute(select(KEYS.table.c.id)).scalars():
        for entry in recorder.stream(connection, UUID(bytes=id)):
            record = decode(payload_of(entry))
            if isinstance(record.event, KeyEvent):
                yield record.position, record.event


def encoded(event: KeyEvent) -> bytes:
    """As it is published. Source: docs/formats/key-list.md."""
    return cbor.encode({"list": event.list, "signed": list(event.signed)})


def signed(context: Context, keys: KeyList) -> dict[str, Any]:
    """The body of a key event. Raises: ConfigError: as `root_keys`."""
    return _body(key_list.publish(keys, root_keys(context, keys.roots), context.config.origin))


def admitted(context: Context, request: Request, old: KeyList | None) -> tuple[KeyList, dict[str, Any]]:
    """The list of a request that came back, and the body of its event. Raises: as `KeyLists.accept`."""
    origin = context.config.origin
    if request.origin != origin:
        raise VerificationError("key-request-other", got=request.origin, expected=origin)
    anchor = context.config.root or None
    new = key_list.admit(request.published(), origin=origin, previous=old, anchor_fingerprint=anchor)
    context.keyring.require(new)
    return new, _body(request.published())


def root_keys(context: Context, roots: RootSet) -> list[cose.PrivateKey]:
    """Raises: ConfigError: `root-keys-elsewhere`: not enough of them are here, as in production they should not be."""
    here = context.keyring.roots(roots.keys)
    plain = sum(isinstance(key, Ed25519PrivateKey) for key in here)
    for alg, needed in key_list.quorum(roots).items():
        got = plain if alg == public_key.ALG_ED25519 else len(here) - plain
        if got < needed:
            raise ConfigError("root-keys-elsewhere", got=got, expected=needed)
    return here


Slot = tuple[str, str | None, int]  # role, authority, algorithm: one active key each


def slots(role: str, authority: str | None = None) -> list[Slot]:
    return [(role, authority, alg) for alg in ALGS.get(role, (public_key.ALG_ED25519,))]


def new_key(keyring: Keyring, role: str, authority: str | None, alg: int, now: int) -> Key:
    public = keyring.create(role, authority, alg)
    return Key(public_key.kid_of(public, alg), public, alg, role, authority, now)


def service_keys(keyring: Keyring, now: int) -> tuple[Key, ...]:
    """The service's own, for a first list: files of this machine, mode 0600. `now` in s UTC."""
    return tuple(new_key(keyring, *slot, now) for role in SERVICE_ROLES for slot in slots(role))


def folded(models: Models) -> dict[str, Authority]:
    """What the history says of the authorities that have a grant."""
    return {
        row["authority"]: Authority(
            row["authority"],
            row["status_uri"],
            tuple(Grant(g["name"], g["scope"], tuple(g["schemes"]), g["begins"], g["ends"]) for g in grants(row)),
        )
        for row in models.every(AUTHORITIES)
        if grants(row)
    }


def in_force(models: Models) -> Row:
    """Raises: NotFoundError: the ledger has not begun."""
    rows = models.every(KEYS)
    if not rows:
        raise NotFoundError("not-found", of="key list", got="")
    return rows[0]


def _published(row: Row) -> SignedKeyList:
    return {"list": row["list"], "signed": [bytes.fromhex(one) for one in json.loads(row["signed"])]}


def _body(published: SignedKeyList) -> dict[str, Any]:
    return {"list": published["list"], "signed": tuple(published["signed"])}


def _recorded(turn: Turn, new: KeyList, body: dict[str, Any]) -> Answer:
    event = turn.get(Keys, UUID(bytes=in_force(turn.models())["id"]))
    event.record(Keys.Changed, **body)
    turn.save(event)
    return turn.reply(version=new.version, keys=[key.kid.hex() for key in new.keys if key.state == "active"])
