"""What may be changed in a key list: each change says which keys and roots the next list has."""

from collections.abc import Callable
from dataclasses import replace

from ledger.errors import InputError, NotFoundError
from ledger.signing.key_records import ROLES_OF_AUTHORITY, Key, KeyList, RootSet

SERVICE_ROLES = ("event", "checkpoint", "receipt")
AUTHORITY_ROLES = ROLES_OF_AUTHORITY
# The list in force, and until when an ended key's signatures still count (s UTC) -> the keys and roots of the next.
# Where a role is left without an active key, whoever makes the list makes one.
Change = Callable[[KeyList, int], KeyList]


def rotation(role: str, authority: str | None = None) -> Change:
    """A new key for a role; the earlier one is retired: it still verifies what it signed.

    Raises: InputError: `key-role-unknown`; then NotFoundError: an authority without a grant.
    """
    if role not in (AUTHORITY_ROLES if authority else SERVICE_ROLES):
        raise InputError("key-role-unknown", got=role, expected=", ".join(SERVICE_ROLES + AUTHORITY_ROLES))

    def change(old: KeyList, until: int) -> KeyList:
        if authority is not None and authority not in old.authorities:
            raise NotFoundError("not-found", of="authority", got=authority)
        held = (role, authority, "active")
        return _keys(old, lambda k: _retired(k, until) if (k.role, k.authority, k.state) == held else k)

    return change


def retirement(kid: bytes) -> Change:
    """The last active key of its role is replaced in the same list. Raises, once asked: NotFoundError."""
    return lambda old, until: _keys(known(old, kid), lambda k: _retired(k, until) if k.kid == kid else k)


def compromise(kid: bytes, index: int) -> Change:
    """From `index` on, the size of the last checkpoint believed honest, what the key signed is not believed.

    The last active key of its role is replaced in the same list. Raises, once asked: NotFoundError.
    """

    def mark(key: Key) -> Key:
        return replace(key, state="compromised", compromised_index=index) if key.kid == kid else key

    return lambda old, _: _keys(known(old, kid), mark)


def refreshment() -> Change:
    """A newer list: after a change of authorities, whose missing keys it makes, or before the list ends."""
    return lambda old, _: old


def succession(roots: RootSet) -> Change:
    """Another root set; both the former and this one must sign."""
    return lambda old, _: replace(old, roots=roots)


def known(keys: KeyList, kid: bytes) -> KeyList:
    """The list, which has this key. Raises: NotFoundError."""
    if not any(key.kid == kid for key in keys.keys):
        raise NotFoundError("not-found", of="key", got=kid.hex())
    return keys


def _keys(old: KeyList, change: Callable[[Key], Key]) -> KeyList:
    return replace(old, keys=tuple(change(key) for key in old.keys))


def _retired(key: Key, until: int) -> Key:
    """A key that has ended ends no later."""
    end = until if key.ends is None else min(until, key.ends)
    return replace(key, state="retired", ends=max(end, key.begins + 1))
