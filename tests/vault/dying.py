"""A process that erases somebody and is killed at a named step: `dying.py MAIN KEYS SUBJECT STEP`."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from ledger.database import open_database, writing
from ledger.vault import keys, settle
from ledger.vault.vault import Vault


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def last(*args: Any) -> None:
        function(*args)
        die()

    return last


@contextmanager
def uncommitted(engine: Engine) -> Iterator[Connection]:
    with writing(engine) as connection:
        yield connection
        die()


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "before the keys' commit": (keys, "writing", uncommitted),
    "after the keys' commit": (keys.Keys, "destroy", then_die(keys.Keys.destroy)),
    "after the keys are scrubbed": (settle, "scrub", die),
    "after both are scrubbed": (settle, "scrub", then_die(keys.scrub)),
    "before the mark is cleared": (settle, "writing", uncommitted),
}


def erase(main_url: str, keys_url: str, subject: str, step: str) -> None:
    main = open_database(main_url)
    vault = Vault(open_database(keys_url), bytes(range(32)), origin="ledger.contoh.invalid", clock=lambda: 0)
    with writing(main) as connection:
        vault.forget(connection, UUID(subject))
        if step == "before the main commit":
            die()
    if step == "after the main commit":
        die()
    if step in FAULTS:
        setattr(*FAULTS[step])
    vault.shred(main)
    if step == "after the mark is cleared":
        die()


if __name__ == "__main__":
    erase(*sys.argv[1:])
