"""The answer does not depend on where a run of events is cut: the same rows, the same refusal."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from ledger.advance import advance
from ledger.audit.replay import Replay
from ledger.database import VIEWS, open_database, reading, writing
from ledger.domain.decrees import Decree
from ledger.errors import RuleError
from ledger.events import Record
from ledger.rules.asking import BY_KIND
from ledger.view import Models

Forger = Any  # tests/audit/conftest.py
Rows = dict[str, list[tuple[Any, ...]]]
Refusal = tuple[str, int]


@pytest.fixture
def empty() -> Any:
    """One database in memory; a fold that is asked about is undone before the next."""
    engine = open_database("sqlite://")
    VIEWS.create_all(engine)
    yield engine
    engine.dispose()


def folded(engine: Engine, origin: str, runs: list[list[Record]]) -> tuple[Rows, Refusal | None]:
    """The rows after these runs, each folded by itself, or after the last that no rule refused."""
    refusal, open_batch = None, None
    with writing(engine) as connection:
        try:
            for run in runs:
                models = Models(connection, origin)
                models.open_batch = open_batch
                advance(models, run)
                open_batch = models.open_batch
        except RuleError as refused:
            refusal = refused.code, refused.facts["position"]
        rows = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]
            for table in VIEWS.sorted_tables
        }
        connection.rollback()
    return rows, refusal


def test_one_history_cut_at_every_position_gives_the_same_rows(forger: Forger, empty: Engine) -> None:
    records = forger.records
    whole, refusal = folded(empty, forger.origin, [records])

    cuts = [folded(empty, forger.origin, [records[:k], records[k:]]) for k in range(1, len(records))]

    assert refusal is None
    assert [k for k, cut in enumerate(cuts, 1) if cut != (whole, None)] == []
    with reading(forger.world.ledger.engine) as live:
        for name, rows in whole.items():
            table = VIEWS.tables[name]
            assert [tuple(row) for row in live.execute(select(table).order_by(table.c.id))] == rows


def test_one_history_event_by_event_gives_the_same_rows(forger: Forger, empty: Engine) -> None:
    records = forger.records

    assert folded(empty, forger.origin, [[record] for record in records]) == folded(empty, forger.origin, [records])


def test_a_forged_event_is_refused_wherever_the_history_is_cut(
    forger: Forger, forger_of: Any, empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decree's number used again, with one more event after it; the rule was not asked when it was written."""
    world, forged_at = forger.world, len(forger.entries)
    name = "a_decree_number_is_used_once"
    with monkeypatch.context() as stubbed:
        stubbed.setitem(BY_KIND, Decree.Created.TOPIC, [r for r in BY_KIND[Decree.Created.TOPIC] if r.name != name])
        world.save("kepala", Decree.begin(world.new_id(), **world.decree("results", "45/LSP KEMENSOS RI/SK/III/2020")))
    world.save("kepala", Decree.begin(world.new_id(), **world.decree("results", "46/LSP KEMENSOS RI/SK/III/2020")))
    forged = forger_of(world)
    records = forged.records

    cuts = [folded(empty, forged.origin, [records[:k], records[k:]])[1] for k in range(1, len(records))]

    assert cuts == [("decree-taken", forged_at)] * (len(records) - 1)
    assert forged.found(forged.entries) == (forged_at, "R26", "decree-taken")
    for run in (1, 2, 3, 10):
        assert forged.found(forged.entries, run=run) == (forged_at, "R26", "decree-taken")


def test_a_refusal_comes_before_a_broken_signature_further_on(forger: Forger, forger_of: Any) -> None:
    """In one run both are seen; the first in the history is told."""
    world = forger.world
    position = forger.records[-1].position + 1
    for number in ("80/LSP/SK/2020", "81/LSP/SK/2020"):
        world.save("kepala", Decree.begin(world.new_id(), **world.decree("results", number)))
    later = forger_of(world)
    forged = later.records[position]
    forged.capacity = "Ketua DPP"
    last = later.sign(later.records[-1], later.key("checkpoint"))

    entries = [*later.entries[:position], later.sign(forged), last]

    assert later.found(entries) == (position, "R24", "capacity-differs")


def test_a_batch_is_whole_wherever_it_is_cut(forger: Forger) -> None:
    for run in (1, 2, 3, 5, 8):
        assert forger.findings(forger.entries, run=run) == []


def test_signatures_verified_in_other_processes_give_the_same_answer(forger: Forger) -> None:
    forged = forger.changed(40, Ed25519PrivateKey.generate())
    anew = open_database("sqlite://")

    done = Replay(anew, forger.origin, run=7, workers=2, apart=True).read(forged)

    anew.dispose()
    assert [(one.position, one.code) for one in done.findings] == [(40, "key-unknown")]
    assert done.events == 40
