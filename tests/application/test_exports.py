"""An export is complete, whole or not there, and recorded; a difference makes the former one whole."""

import json
import signal
import subprocess
import sys
import tarfile
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ledger.application.bundle import CONTEXT
from ledger.application.exports import Exports
from ledger.application.parcel import contents, parcel
from ledger.audit.bundle import opened
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.exports import Export
from ledger.errors import ConflictError, RuleError, StoreError, VerificationError
from ledger.events import decode, payload_of
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_records import KeyList
from ledger.store import recorder
from ledger.transparency import checkpoint, merkle
from ledger.transparency.notes import Signature
from ledger.transparency.tiles import Tile, tiles_of, unbundle
from ledger.wiring import Ledger
from tests.application.test_checkpoints import regulation, unprotected

DATABASES = ["sqlite"]  # What is asked of a database here, others ask over both.

WHAT = {"purpose": "annual-audit", "recipient": "BPK", "retention": date(2027, 12, 31)}
CHILD = Path(__file__).parent / "exporting.py"
HOUR_MS = 3_600_000


def exported(story: Story, target: Path, **other: Any) -> dict[str, Any]:
    return story.ledger.exports.make(story.actor("ketua"), target, **{**WHAT, **other})


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "MANIFEST.json").read_bytes())
    return found


def measured(folder: Path) -> dict[str, dict[str, object]]:
    """What the manifest should say of the files that are there."""
    return {
        name: {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes()).hexdigest()}
        for name, path in contents(folder)
        if not name.startswith("MANIFEST.")
    }


def copied(folder: Path, size: int) -> list[bytes]:
    """The entries of a bundle."""
    full, rest = divmod(size, 256)
    tiles = [*(Tile(-1, n) for n in range(full)), *([Tile(-1, full, rest)] if rest else [])]
    return [entry for tile in tiles for entry in unbundle((folder / "log" / tile.path()).read_bytes())]


def stored(ledger: Ledger) -> list[bytes]:
    with reading(ledger.engine) as connection:
        return [entry for _, entry, _ in recorder.entries(connection)]


def exports_in(ledger: Ledger) -> list[Export.Created]:
    events = (decode(payload_of(entry)).event for entry in stored(ledger))
    return [event for event in events if isinstance(event, Export.Created)]


def unpacked(packed: Path, folder: Path) -> list[str]:
    """The names in the archive, in its order."""
    with tarfile.open(packed) as tar:
        tar.extractall(folder, filter="data")
        return tar.getnames()


def test_an_export_is_the_whole_history_and_every_tile_over_it(told: Story, tmp_path: Path) -> None:
    answer = exported(told, tmp_path / "out")

    said, history = manifest(tmp_path / "out"), stored(told.ledger)
    assert (said["size"], answer["size"]) == (len(history), len(history))
    assert copied(tmp_path / "out", said["size"]) == history
    assert said["root"] == merkle.root_of(map(merkle.leaf_hash, history)).hex()
    wanted = {f"log/{tile.path()}" for tile in tiles_of(len(history))}
    hashes = {name for name in said["files"] if name.startswith("log/tile/") and "entries" not in name}
    assert hashes == wanted
    for tile in tiles_of(len(history)):
        assert (tmp_path / "out/log" / tile.path()).read_bytes() == told.ledger.checkpoints.tile(tile)


def test_the_manifest_names_every_file_and_the_event_key_signed_it(told: Story, tmp_path: Path) -> None:
    answer = exported(told, tmp_path / "out")

    raw = (tmp_path / "out/MANIFEST.json").read_bytes()
    said = json.loads(raw)
    assert raw == json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert said["files"] == measured(tmp_path / "out")
    assert len(said["files"]) == answer["files"]
    about = {name: said[name] for name in ("bundle", "origin", "from", "made", "purpose", "retention")}
    assert about == {
        "bundle": 1,
        "origin": told.ledger.config.origin,
        "from": 0,
        "made": told.clock(),
        "purpose": "annual-audit",
        "retention": "2027-12-31",
    }
    statement = cose.parse((tmp_path / "out/MANIFEST.sig").read_bytes(), typ=None, detached=True)
    (key,) = key_list.entitled(told.ledger.keys.current(), statement.kid, "event")
    external = cose.aad(CONTEXT, told.ledger.config.origin)
    cose.verify(statement, public_key.load_public(key.public), external, raw)
    with pytest.raises(VerificationError):
        cose.verify(statement, public_key.load_public(key.public), external, raw + b" ")


def test_checkpoints_and_key_lists_are_those_of_the_ledger(told: Story, tmp_path: Path) -> None:
    told.ledger.checkpoints.sign()
    regulation(told, 1)

    exported(told, tmp_path / "out")

    newest = (tmp_path / "out/log/checkpoint").read_bytes()
    point = checkpoint.opened(newest, told.ledger.checkpoints.log_keys()).point
    assert point.size == manifest(tmp_path / "out")["size"]
    kept = {f"{size:012d}": note for size, note in told.ledger.checkpoints.kept()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "out/checkpoints").iterdir()} == kept
    assert len(kept) == 2
    previous = None
    for version, path in enumerate(sorted((tmp_path / "out/keys").iterdir()), 1):
        body = cbor.decode(path.read_bytes(), limit=1 << 20)
        previous = key_list.admit(body, origin=point.origin, previous=previous, anchor_fingerprint=None)
        assert path.name == f"{version:06d}.cbor"
    assert previous == told.ledger.keys.current()
    assert isinstance(previous, KeyList)


def test_what_left_and_for_whom_is_recorded_before_it_leaves(told: Story, tmp_path: Path) -> None:
    first = exported(told, tmp_path / "first")
    second = exported(told, tmp_path / "second", purpose="research", recipient="UNPAD")

    recorded = exports_in(told.ledger)
    assert [str(event.originator_id) for event in recorded] == [first["export"], second["export"]]
    assert [(event.purpose, event.recipient) for event in recorded] == [("annual-audit", "BPK"), ("research", "UNPAD")]
    assert [event.size for event in recorded] == [first["size"] - 1, second["size"] - 1]
    last = decode(payload_of(copied(tmp_path / "second", second["size"])[-1]))
    assert (last.event.originator_id, last.actor) == (recorded[1].originator_id, told.officers["ketua"])


def test_an_archive_is_the_folder_in_one_order_without_times_or_owners(told: Story, tmp_path: Path) -> None:
    packed = tmp_path / "out.tar.gz"
    exported(told, packed)

    names = unpacked(packed, tmp_path / "out")

    assert names == sorted(names) == [name for name, _ in contents(tmp_path / "out")]
    assert manifest(tmp_path / "out")["files"] == measured(tmp_path / "out")
    with tarfile.open(packed) as tar:
        assert {(one.mtime, one.uid, one.gid, one.uname, one.mode) for one in tar} == {(0, 0, 0, "", 0o644)}
    again = tmp_path / "again.tar.gz"
    with parcel(again) as folder:
        unpacked(packed, folder)
    assert again.read_bytes() == packed.read_bytes()


@pytest.mark.parametrize("name", ["more", "more.tar.gz"])
def test_a_difference_makes_the_former_folder_whole(told: Story, tmp_path: Path, name: str) -> None:
    told.ledger.checkpoints.sign()  # Of this hour the next one is kept, once two days are over.
    first = exported(told, tmp_path / "out")
    told.clock.ms = told.clock() + 49 * HOUR_MS
    for number in range(3):
        regulation(told, number)
        told.ledger.checkpoints.sign()

    exported(told, tmp_path / name, since=first["size"])

    more = tmp_path / "more"
    if name != "more":
        unpacked(tmp_path / name, more)
    came = {path for path, _ in contents(more)}
    assert not any(path in came for path in ("log/tile/0/000", "log/tile/entries/007", "keys/000001.cbor"))
    assert manifest(more)["from"] == first["size"]
    for path, file in contents(more):
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        file.replace(tmp_path / "out" / path)
    whole = measured(tmp_path / "out")
    said = manifest(tmp_path / "out")
    assert {path: whole.get(path) for path in said["files"]} == said["files"]
    assert copied(tmp_path / "out", said["size"]) == stored(told.ledger)
    left = whole.keys() - said["files"].keys()
    assert f"checkpoints/{first['size'] - 1:012d}" in left
    assert all(path.startswith("checkpoints/") or ".p/" in path for path in left)
    with opened(tmp_path / "out") as made_whole:
        assert made_whole.files(1) == []


def test_a_cosignature_that_came_after_the_former_export_is_in_the_difference(told: Story, tmp_path: Path) -> None:
    first = exported(told, tmp_path / "out")
    stamp = (told.clock() // 1000 + 5).to_bytes(8, "big")
    told.ledger.checkpoints.cosigned(first["size"], [Signature("saksi", b"abcd", stamp + bytes(64))])

    exported(told, tmp_path / "more", since=first["size"])

    path = f"checkpoints/{first['size']:012d}"
    assert b"saksi" not in (tmp_path / "out" / path).read_bytes()
    assert b"saksi" in (tmp_path / "more" / path).read_bytes()


def test_the_checkpoint_that_was_cosigned_leaves_not_one_that_came_since(told: Story, tmp_path: Path) -> None:
    checkpoints, stamp = told.ledger.checkpoints, (told.clock() // 1000).to_bytes(8, "big")
    cosigned: list[int] = []

    def keep() -> None:
        checkpoints.sign()
        cosigned.append(checkpoints.require_newest().size)
        checkpoints.cosigned(cosigned[0], [Signature("saksi", b"abcd", stamp + bytes(64))])
        regulation(told, 7)  # Another process goes on.
        checkpoints.sign()

    Exports(told.ledger.context, checkpoints, keep).make(told.actor("ketua"), tmp_path / "out", **WHAT)

    assert manifest(tmp_path / "out")["size"] == cosigned[0] < checkpoints.require_newest().size


def test_a_kept_checkpoint_says_since_when(told: Story, tmp_path: Path) -> None:
    first = exported(told, tmp_path / "out")
    regulation(told, 1)
    told.ledger.checkpoints.sign()
    note = (tmp_path / "out/log/checkpoint").read_bytes()

    assert told.ledger.exports.size_of(note) == first["size"]
    lines = note.split(b"\n")
    for changed in (
        note.replace(lines[0], b"other.contoh.invalid", 1),
        note.replace(lines[1], str(first["size"] - 1).encode(), 1),
        note.replace(lines[1], str(first["size"] + 99).encode(), 1),
    ):
        with pytest.raises(VerificationError) as refused:
            told.ledger.exports.size_of(changed)
        assert refused.value.code == "checkpoint-foreign"


@pytest.mark.parametrize("name", ["taken", "taken.tar.gz"])
def test_what_is_there_already_is_not_overwritten(told: Story, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")

    with pytest.raises(ConflictError) as refused:
        exported(told, tmp_path / name)

    assert refused.value.code == "export-target-taken"
    assert (tmp_path / name).read_bytes() == b"mine"
    assert exports_in(told.ledger) == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"purpose": "for Rina Kusuma"}, "text-not-plain"),
        ({"recipient": "Rina"}, "text-not-plain"),
        ({"retention": date(2026, 10, 21)}, "retention-out-of-range"),
        ({"since": 1_000_000}, "export-size"),
        ({"since": -1}, "export-size"),
    ],
)
def test_a_refused_export_leaves_nothing(told: Story, tmp_path: Path, other: dict[str, Any], code: str) -> None:
    before = sorted(tmp_path.iterdir())

    with pytest.raises(RuleError) as refused:
        exported(told, tmp_path / "out", **other)

    assert refused.value.code == code
    assert sorted(tmp_path.iterdir()) == before
    assert exports_in(told.ledger) == []


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_recorded(told: Story, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        exported(told, tmp_path / "nowhere" / "out")

    assert refused.value.code == "export-unwritable"
    assert exports_in(told.ledger) == []


def test_entries_that_are_not_those_signed_do_not_leave(told: Story, tmp_path: Path) -> None:
    told.ledger.checkpoints.sign()
    entry = stored(told.ledger)[7]
    tampered = entry[:-1] + bytes([entry[-1] ^ 1])
    before = sorted(tmp_path.iterdir())
    change = text("UPDATE events SET entry = :entry WHERE position = 7")
    with unprotected(told.ledger) as connection:
        connection.execute(change, {"entry": tampered})

    with pytest.raises(StoreError) as refused:
        exported(told, tmp_path / "out")

    assert refused.value.code == "root-differs"
    assert sorted(tmp_path.iterdir()) == before
    with unprotected(told.ledger) as connection:
        connection.execute(change, {"entry": entry})


@pytest.mark.parametrize("db", ["sqlite"])
@pytest.mark.parametrize("name", ["out", "out.tar.gz"])
@pytest.mark.parametrize("entries", [0, 1024, 2000])
def test_an_export_that_is_killed_leaves_no_target_and_the_next_succeeds(
    told: Story, tmp_path: Path, name: str, entries: int
) -> None:
    config, clock = json.dumps(asdict(told.ledger.config)), str(told.clock())
    arguments = (config, clock, str(told.officers["ketua"]), str(tmp_path / name), str(entries))

    done = subprocess.run([sys.executable, CHILD, *arguments], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    assert not (tmp_path / name).exists()
    exported(told, tmp_path / name)
    assert (tmp_path / name).exists()
    assert len(exports_in(told.ledger)) == 2  # The copy that may have left is not denied.
