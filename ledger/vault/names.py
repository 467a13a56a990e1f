"""Names to search by, in memory only: nothing of it is ever on a disk."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.domain.people import FoldedName, FullName
from ledger.vault.sealed import FIELDS
from ledger.vault.vault import IDENTITY, Vault


class NameCache:
    """Everybody's folded name, as of the last `refresh`."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._names: dict[UUID, tuple[bytes, FoldedName]] = {}  # With the commitment to the identity it is from.

    def refresh(self, connection: Connection) -> None:
        """Learn new and corrected names, drop the erased, whichever process wrote them. In a writer's turn."""
        rows = connection.execute(select(FIELDS.c.subject, FIELDS.c.commitment).where(FIELDS.c.field == IDENTITY))
        current = {UUID(bytes=subject): commitment for subject, commitment in rows}
        kept = {who: known for who, known in self._names.items() if current.get(who) == known[0]}
        anew = self._vault.open_many(
            connection, current.keys() - kept.keys(), IDENTITY, reader="search", purpose="search by name"
        )
        for who, identity in anew.items():
            if isinstance(identity, Mapping) and "name" in identity:
                kept[who] = current[who], FullName(str(identity["name"])).folded()
        self._names = kept

    def search(self, typed: FoldedName) -> list[UUID]:
        """Those of whose name every typed word begins a word, in the order of their ids."""
        words = typed.reveal().split()
        return sorted(who for who, (_, name) in self._names.items() if words and _fits(words, name.reveal().split()))


def _fits(words: list[str], name: list[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)
