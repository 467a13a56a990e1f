"""The log over the story's events: notes, tiles, proofs, the mirror, and what refuses to go on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from ledger.application import restoring
from ledger.application.checkpoints import KEEP_ALL_MS
from ledger.cli.story import Story, StoryClock
from ledger.database import writing
from ledger.errors import LedgerError, NotFoundError, StoreError, VerificationError
from ledger.store import checkpoints as stored
from ledger.store import recorder
from ledger.transparency import checkpoint, merkle, notes
from ledger.transparency.notes import ML_DSA_44, Signature
from ledger.transparency.tiles import WIDTH, Tile, subtree, tiles_of, unbundle
from ledger.wiring import Ledger, build


def leaves(ledger: Ledger) -> list[bytes]:
    with ledger.engine.connect() as connection:
        return [leaf for _, _, (leaf, *_) in recorder.entries(connection)]


def regulation(story: Story, number: int) -> None:
    story.ledger.authorities.catalogue(
        story.actor("ketua"), regulation=f"UU {number}/2021", rank="UU", begins=date(2019, 9, 1)
    )


def code(refused: pytest.ExceptionInfo[LedgerError]) -> str:
    return refused.value.code


def test_a_checkpoint_covers_everything_and_both_keys_of_the_log_signed_it(told: Story) -> None:
    log = told.ledger.checkpoints

    point = log.sign()

    assert point is not None
    opened = checkpoint.opened(log.latest(), log.log_keys())
    assert opened.point == point
    assert (point.size, point.root) == (told.ledger.histories.size(), merkle.root_of(leaves(told.ledger)))
    assert sorted(key.kind for key in log.log_keys()) == [notes.ED25519, ML_DSA_44]


def test_nothing_new_is_signed_twice_and_a_stored_note_stays_the_same_bytes(told: Story) -> None:
    log = told.ledger.checkpoints
    log.sign()
    first = log.latest()

    assert log.sign() is None
    assert log.latest() == first


def test_before_the_first_checkpoint_there_is_nothing_to_show(story: Story) -> None:
    story.begins()

    with pytest.raises(NotFoundError):
        story.ledger.checkpoints.latest()
    with pytest.raises(NotFoundError):
        story.ledger.checkpoints.tile(Tile(0, 0, 1))


def test_tiles_are_those_of_the_leaves_however_often_it_was_signed(story: Story) -> None:
    log = story.ledger.checkpoints
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
        log.sign()
    story.sheet_imported()
    log.sign()
    hashes = leaves(story.ledger)
    size = len(hashes)

    assert log.tile(Tile(0, 0)) == b"".join(hashes[:WIDTH])
    full = size // WIDTH
    roots = [subtree(hashes[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
    assert log.tile(Tile(1, 0, full)) == b"".join(roots)
    for tile in tiles_of(size):
        assert len(log.tile(tile)) == 32 * tile.width
    sizes = [size for size, _ in log.kept()]
    for before, after in pairwise(sizes):  # A partial tile of a published size stays.
        for tile in {*tiles_of(after)} - {*tiles_of(before)}:
            assert len(log.tile(tile)) == 32 * tile.width
    with pytest.raises(NotFoundError):
        log.tile(Tile(0, full, size % WIDTH + 1))


def test_entries_of_a_tile_are_the_signed_events(told: Story) -> None:
    log = told.ledger.checkpoints
    log.sign()
    with told.ledger.engine.connect() as connection:
        entries = [entry for _, entry, _ in recorder.entries(connection, 0, 300)]

    assert unbundle(log.tile(Tile(-1, 0))) == entries[:256]
    assert unbundle(log.tile(Tile(-1, 1, 44))) == entries[256:]


def test_every_proof_holds(told: Story) -> None:
    log = told.ledger.checkpoints
    point = log.sign()
    assert point is not None
    hashes = leaves(told.ledger)

    for index in (0, 1, 255, 256, 511, 512, point.size - 1):
        with told.ledger.engine.connect() as connection:
            proof = merkle.inclusion_proof(index, point.size, stored.nodes(connection, point.size))
        merkle.verify_inclusion(hashes[index], index, point.size, proof, point.root)
    for old in (1, 255, 256, 257, 2000, point.size):
        proof = log.consistency(old, point.size)
        merkle.verify_consistency(old, point.size, proof, merkle.root_of(hashes[:old]), point.root)


def test_the_mirror_has_every_entry_before_anything_is_signed(told: Story) -> None:
    log = told.ledger.checkpoints
    log.sign()
    with told.ledger.engine.connect() as connection:
        entries = [entry for _, entry, _ in recorder.entries(connection)]

    assert list(log.mirror.entries(0)) == entries
    assert log.mirror.note() == log.latest()


def test_a_leaf_that_is_not_its_entry_s_is_not_signed(story: Story) -> None:
    story.begins()
    log = story.ledger.checkpoints
    with unprotected(story.ledger) as connection:
        before = connection.execute(text("SELECT leaf FROM events WHERE position = 3")).scalar_one()
        connection.execute(text("UPDATE events SET leaf = :leaf WHERE position = 3"), {"leaf": bytes(32)})

    with pytest.raises(StoreError) as refused:
        log.sign()

    assert (code(refused), refused.value.facts["position"]) == ("leaf-differs", 3)
    with unprotected(story.ledger) as connection:
        connection.execute(text("UPDATE events SET leaf = :leaf WHERE position = 3"), {"leaf": before})


@contextmanager
def unprotected(ledger: Ledger) -> Iterator[Connection]:
    """A connection of an insider who removed the triggers; they are back afterwards."""
    with writing(ledger.engine) as connection:
        if connection.dialect.name == "sqlite":
            wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = connection.execute(text(wanted)).fetchall()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _, sql in triggers:
                connection.exec_driver_sql(sql)
        else:
            connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER ALL")
            yield connection
            connection.exec_driver_sql("ALTER TABLE events ENABLE TRIGGER ALL")


def test_an_upper_hash_edited_in_the_database_stops_the_start(told: Story) -> None:
    log = told.ledger.checkpoints
    log.sign()
    with writing(told.ledger.engine) as connection:
        data = connection.execute(text("SELECT hashes FROM tiles WHERE level = 1")).scalar_one()
        changed = bytes([data[0] ^ 1]) + data[1:]
        connection.execute(text("UPDATE tiles SET hashes = :data WHERE level = 1"), {"data": changed})

    with pytest.raises(StoreError) as refused:
        told.ledger.settle()

    assert code(refused) == "log-forked"


ON_FILES = pytest.mark.parametrize("db", ["sqlite"])


@pytest.fixture
def snapshot(story: Story, tmp_path: Path) -> Path:
    """Every local file as it was after the beginning and one regulation, on SQLite."""
    story.begins()
    regulation(story, 1)
    story.ledger.checkpoints.sign()
    story.ledger.close()
    place = tmp_path / "snapshot"
    place.mkdir()
    for name in ("main.db", "main.db-wal", "keys.db", "keys", "mirror"):
        source = tmp_path / name
        if source.is_dir():
            shutil.copytree(source, place / name)
        elif source.exists():
            shutil.copy(source, place / name)
    regulation(story, 2)
    regulation(story, 3)
    story.ledger.checkpoints.sign()
    return place


def rolled_back(story: Story, snapshot: Path, *names: str) -> Ledger:
    """The ledger over files of the snapshot: those named, and the others as they are."""
    place, there = snapshot.parent, snapshot.parent / "rolled"
    there.mkdir()
    story.ledger.close()
    for name in ("main.db", "main.db-wal", "keys.db", "keys", "mirror"):
        source = (snapshot if name in names else place) / name
        if source.is_dir():
            shutil.copytree(source, there / name)
        elif source.exists():
            shutil.copy(source, there / name)
    config = replace(
        story.ledger.config,
        database=f"sqlite:///{there / 'main.db'}",
        keys_database=f"sqlite:///{there / 'keys.db'}",
        keys=str(there / "keys"),
        mirror=str(there / "mirror"),
    )
    return build(config, clock=story.clock)


@ON_FILES
def test_a_database_put_back_does_not_start_beside_its_mirror(story: Story, snapshot: Path) -> None:
    old = rolled_back(story, snapshot, "main.db", "main.db-wal")

    with pytest.raises(StoreError) as refused:
        old.settle()

    assert (code(refused), refused.value.facts["where"]) == ("log-shorter", "mirror")
    old.close()


@ON_FILES
def test_the_published_checkpoint_stops_a_total_rollback(story: Story, snapshot: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    published.write_bytes(story.ledger.checkpoints.latest())
    old = rolled_back(story, snapshot, "main.db", "main.db-wal", "mirror")
    old.settle()
    outside = build(replace(old.config, published=str(published)), clock=story.clock)

    with pytest.raises(StoreError) as refused:
        outside.checkpoints.require_published()

    assert code(refused) == "log-shorter"
    old.close()
    outside.close()


@ON_FILES
def test_another_history_of_the_same_length_is_a_fork(story: Story, snapshot: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    published.write_bytes(story.ledger.checkpoints.latest())
    clone = rolled_back(story, snapshot, "main.db", "main.db-wal", "mirror")
    other = Story(clone, story.clock)
    vars(other).update({k: v for k, v in vars(story).items() if k not in ("ledger", "clock")})
    regulation(other, 8)
    regulation(other, 9)
    clone.checkpoints.sign()
    outside = build(replace(clone.config, published=str(published)), clock=story.clock)

    with pytest.raises(StoreError) as refused:
        outside.checkpoints.require_published()

    assert code(refused) == "log-forked"
    for ledger in (clone, outside):
        ledger.close()


def test_a_published_checkpoint_that_cannot_be_reached_stops_nothing(story: Story, tmp_path: Path) -> None:
    story.begins()
    for where in (str(tmp_path / "nowhere"), "http://127.0.0.1:9/log/checkpoint"):
        outside = build(replace(story.ledger.config, published=where), clock=story.clock)
        outside.checkpoints.require_published()
        outside.close()


@ON_FILES
def test_a_lost_database_comes_back_from_backup_and_mirror(story: Story, snapshot: Path) -> None:
    wanted, size = leaves(story.ledger), story.ledger.histories.size()
    signed = story.ledger.checkpoints.latest()
    backup = rolled_back(story, snapshot, "main.db", "main.db-wal")

    restored = restoring.restore(backup.context, backup.checkpoints.mirror)
    backup.settle()

    assert restored == 2
    assert (backup.histories.size(), leaves(backup)) == (size, wanted)
    assert backup.checkpoints.latest() == signed
    assert backup.checkpoints.sign() is None
    backup.close()


def test_without_any_backup_the_whole_history_comes_back(story: Story, tmp_path: Path) -> None:
    story.begins()
    regulation(story, 1)
    story.ledger.checkpoints.sign()
    wanted = leaves(story.ledger)
    config = replace(story.ledger.config, database=f"sqlite:///{tmp_path / 'empty.db'}")
    empty = build(config, clock=story.clock)

    restored = restoring.restore(empty.context, empty.checkpoints.mirror)

    assert restored == len(wanted)
    assert leaves(empty) == wanted
    empty.close()


@ON_FILES
def test_a_backup_of_another_history_is_not_continued(story: Story, snapshot: Path) -> None:
    clone = rolled_back(story, snapshot, "main.db", "main.db-wal", "mirror")
    other = Story(clone, story.clock)
    vars(other).update({k: v for k, v in vars(story).items() if k not in ("ledger", "clock")})
    regulation(other, 9)
    real = story.ledger.checkpoints.mirror

    with pytest.raises(StoreError) as refused:
        restoring.restore(clone.context, real)

    assert code(refused) == "log-forked"
    clone.close()


def test_a_mirror_that_was_edited_brings_nothing_back(story: Story, tmp_path: Path) -> None:
    """Its last entry is another rightly signed one: the checkpoint does not fit."""
    story.begins()
    regulation(story, 1)
    story.ledger.checkpoints.sign()
    tail = tmp_path / "mirror" / "tail.0"
    entries = list(story.ledger.checkpoints.mirror.entries(0))
    tail.write_bytes(tail.read_bytes()[: -len(entries[-1]) - 2])
    empty = build(replace(story.ledger.config, database=f"sqlite:///{tmp_path / 'empty.db'}"), clock=story.clock)

    with pytest.raises(StoreError) as refused:
        restoring.restore(empty.context, empty.checkpoints.mirror)

    assert code(refused) == "log-forked"
    assert empty.histories.size() == 0
    empty.close()


def test_old_checkpoints_are_thinned_to_the_best_of_each_hour(story: Story, clock: StoryClock) -> None:
    story.begins()
    log = story.ledger.checkpoints
    log.sign()
    for number in range(3):
        regulation(story, number)
        log.sign()
    sizes = [size for size, _ in log.kept()]
    cosigned = Signature("saksi.contoh.invalid/satu", b"abcd", bytes(72))
    log.cosigned(sizes[1], [cosigned])
    clock.ms = clock() + KEEP_ALL_MS + 30 * 60_000
    regulation(story, 10)

    log.sign()

    kept = [size for size, _ in log.kept()]
    assert kept == [sizes[1], sizes[-1] + 1]
    assert log.cosigned_sizes() == {"saksi.contoh.invalid/satu": sizes[1]}


def test_cosignatures_stand_under_the_note(story: Story) -> None:
    story.begins()
    log = story.ledger.checkpoints
    point = log.sign()
    assert point is not None
    with writing(story.ledger.engine) as connection:
        stored.add_cosignatures(connection, point.size, [Signature("saksi", b"abcd", bytes(72))])

    assert [s.name for s in notes.parse(log.latest()).signatures][-1] == "saksi"


def test_a_history_from_before_the_log_gets_its_tables(story: Story) -> None:
    story.begins()
    with story.ledger.engine.begin() as connection:
        for table in ("checkpoints", "cosignatures", "tiles"):
            connection.exec_driver_sql(f"DROP TABLE {table}")

    again = build(story.ledger.config, clock=story.clock)

    assert again.checkpoints.sign() is not None
    again.close()


def test_an_entry_that_no_key_of_the_ledger_signed_does_not_come_back(story: Story, tmp_path: Path) -> None:
    """Whoever can write to the mirror's disk put it at the end, where no checkpoint covers it yet."""
    story.begins()
    log = story.ledger.checkpoints
    log.sign()
    forged = bytearray(list(log.mirror.entries(0))[-1])
    forged[-1] ^= 1
    log.mirror.extend([bytes(forged)])
    empty = build(replace(story.ledger.config, database=f"sqlite:///{tmp_path / 'empty.db'}"), clock=story.clock)

    with pytest.raises(VerificationError) as refused:
        restoring.restore(empty.context, empty.checkpoints.mirror)

    assert code(refused) == "signature-wrong"
    assert empty.histories.size() == 0
    empty.close()


@pytest.mark.parametrize("page", [b"<html>moved</html>", b"", b"\xff" * 2000])
def test_what_is_no_checkpoint_of_ours_stops_no_start(story: Story, tmp_path: Path, page: bytes) -> None:
    story.begins()
    published = tmp_path / "published"
    published.write_bytes(page)
    outside = build(replace(story.ledger.config, published=str(published)), clock=story.clock)

    outside.ready()

    outside.close()


def test_a_larger_checkpoint_that_somebody_else_signed_stops_no_start(story: Story, tmp_path: Path) -> None:
    story.begins()
    published = tmp_path / "published"
    point = checkpoint.Checkpoint(story.ledger.config.origin, 999, bytes(32))
    published.write_bytes(checkpoint.signed(point, Ed25519PrivateKey.generate(), None, 1).encode())
    outside = build(replace(story.ledger.config, published=str(published)), clock=story.clock)

    outside.ready()

    outside.close()
