"""The small world of tests/rules, and a history that can be tampered with."""

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import cbor2
import pytest

from ledger.audit.replay import Entry, Finding, Replay
from ledger.database import open_database, reading
from ledger.events import CONTEXT, TYPE, Record, decode, payload, payload_of
from ledger.signing.cose import PrivateKey, Signer
from ledger.signing.public_key import ALG_ED25519
from ledger.store import recorder
from ledger.transparency.merkle import leaf_hash

SPEC = spec_from_file_location("world", Path(__file__).parents[1] / "rules" / "conftest.py")
assert SPEC is not None
assert SPEC.loader is not None
RULES = module_from_spec(SPEC)
SPEC.loader.exec_module(RULES)
made, world = RULES.made, RULES.world


class Forger:
    """Entries of a world's history, signed again after a change, by its own event key or by another."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.origin = world.ledger.config.origin
        with reading(world.ledger.engine) as connection:
            self.entries: list[Entry] = list(recorder.entries(connection))

    @property
    def records(self) -> list[Record]:
        return [decode(payload_of(entry), entry) for _, entry, _ in self.entries]

    def key(self, role: str = "event", authority: str | None = None) -> PrivateKey:
        keys = self.world.ledger.keys.current().keys
        wanted = (role, authority, "active", ALG_ED25519)
        (kid,) = (k.kid for k in keys if (k.role, k.authority, k.state, k.alg) == wanted)
        return self.world.ledger.context.keyring.private(role, authority, kid)

    def sign(self, record: Record, key: PrivateKey | None = None, origin: str | None = None) -> Entry:
        signer = Signer(key or self.key(), context=CONTEXT, origin=origin or self.origin, typ=TYPE)
        (entry,) = signer.sign_all([cbor2.dumps(payload(record))])  # A forger asks no `encode`.
        columns = leaf_hash(entry), record.stream, record.event.originator_version, record.recorded
        return record.position, entry, columns

    def changed(self, at: int, key: PrivateKey | None = None, **fields: Any) -> list[Entry]:
        """The history with one event that says something else."""
        record = self.records[at]
        for name, value in fields.items():
            setattr(record, name, value)
        return [*self.entries[:at], self.sign(record, key), *self.entries[at + 1 :]]

    def found(self, entries: list[Entry], *, anchor: str | None = None, run: int = 500) -> tuple[int, str, str]:
        """Position, rule and code of the one finding."""
        (finding,) = self.findings(entries, anchor=anchor, run=run)
        return finding.position, finding.rule, finding.code

    def findings(
        self, entries: list[Entry], *, anchor: str | None = None, run: int = 500, origin: str | None = None
    ) -> list[Finding]:
        anew = open_database("sqlite://")
        done = Replay(anew, origin or self.origin, anchor, run).read(entries)
        anew.dispose()
        return done.findings


@pytest.fixture
def forger(world: Any) -> Forger:
    return Forger(world)


@pytest.fixture
def forger_of() -> Callable[[Any], Forger]:
    return Forger
