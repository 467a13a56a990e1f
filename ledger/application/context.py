"""What every use case needs: the history, the vault, the private keys, the configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.config import Config
from ledger.domain.values import new_id
from ledger.signing.keyring import Keyring
from ledger.store.history import History
from ledger.vault.vault import Vault

NOBODY = UUID(int=0)  # Holds a sealed name of nobody: looking up a number that does not exist does the same work.
NOBODYS = {"name": "-", "nik": "0" * 16, "born": "1970-01-01", "sex": "L"}  # As long as anybody's.
Answer = dict[str, Any]  # JSON of ids, numbers and codes; never personal data
Progress = Callable[[int, int], None]  # done, of how many


def no_progress(_: int, __: int) -> None:
    pass


@dataclass(frozen=True)
class Context:
    config: Config
    history: History
    vault: Vault
    keyring: Keyring

    def new_subjects(self, count: int) -> list[UUID]:
        """Ids with their keys, made before the writer's turn; a crash before it leaves orphans that `settle` sweeps."""
        now = self.history.clock()
        ids = [new_id(now) for _ in range(count)]
        self.vault.prepare(ids)
        return ids
