"""Part by part, the second opinion and the ledger read the same bytes alike, though they share no line."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.audit import audit_min
from ledger.signing import cbor, cose
from ledger.transparency import checkpoint, merkle, notes, tiles
from tests.audit.alike import ORIGIN, SERVICE, code_of, statement

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.binary(max_size=30)
    | st.text(max_size=9)
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(-2, 30), inner, max_size=3)
    ),
    max_leaves=8,
)


def alike(data: bytes) -> None:
    theirs = code_of(lambda: audit_min.decode(data))
    ours = code_of(lambda: cbor.decode(data, limit=65_535))

    assert theirs == ours, data.hex()


@given(st.binary(max_size=40))
@example(bytes.fromhex("d81c81d81d00"))  # a list that holds itself
@example(bytes.fromhex("d81c" + "82d81d00d81d00"))
@example(bytes.fromhex("a201000101"))  # a key twice
@example(bytes.fromhex("a2010bf50b"))  # 1 and true
@example(bytes.fromhex("9f01ff"))
@example(bytes.fromhex("d8236128"))  # a pattern that is none
@example(b"\x81" * 9)
@example(b"\x81" * 8 + b"\x80")
def test_any_bytes_are_read_or_refused_alike(data: bytes) -> None:
    alike(data)


@given(VALUES, st.booleans())
@example(2**53 + 1, True)
@example(-(2**53) - 1, True)
@example({-1: 0, 30: 0}, True)
@example({-1: 0, -2: 0, 1: 0}, True)
@example({-3: 0, 1: 0}, True)
@example({"a": 0, 1: 0}, True)
@example("\u202e", True)
@example("e\u0301", True)
def test_any_value_is_read_or_refused_alike(value: object, canonical: bool) -> None:
    alike(cbor2.dumps(value, canonical=canonical))


def test_what_is_longer_than_an_entry_is_refused_by_both() -> None:
    alike(cbor2.dumps(bytes(65_532)))
    alike(cbor2.dumps(bytes(65_533)))

    assert code_of(lambda: audit_min.decode(cbor2.dumps(bytes(65_533)))) == "cbor-malformed"


def test_shared_parts_do_not_make_the_reader_count_for_ever() -> None:
    """Eight levels, each four thousand times the one below."""
    inner = cbor2.dumps([1])
    for level in range(7):
        inner = b"\xd8\x1c\x99\x0f\xa0" + inner + (b"\xd8\x1d" + cbor2.dumps(6 - level)) * 3999

    assert code_of(lambda: audit_min.decode(inner[:65_000])) == "cbor-malformed"


def parsed_alike(data: bytes, *, detached: bool = False) -> str:
    theirs = code_of(lambda: audit_min.read_statement(data).headers("b"))
    ours = code_of(lambda: cose.parse(data, typ="b", detached=detached))

    assert theirs == ours, data.hex()
    return ours


def test_a_statement_with_any_byte_of_its_head_changed_is_read_or_refused_alike() -> None:
    data = statement()
    codes = {
        parsed_alike(data[:at] + bytes([value]) + data[at + 1 :])
        for at in range(len(data) - 66)
        for value in range(256)
    }

    assert codes == {"", "statement-malformed", "algorithm-refused"}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"protected": {1: -49, 4: bytes(8), 16: "b"}}, "algorithm-refused"),
        ({"protected": {1: -19, 4: bytes(7), 16: "b"}}, "statement-malformed"),
        ({"protected": {1: -19, 4: "12345678", 16: "b"}}, "statement-malformed"),
        ({"protected": {1: -19, 4: bytes(8), 16: "c"}}, "statement-malformed"),
        ({"protected": {1: -19, 4: bytes(8), 16: "b", 2: 0}}, "statement-malformed"),
        ({"protected": {4: bytes(8), 16: "b"}}, "statement-malformed"),
        ({"protected": []}, "statement-malformed"),
        ({"unprotected": {1: -19}}, "statement-malformed"),
        ({"unprotected": []}, "statement-malformed"),
        ({"payload": "p"}, "statement-malformed"),
        ({"signature": bytes(63)}, "statement-malformed"),
        ({"signature": "s" * 64}, "statement-malformed"),
        ({"payload": bytes(65_536)}, "statement-malformed"),
    ],
)
def test_a_statement_of_another_form_is_refused_by_both(other: dict[str, Any], code: str) -> None:
    assert parsed_alike(statement(**other)) == code


NOTE = """ledger.contoh.invalid
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— ledger.contoh.invalid 9+4K324uBSmrmvIaCVNmiS7FXsFZ53ep6p8h0if0rm81QDtUQtrjmpB1QcBhpLhpKFm0nLuc/iKu4bYTfF05O2VgtgM=
""".encode()


def test_a_note_with_any_byte_changed_is_read_or_refused_alike() -> None:
    codes = set()
    for at in range(len(NOTE)):
        for value in b"\x00\t\n +-019=AZz\x7f\x80\xe2\xff":
            data = NOTE[:at] + bytes([value]) + NOTE[at + 1 :]
            theirs = code_of(lambda data=data: audit_min.read_checkpoint(data))
            codes.add(code_of(lambda data=data: checkpoint.parse(notes.parse(data))))
            assert theirs == code_of(lambda data=data: checkpoint.parse(notes.parse(data))), (at, value)

    assert codes == {"", "note-malformed", "checkpoint-malformed"}


@pytest.mark.parametrize("at", [0, 1, 5, 66, 67, 68, 69, 70, 80, -1])
def test_a_note_that_is_cut_is_refused_by_both(at: int) -> None:
    assert code_of(lambda: audit_min.read_checkpoint(NOTE[:at])) == "note-malformed"
    assert code_of(lambda: notes.parse(NOTE[:at])) == "note-malformed"


def test_a_key_as_it_is_published_is_read_alike() -> None:
    known = notes.NoteKey(ORIGIN, notes.COSIGNED, SERVICE)

    read = audit_min.read_vkey(known.encode())

    assert (read.name, read.type, read.public.raw, read.id) == (known.name, known.kind, known.public, known.id)


@pytest.mark.parametrize(
    ("was", "now"),
    [("f7ee", "f7ef"), ("+Aep", "-Aep"), ("+Aep", "+Bep"), ("URtIs", "URtI"), ("ledger", ""), (ORIGIN, ""), (".", " ")],
)
def test_what_is_no_published_key_is_refused_by_both(was: str, now: str) -> None:
    text = "ledger.contoh.invalid+f7ee0adf+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs".replace(was, now, 1)

    assert code_of(lambda: audit_min.read_vkey(text)) in ("note-malformed", "note-key-malformed")
    assert code_of(lambda: notes.NoteKey.parse(text)) == "note-key-malformed"


@pytest.mark.parametrize(
    ("name", "material"), [(ORIGIN, b"\1" + SERVICE[1:]), (ORIGIN, b"\2" + SERVICE), (" ", b"\1" + SERVICE)]
)
def test_a_published_key_of_another_shape_is_refused_by_both(name: str, material: bytes) -> None:
    """Though its id is right."""
    id = sha256(name.encode() + b"\n" + material).digest()[:4]
    text = f"{name}+{id.hex()}+{b64encode(material).decode()}"

    assert code_of(lambda: audit_min.read_vkey(text)) == "note-key-malformed"
    assert code_of(lambda: notes.NoteKey.parse(text)) == "note-key-malformed"


@pytest.mark.parametrize("size", [0, 1, 2, 7, 255, 256, 257, 511, 65_537])
def test_the_tree_and_its_tiles_are_the_same(size: int) -> None:
    full: list[audit_min.Tile] = []
    tree = audit_min.Tree(full.append)
    frontier = merkle.Frontier()
    for n in range(size):
        leaf = merkle.leaf_hash(n.to_bytes(3, "big"))
        tree.append(leaf)
        frontier.append(leaf)

    made = {audit_min.tile_path(level, index, len(row)) for level, index, row in (*full, *tree.edge())}

    assert tree.root() == frontier.root()
    assert made == {f"log/{tile.path()}" for tile in tiles.tiles_of(size)}
    assert {path for path in audit_min.tile_paths(size) if "entries" not in path} == made


@given(st.integers(0, 10**10), st.integers(1, 256))
def test_a_tile_stands_at_the_same_place(index: int, width: int) -> None:
    assert audit_min.tile_path(0, index, width) == f"log/{tiles.Tile(0, index, width).path()}"
    assert audit_min.tile_path("entries", index, width) == f"log/{tiles.Tile(-1, index, width).path()}"


@pytest.mark.parametrize("data", [b"\0", b"\0\1", b"\0\2a", b"\0\1a\0"])
def test_entries_that_are_cut_are_refused_by_both(data: bytes) -> None:
    assert code_of(lambda: audit_min.unbundled(data, 1)) == code_of(lambda: tiles.unbundle(data)) == "tile-malformed"
