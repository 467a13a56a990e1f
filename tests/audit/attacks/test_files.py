"""A byte of a file: found by whoever only reads, and behind a manifest that the event key signed anew."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.audit.bundle import opened
from ledger.audit.keys import manifest_signature
from ledger.transparency import notes
from ledger.transparency.notes import Note
from ledger.transparency.tiles import Tile
from tests.audit.attacks.attacker import MINIMAL, Attacker, Found
from tests.audit.bundle.conftest import Maker

MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.sig"


def names(folder: Path) -> list[str]:
    """Every file that the manifest lists."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(set(found) - {MANIFEST, SIGNATURE})


def flip(path: Path, at: int) -> bytes:
    """What stood there before."""
    before = path.read_bytes()
    path.write_bytes(flipped(before, at))
    return before


def flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def compared(folder: Path) -> Iterator[list[tuple[str, str]]]:
    """Code and file of what differs from the manifest, by either of the two."""
    with opened(folder) as bundle:
        yield [(one.code, one.file) for one in bundle.files(1)]
    try:
        yield list(MINIMAL.Bundle(folder).compare())
    except MINIMAL.UnreadableError:  # Schemas and lifecycles are read first: it stops there.
        assert any(path.exists() for path in folder.glob("rules/*"))


@pytest.mark.parametrize("part", [0, 0.37, 0.71, 1])
def test_a_flipped_byte_is_named_with_its_file_whichever_it_is(bundle: Path, part: float) -> None:
    for name in names(bundle):
        before = flip(bundle / name, int(part * ((bundle / name).stat().st_size - 1)))

        said = list(compared(bundle))

        assert [found for found in said if found != [("file-differs", name)]] == []
        assert len(said) == 2 or name.startswith(("schemas/", "rules/lifecycles"))
        (bundle / name).write_bytes(before)
    assert list(compared(bundle)) == [[], []]


def test_all_of_them_stand_in_one_report(attacker: Attacker, bundle: Path) -> None:
    for name in names(bundle):
        flip(bundle / name, -1)

    found = attacker.found(bundle)

    assert {file for code, file in found if code == "file-differs"} == set(names(bundle))


UNSIGNED: Found = (None, "manifest-unsigned", SIGNATURE)
NEWEST: Found = (None, "checkpoint-differs", "log/checkpoint")
READ_NOWHERE = ("from", "made", "purpose", "retention")  # Only the signature holds these.
MANIFESTS: dict[str, set[Found]] = {
    "files": {UNSIGNED, (None, "file-differs", "schemas/training.planned.json")},
    "origin": {NEWEST, (0, "signature-wrong", "")},
    "purpose": {UNSIGNED},
    "root": {UNSIGNED, NEWEST},
}


def change(bundle: Path, field: str) -> None:
    """Another last sign of its value, which stays a number or a hash."""
    raw = (bundle / MANIFEST).read_bytes()
    written = json.dumps({field: json.loads(raw)[field]}, sort_keys=True, separators=(",", ":"))[1:].rstrip('"}')
    at = raw.index(written.encode()) + len(written) - 1
    (bundle / MANIFEST).write_bytes(raw[:at] + (b"1" if raw[at : at + 1] == b"0" else b"0") + raw[at + 1 :])


@pytest.mark.parametrize("field", MANIFESTS)
def test_a_changed_sign_of_the_manifest_is_found(attacker: Attacker, bundle: Path, field: str) -> None:
    change(bundle, field)

    ours, theirs = attacker.opinions(bundle)

    assert MANIFESTS[field] <= {*(ours or ())} & {*(theirs or ())}


def test_another_size_in_the_manifest_is_found(attacker: Attacker, bundle: Path) -> None:
    change(bundle, "size")
    size = json.loads((bundle / MANIFEST).read_bytes())["size"]

    ours, theirs = attacker.opinions(bundle)

    missing = f"log/{Tile(-1, size // 256, size % 256).path()}"
    assert {NEWEST, (None, "file-missing", missing)} <= {*(ours or ())} & {*(theirs or ())}


def test_another_version_of_the_format_is_unreadable(attacker: Attacker, bundle: Path) -> None:
    change(bundle, "bundle")

    assert attacker.both(bundle) is None


def test_every_field_of_the_manifest_is_changed(bundle: Path) -> None:
    assert json.loads((bundle / MANIFEST).read_bytes()).keys() == {*MANIFESTS, *READ_NOWHERE, "bundle", "size"}


@pytest.mark.parametrize("field", READ_NOWHERE)
def test_the_event_key_signed_the_whole_manifest(attacker: Attacker, bundle: Path, field: str) -> None:
    change(bundle, field)

    assert unsigned(attacker, bundle)


@pytest.mark.parametrize("at", [0, 20, 40, -64, -1])
def test_a_flipped_byte_of_the_manifests_signature_is_found(attacker: Attacker, bundle: Path, at: int) -> None:
    assert not unsigned(attacker, bundle)

    flip(bundle / SIGNATURE, at)

    assert unsigned(attacker, bundle)


def unsigned(attacker: Attacker, folder: Path) -> bool:
    keys, recorded = attacker.keys_at(len(attacker.entries)), attacker.records[-1].recorded
    with opened(folder) as bundle:
        return [one.code for one in manifest_signature(bundle, keys, recorded)] == ["manifest-unsigned"]


# Signed anew ----------------------------------------------------------------------------------------------------------

POINTS: dict[str, tuple[Callable[[Attacker, int, Note], Note], str]] = {
    "the origin": (lambda a, n, _: a.over(replace(a.point(n), origin="lain.contoh.invalid")), "checkpoint-differs"),
    "the size": (lambda a, n, _: a.over(replace(a.point(n), size=n + 1)), "checkpoint-differs"),
    "the root": (lambda a, n, _: a.over(replace(a.point(n), root=bytes(32))), "checkpoint-differs"),
    "a line more": (lambda _, __, note: replace(note, text=note.text + "more\n"), "checkpoint-malformed"),
    "the log's signature": (lambda _, __, note: touched(note, 0, "raw", -1), "note-signature-wrong"),
    "its second time": (lambda _, __, note: touched(note, 1, "raw", 7), "note-signature-wrong"),
    "its second signature": (lambda _, __, note: touched(note, 1, "raw", 40), "note-signature-wrong"),
    "the log's key": (lambda _, __, note: touched(note, 0, "id", 0), "checkpoint-unsigned"),
    "the witness's time": (lambda _, __, note: touched(note, 3, "raw", 7), "note-signature-wrong"),
    "the witness's signature": (lambda _, __, note: touched(note, 3, "raw", -1), "note-signature-wrong"),
}


def touched(note: Note, which: int, part: str, at: int) -> Note:
    """With a flipped byte in one of its signatures."""
    signatures = list(note.signatures)
    signatures[which] = replace(signatures[which], **{part: flipped(getattr(signatures[which], part), at)})
    return replace(note, signatures=tuple(signatures))


def test_every_part_of_a_kept_checkpoint_is_asked(attacker: Attacker, tmp_path: Path) -> None:
    attacker.kept = [*range(50, 50 + len(POINTS)), *(size for size in Maker.sizes(attacker) if size > 100)]
    attacker.times[attacker.kept[0]] = 1  # s UTC; what is not of this log says nothing of its times.
    files = {what: f"checkpoints/{size:012d}" for what, size in zip(POINTS, attacker.kept, strict=False)}
    folder = attacker.write(tmp_path / "bundle")
    for (change, _), (path, size) in zip(
        POINTS.values(), zip(files.values(), attacker.kept, strict=False), strict=True
    ):
        (folder / path).write_bytes(change(attacker, size, notes.parse((folder / path).read_bytes())).encode())

    found = attacker.both(attacker.resign(folder))

    assert found == [(None, code, files[what]) for what, (_, code) in POINTS.items()]


def test_every_tile_and_key_list_is_compared_with_the_entries(attacker: Attacker, bundle: Path) -> None:
    """Hashes of both levels, and the four lists."""
    tiles = [name for name in names(bundle) if name.startswith("log/tile/") and "entries" not in name]
    lists = [name for name in names(bundle) if name.startswith("keys/")]
    for name in tiles + lists:
        flip(bundle / name, 40)

    found = attacker.both(attacker.resign(bundle))

    lists_at = [r.position for r in attacker.records if r.event.TOPIC.startswith("keys.")]
    tiles_at = [Tile.parse(name.removeprefix("log/")).index * 256 for name in tiles]
    expected = [(at, "key-list-differs", name) for at, name in zip(lists_at, lists, strict=True)]
    assert found == expected + [(at, "tile-differs", name) for at, name in zip(tiles_at, tiles, strict=True)]
    assert {name.split("/")[2] for name in tiles} == {"0", "1"}


def test_every_rule_and_schema_is_compared_with_the_audits_own(attacker: Attacker, bundle: Path) -> None:
    rules = [name for name in names(bundle) if name.startswith(("rules/", "schemas/"))]
    for name in rules:
        flip(bundle / name, -1)

    assert attacker.found(attacker.resign(bundle)) == [("rules-differ", name) for name in rules]
