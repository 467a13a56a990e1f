"""A vault over two empty databases, and a clock that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import Engine

from ledger.database import KEYS, SEALED, open_database, writing
from ledger.domain.values import Personal, new_id
from ledger.vault.vault import Vault

KEK = bytes(range(32))
ORIGIN = "ledger.contoh.invalid"


@dataclass
class Clock:
    now: int = 1_581_912_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Place:
    """Both databases, and how the same vault is opened again after a crash."""

    main: Engine
    keys: Engine
    clock: Clock = field(default_factory=Clock)

    def vault(self, kek: bytes = KEK) -> Vault:
        return Vault(self.keys, kek, origin=ORIGIN, clock=self.clock)

    def register(self, name: str, nik: str) -> UUID:
        """Somebody with a key, a sealed identity and a claimed number."""
        vault, subject = self.vault(), new_id(self.clock.now)
        vault.prepare([subject])
        with writing(self.main) as connection:
            vault.seal(connection, subject, "identity", {"name": name, "nik": nik})
            vault.claim(connection, "nik", Personal(nik), subject)
        return subject


@pytest.fixture
def place(database: tuple[str, str]) -> Iterator[Place]:
    main, keys = (open_database(url) for url in database)
    SEALED.create_all(main)
    KEYS.create_all(keys)
    yield Place(main, keys)
    main.dispose()
    keys.dispose()


@pytest.fixture
def other_keys(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Engine]]:
    """Makes another, empty key database."""
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(open_database(f"sqlite:///{tmp_path_factory.mktemp('keys') / 'other.db'}"))
        KEYS.create_all(engines[-1])
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
