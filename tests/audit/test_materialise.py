"""`ledger replay --until`: the read models as of then, in a file of their own."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.advance import advance
from ledger.audit.compare import compare
from ledger.audit.materialise import materialise
from ledger.audit.replay import Entry
from ledger.cli.story import Story
from ledger.database import VIEWS, open_database, reading, writing
from ledger.errors import InputError, RuleError
from ledger.events import decode, payload_of
from ledger.projections.as_of import Moment, folded
from ledger.projections.certificates import CERTIFICATES
from ledger.store import recorder
from ledger.transparency.merkle import leaf_hash, root_of
from ledger.view import Models

ORIGIN = "demo.contoh.invalid"


@pytest.fixture
def entries(told: Story) -> list[Entry]:
    with reading(told.ledger.engine) as connection:
        return list(recorder.entries(connection))


@pytest.fixture
def one_by_one() -> Iterator[Engine]:
    engine = open_database("sqlite://")
    VIEWS.create_all(engine)
    yield engine
    engine.dispose()


def test_the_file_of_the_whole_history_holds_the_live_read_models(
    told: Story, entries: list[Entry], tmp_path: Path
) -> None:
    file = tmp_path / "all.db"

    done = materialise(entries, file, origin=ORIGIN, until=Moment(position=len(entries) - 1))

    anew = open_database(f"sqlite:///{file}")
    rows, differences = compare(told.ledger.engine, anew)
    anew.dispose()
    assert rows > 1000
    assert differences == []
    assert done["events"] == len(entries)
    assert done["root_hash"] == root_of([leaf_hash(entry) for _, entry, _ in entries]).hex()


@pytest.mark.parametrize("db", ["sqlite"])
def test_at_every_position_it_is_what_folding_event_by_event_gives(
    entries: list[Entry], tmp_path: Path, one_by_one: Engine
) -> None:
    """Inside approved batches too: 1600 lies in that of the attendance certificates."""
    open_batch, at = None, 0

    for position in (0, 4, 5, 41, 1000, 1600, len(entries) - 2):
        with writing(one_by_one) as connection:
            for _, entry, _ in entries[at : position + 1]:
                models = Models(connection, ORIGIN)
                models.open_batch = open_batch
                advance(models, [decode(payload_of(entry), entry)])
                open_batch = models.open_batch
        at = position + 1
        file = tmp_path / f"{position}.db"

        materialise(entries, file, origin=ORIGIN, until=Moment(position=position))

        anew = open_database(f"sqlite:///{file}")
        assert compare(one_by_one, anew)[1] == [], position
        anew.dispose()


@pytest.mark.parametrize("db", ["sqlite"])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_folding_one_stream_gives_the_row_of_the_file(entries: list[Entry], tmp_path: Path, data: Any) -> None:
    position = data.draw(st.integers(0, len(entries) - 1))
    file = tmp_path / "then.db"
    file.unlink(missing_ok=True)

    materialise(entries, file, origin=ORIGIN, until=Moment(position=position))

    records = [decode(payload_of(entry), entry) for _, entry, _ in entries[: position + 1]]
    streams = {r.stream for r in records if r.event.TOPIC == "certificate.issued"}
    rows = {s: folded(CERTIFICATES, (r for r in records if r.stream == s)) for s in sorted(streams)[:20]}
    with closing(sqlite3.connect(file)) as found:
        found.row_factory = sqlite3.Row
        held = {row["id"]: dict(row) for row in found.execute("SELECT * FROM certificates")}
    assert held.keys() == streams
    assert {s: held[s] for s in rows} == rows


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_day_ends_at_midnight_in_western_indonesia(entries: list[Entry], tmp_path: Path) -> None:
    file = tmp_path / "day.db"

    done = materialise(entries, file, origin=ORIGIN, until=Moment.parse("2020-02-17"))

    recorded = [columns[3] for _, _, columns in entries if columns]
    midnight = 1581958800000  # 2020-02-17T17:00:00Z
    assert done["events"] == sum(at < midnight for at in recorded)
    assert done["recorded"] == max(at for at in recorded if at < midnight)


@pytest.mark.parametrize("db", ["sqlite"])
def test_any_tool_opens_the_file_and_finds_nobody_in_it(entries: list[Entry], tmp_path: Path) -> None:
    file = tmp_path / "then.db"
    materialise(entries, file, origin=ORIGIN, until=Moment(position=len(entries) - 1))

    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as found:
        tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        about = found.execute("SELECT origin, events FROM replayed").fetchall()

    assert tables == {*VIEWS.tables, "replayed"}
    assert about == [(ORIGIN, len(entries))]
    assert file.read_bytes()[18:20] == b"\x01\x01"  # No write-ahead log: one file is all of it.
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"Gunawan" not in file.read_bytes()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_file_that_is_there_is_not_overwritten(entries: list[Entry], tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    file.write_text("kept", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        materialise(entries, file, origin=ORIGIN, until=Moment(position=1))

    assert refused.value.code == "file-exists"
    assert file.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_refusal_leaves_no_file(entries: list[Entry], tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    without_a_proposal = [*entries[:5], *entries[6:]]

    with pytest.raises(RuleError):
        materialise(without_a_proposal, file, origin=ORIGIN, until=Moment(position=10))
    with pytest.raises(InputError) as refused:
        materialise(entries, file, origin=ORIGIN, until=Moment(position=len(entries)))
    with pytest.raises(InputError) as nowhere:
        materialise(entries, tmp_path / "no" / "where.db", origin=ORIGIN, until=Moment(position=1))

    assert refused.value.code == "position-unknown"
    assert nowhere.value.code == "file-not-writable"
    assert [path for path in tmp_path.iterdir() if path.name != "told"] == []
