"""The files of a bundle, apart from any store."""

import json
import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.bundle import ALWAYS, File, checkpoint_files, fixed_files, log_files
from ledger.domain.certificates import Certificate
from ledger.domain.rulebook import BOOK
from ledger.events import KINDS, NOUNS
from ledger.rules.published import schema
from ledger.transparency import merkle
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.transparency.notes import Note, Signature
from ledger.transparency.tiles import Tile, node_reader, tiles_of, unbundle

PAGE = (Path(__file__).parents[2] / "docs/formats/event.md").read_text(encoding="utf-8")
ENTRIES = [sha256(n.to_bytes(4, "big")).digest() for n in range(66_000)]
SIZES = st.integers(0, 700) | st.sampled_from([255, 256, 257, 511, 512, 513])


def made(size: int) -> dict[str, File]:
    return {file.path: file for file in log_files(ENTRIES[:size], Frontier())}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 600, 65_535, 65_536, 65_800])
def test_the_tiles_over_the_entries_are_all_of_that_size_and_prove_its_root(size: int) -> None:
    frontier = Frontier()

    found = {file.path: file.data for file in log_files(ENTRIES[:size], frontier)}

    hashes = {path: data for path, data in found.items() if "entries" not in path}
    assert list(hashes.keys() ^ {f"log/{tile.path()}" for tile in tiles_of(size)}) == []
    bundles = [tile for tile in tiles_of(size) if tile.level == 0]
    copied = [e for t in bundles for e in unbundle(found[f"log/{Tile(-1, t.index, t.width).path()}"])]
    assert copied == ENTRIES[:size]
    node = node_reader(lambda tile: hashes[f"log/{tile.path()}"], size)
    assert frontier.root() == merkle.root_of(map(leaf_hash, ENTRIES[:size])) == merkle.root_at(size, node)


@given(SIZES, SIZES)
def test_what_a_difference_leaves_out_stood_in_the_former_bundle_and_nothing_else(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before, after = made(old), made(new)

    left_out = {path for path, file in after.items() if file.since <= old}

    assert left_out == {path for path in after if path in before and before[path].data == after[path].data}


def note(*stamps: int) -> bytes:
    signed = [Signature("log", b"1234", bytes(64))]
    signed += [Signature(f"w{n}", b"1234", t.to_bytes(8, "big") + bytes(64)) for n, t in enumerate(stamps)]
    return Note("text\n", tuple(signed)).encode()


def test_a_checkpoint_that_may_have_been_cosigned_since_is_there_again() -> None:
    former = 1_000_000
    kept = [(1, note()), (2, note(1, former - 3601)), (3, note(1, former - 3600)), (4, note(former + 5))]

    found = [(file.path, file.since) for file in checkpoint_files(kept, former)]

    assert found == [
        *(("checkpoints/000000000001", 1), ("checkpoints/000000000002", 2)),
        *(("checkpoints/000000000003", ALWAYS), ("checkpoints/000000000004", ALWAYS)),
    ]


def fixed() -> dict[str, bytes]:
    return {file.path: file.data for file in fixed_files()}


def told(path: str) -> Any:
    return json.loads(fixed()[path])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_schema_of_a_kind_says_what_the_page_of_events_says(kind: str) -> None:
    found = told(f"schemas/{kind}.json")

    parts = [f'{"? " if f["optional"] else ""}"{f["name"]}": {f["type"]}' for f in found["fields"]]
    assert f"{kind} = {{ {', '.join(parts)} }}" in PAGE.splitlines()
    assert (found["kind"], found["fields"]) == (kind, schema(kind))


def test_the_rule_book_and_the_lifecycles_are_whole() -> None:
    book, tables = told("rules/rulebook.json"), told("rules/lifecycles.json")

    assert [(one["name"], one["value"], one["verified"]) for one in book] == [
        (p.name, p.value, p.verified) for p in BOOK
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", one["begins"]) and one["basis"] and one["set_by"] for one in book)
    assert set(tables) == {noun.TOPIC for noun in NOUNS}
    rebuilt = {(before, kind): after for before, kind, after in tables["certificate"]}
    assert rebuilt == Certificate.LIFECYCLE


def test_the_second_checker_and_a_readme_in_both_languages_ride_along() -> None:
    assert fixed()["audit_min.py"] == (files("ledger.audit") / "audit_min.py").read_bytes()
    assert all(word in fixed()["README.txt"].decode() for word in ("Cara memeriksa", "How to check"))
