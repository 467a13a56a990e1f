"""The public role: what verifies codes and serves files, with no private key, no vault and a database it cannot write.

Source: docs/operations.md. Whoever breaks into such a server finds what everybody may read, and can sign nothing.
"""

import time
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ledger.application.authorities import Authorities
from ledger.application.checkpoints import Checkpoints
from ledger.application.context import Context
from ledger.application.key_lists import KeyLists
from ledger.application.log import Log
from ledger.application.publishing import Publishing
from ledger.application.receipts import Receipts
from ledger.application.verifications import Verifications
from ledger.config import PUBLIC, Config
from ledger.database import open_database
from ledger.errors import ConfigError, StoreError
from ledger.signing.cose import Signer
from ledger.store.history import Clock, History


@dataclass(frozen=True)
class Public:
    """Everything that a public server may call."""

    context: Context
    keys: KeyLists
    authorities: Authorities
    checkpoints: Checkpoints
    receipts: Receipts
    publishing: Publishing
    verifications: Verifications
    log: Log

    @property
    def config(self) -> Config:
        return self.context.config

    @property
    def engine(self) -> Engine:
        return self.context.history.engine

    def close(self) -> None:
        """Connections; a later question opens new ones."""
        self.engine.dispose()

    def ready(self) -> None:
        """Before anything is served: there is a history, and it may be read. Raises: StoreError, NotFoundError."""
        try:
            self.keys.current()
        except DBAPIError as cause:
            raise StoreError("database-unreachable") from cause

    def keeping(self) -> None:
        """Nothing: the service signs, this only serves."""


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


def build_public(config: Config, *, clock: Clock = wall_clock) -> Public:
    """Opens the main database to read, and nothing else: neither the key database nor the key folder is looked at.

    Raises: StoreError.
    """
    engine, absent = open_database(config.database, read_only=True), _Absent()
    history = History(engine, absent.signer, absent.advance, config.origin, clock)
    context = Context(config, history, absent.any, absent.any)
    checkpoints, publishing = Checkpoints(context), Publishing(context)
    return Public(
        context=context,
        keys=KeyLists(context),
        authorities=Authorities(context),
        checkpoints=checkpoints,
        receipts=Receipts(context),
        publishing=publishing,
        verifications=Verifications(context, absent.any),
        log=Log(context, checkpoints, ()),
    )


class _Absent:
    """What a public server does not have: asked for, it refuses. Raises: ConfigError: `role-public`."""

    @property
    def any(self) -> Any:
        """In place of the vault, the key folder and the budgets."""
        return self

    def signer(self, _: Connection) -> Signer:
        self._refuse("signer")

    def advance(self, *_: object) -> NoReturn:
        self._refuse("advance")

    def __getattr__(self, name: str) -> NoReturn:
        self._refuse(name)

    def _refuse(self, name: str) -> NoReturn:
        raise ConfigError("role-public", got=name, role=PUBLIC)
