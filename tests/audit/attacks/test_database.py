"""A row edited in the database, behind the service: the start, the live audit or the export stops at it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text, update
from sqlalchemy.types import LargeBinary

from ledger.audit.compare import Difference
from ledger.audit.report import Report
from ledger.cli.story import Story
from ledger.database import VIEWS, writing
from ledger.errors import StoreError
from ledger.wiring import Ledger

PLACES = (5, 700, 2144)
FOR = {"purpose": "annual-audit", "recipient": "BPK", "retention": date(2027, 12, 31)}


def edited(ledger: Ledger, change: str) -> None:
    with writing(ledger.engine) as connection:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS events_keep_{verb}")
        assert connection.execute(text(change)).rowcount == 1


@pytest.mark.parametrize("at", PLACES)
def test_a_leaf_edited_in_the_database_is_found_by_the_live_audit(
    story: Story, audit_of: Callable[[Ledger], Report], at: int
) -> None:
    edited(story.ledger, f"UPDATE events SET leaf = zeroblob(32) WHERE position = {at}")

    (finding,) = audit_of(story.ledger).replayed.findings

    assert (finding.position, finding.code) == (at, "leaf-differs")


@pytest.mark.parametrize("at", PLACES)
def test_no_checkpoint_is_signed_and_no_bundle_leaves_over_an_edited_leaf(
    story: Story, tmp_path: Path, at: int
) -> None:
    edited(story.ledger, f"UPDATE events SET leaf = zeroblob(32) WHERE position = {at}")

    with pytest.raises(StoreError) as refused:
        story.ledger.exports.make(story.actor("ketua"), tmp_path / "bundle", **FOR)

    assert (refused.value.code, refused.value.facts["position"]) == ("leaf-differs", at)
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize("level", [0, 1])
def test_a_tile_edited_after_it_was_signed_does_not_start(story: Story, level: int) -> None:
    """Of level 0 the hashes that no full tile covers yet."""
    story.ledger.checkpoints.sign()
    edited(
        story.ledger,
        "UPDATE tiles SET hashes = zeroblob(256) WHERE level = 1"
        if level
        else "UPDATE events SET leaf = zeroblob(32) WHERE position = 2144",
    )

    with pytest.raises(StoreError) as refused:
        story.ledger.settle()

    assert refused.value.code == "log-forked"


def test_every_column_of_every_read_model_is_compared(story: Story, audit_of: Callable[[Ledger], Report]) -> None:
    """One row of each table; the live audit names table, row and columns."""
    expected = []
    with writing(story.ledger.engine) as connection:
        for table in VIEWS.sorted_tables:
            id = connection.execute(select(table.c.id).order_by(table.c.id).limit(1)).scalar_one_or_none()
            if id is not None:
                columns = tuple(c.name for c in table.c if c.name != "id")
                connection.execute(update(table).where(table.c.id == id).values(edits(table)))
                expected.append(Difference(table.name, id.hex(), columns))

    report = audit_of(story.ledger)

    assert report.differences == expected
    assert len(expected) >= 13


def edits(table: Table) -> dict[str, object]:
    return {c.name: b"?" if isinstance(c.type, LargeBinary) else "9" for c in table.c if c.name != "id"}
