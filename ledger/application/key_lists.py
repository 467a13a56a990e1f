"""The key list: new keys, retired and compromised ones; each change is signed by the roots and recorded."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.context import Answer, Context
from ledger.database import reading
from ledger.domain.keys import Keys
from ledger.errors import ConfigError, InputError, NotFoundError
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.keys import KEYS
from ledger.signing import cbor, key_list, public_key
from ledger.signing.key_records import ALGS_OF_CHECKPOINT, Authority, Grant, Key, KeyList, RootSet
from ledger.signing.keyring import Keyring
from ledger.view import Models

Change = Callable[[tuple[Key, ...], int], list[Key]]  # keys, now in s UTC -> keys
LIST_DAYS = 400
SERVICE_ROLES = ("event", "checkpoint", "receipt")
AUTHORITY_ROLES = ("certificate", "status")
ALGS = {"checkpoint": ALGS_OF_CHECKPOINT}  # Each note is signed by two keys; everything else by one.


class KeyLists:
    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> KeyList:
        """Raises: NotFoundError: the ledger has not begun."""
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(KEYS)
        if not rows:
            raise NotFoundError("not-found", of="key list", got="")
        return KeyList.decode(rows[0]["list"])

    def published(self) -> bytes:
        """The list in force under the roots' signatures, as CBOR. Source: docs/formats/key-list.md."""
        with reading(self._context.history.engine) as connection:
            rows = Models(connection, self._context.config.origin).every(KEYS)
        if not rows:
            raise NotFoundError("not-found", of="key list", got="")
        signed = [bytes.fromhex(one) for one in json.loads(rows[0]["signed"])]
        return cbor.encode({"list": rows[0]["list"], "signed": signed})

    def rotate(self, role: str, authority: str | None = None) -> Answer:
        """A new key for a role; the earlier one is retired: it still verifies what it signed."""
        if role not in (AUTHORITY_ROLES if authority else SERVICE_ROLES):
            raise InputError("key-role-unknown", got=role, expected=", ".join(SERVICE_ROLES + AUTHORITY_ROLES))

        def change(keys: tuple[Key, ...], now: int) -> list[Key]:
            held = (role, authority, "active")
            earlier = [_retired(k, now) if (k.role, k.authority, k.state) == held else k for k in keys]
            return [*earlier, *(new_key(self._context.keyring, *slot, now) for slot in slots(role, authority))]

        return self._change(change)

    def retire(self, kid: bytes) -> Answer:
        """The last active key of its role is replaced in the same list."""
        return self._change(lambda keys, now: [_retired(k, now) if k.kid == kid else k for k in self._known(keys, kid)])

    def compromise(self, kid: bytes, index: int) -> Answer:
        """From `index` on, the size of the last checkpoint believed honest, what the key signed is not believed.

        The last active key of its role is replaced in the same list.
        """
        marks = {"state": "compromised", "compromised_index": index}
        return self._change(
            lambda keys, _: [replace(k, **marks) if k.kid == kid else k for k in self._known(keys, kid)]  # type: ignore[arg-type]
        )

    def refresh(self) -> Answer:
        """A newer list: after a change of authorities, whose missing keys it makes, or before the list ends."""
        return self._change(lambda keys, _: list(keys))

    def _known(self, keys: tuple[Key, ...], kid: bytes) -> tuple[Key, ...]:
        if not any(k.kid == kid for k in keys):
            raise NotFoundError("not-found", of="key", got=kid.hex())
        return keys

    def _change(self, change: Change) -> Answer:
        """Signed by the event key of the list before: a new event key signs from the next event on."""
        with self._context.history.writing() as turn:
            row = turn.models().every(KEYS)[0]
            old = KeyList.decode(row["list"])
            root_keys(self._context, old.roots)  # Asked before a key is made that no list would name.
            now = turn.now // 1000
            authorities = folded(turn.models())
            keys = change(old.keys, now)
            wanted = [slot for role in SERVICE_ROLES for slot in slots(role)]
            wanted += [slot for id in sorted(authorities) for role in AUTHORITY_ROLES for slot in slots(role, id)]
            held = {(k.role, k.authority, k.alg) for k in keys if k.state == "active"}
            # Without an event key nothing could be written any more.
            keys += [new_key(self._context.keyring, *slot, now) for slot in wanted if slot not in held]
            new = KeyList(old.version + 1, now, now + LIST_DAYS * 86_400, old.roots, authorities, tuple(keys))
            event = turn.get(Keys, UUID(bytes=row["id"]))
            event.record(Keys.Changed, **signed(self._context, new))
            turn.save(event)
            return turn.reply(version=new.version, keys=[k.kid.hex() for k in new.keys if k.state == "active"])


def signed(context: Context, keys: KeyList) -> dict[str, Any]:
    """The body of a key event. Raises: ConfigError: as `root_keys`."""
    body = key_list.publish(keys, root_keys(context, keys.roots), context.config.origin)
    return {"list": body["list"], "signed": tuple(body["signed"])}


def root_keys(context: Context, roots: RootSet) -> list[Ed25519PrivateKey]:
    """Raises: ConfigError: the root keys are not here, as in production they should not be."""
    here = context.keyring.roots([root.public for root in roots.keys])
    if len(here) < roots.threshold:
        raise ConfigError("root-keys-elsewhere", got=len(here), expected=roots.threshold)
    return here


Slot = tuple[str, str | None, int]  # role, authority, algorithm: one active key each


def slots(role: str, authority: str | None = None) -> list[Slot]:
    return [(role, authority, alg) for alg in ALGS.get(role, (public_key.ALG_ED25519,))]


def new_key(keyring: Keyring, role: str, authority: str | None, alg: int, now: int) -> Key:
    public = keyring.create(role, authority, alg)
    return Key(public_key.kid_of(public, alg), public, alg, role, authority, now)


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


def _retired(key: Key, now: int) -> Key:
    return replace(key, state="retired", ends=max(now, key.begins + 1))
