import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.signing import cbor

LIMIT = 65_535

TEXT = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]))
SCALARS = st.one_of(
    st.integers(-(1 << 53), 1 << 53), st.binary(max_size=40), TEXT, st.booleans(), st.none(), st.just("Ibu Sélène")
)
KEYS = st.one_of(TEXT, st.just("é"))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4),
        st.dictionaries(st.integers(0, 1 << 40), inner, max_size=4),
    ),
    max_leaves=12,
).filter(lambda value: depth(value) <= 8)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert cbor.decode(cbor.encode(value), limit=LIMIT) == value


@given(VALUES)
def test_the_bytes_are_those_of_the_library_s_canonical_form(value: object) -> None:
    assert cbor.encode(value) == cbor2.dumps(value, canonical=True)


@given(st.binary(max_size=60))
def test_whatever_the_bytes_only_our_error_is_raised_and_what_is_read_is_deterministic(data: bytes) -> None:
    try:
        value = cbor.decode(data, limit=LIMIT)
    except InputError:
        return

    assert cbor.encode(value) == data


@given(VALUES, st.data())
def test_a_changed_byte_is_refused_or_reads_as_another_value(value: object, data: st.DataObject) -> None:
    good = cbor.encode(value)
    place = data.draw(st.integers(0, len(good) - 1))
    flip = data.draw(st.integers(1, 255))
    tampered = good[:place] + bytes((good[place] ^ flip,)) + good[place + 1 :]

    try:
        read = cbor.decode(tampered, limit=LIMIT)
    except InputError:
        return

    assert cbor.encode(read) != good


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "undecodable"),
        ("1817", "order"),  # 23 in two bytes
        ("0000", "order"),  # trailing byte
        ("9f00ff", "order"),  # indefinite list
        ("5f4100ff", "order"),  # indefinite bytes
        ("a2616201616102", "order"),  # b before a
        ("a2026161016162", "order"),  # 2 before 1
        ("a201020103", "order"),  # the same key twice
        ("a2616101616102", "order"),
        ("a1f500", "keys"),  # True as a key
        ("a201000002", "order"),
        ("a20100616100", "keys"),  # number and text
        ("a1410000", "keys"),  # bytes as a key
        ("a13900ff00", "keys"),  # -256
        ("a22000181800", "keys"),  # -1 beside 24: length-first and bytewise disagree
        ("f93c00", "type"),  # 1.0
        ("f97e00", "type"),  # NaN
        ("f7", "type"),  # undefined
        ("e0", "type"),  # simple(0)
        ("c11a514b67b0", "undecodable"),  # a date
        ("c249010000000000000000", "undecodable"),  # a big number
        ("c4820102", "undecodable"),
        ("d8236161", "undecodable"),  # a regular expression
        ("d81c80", "undecodable"),  # a shared value
        ("d9d9f700", "undecodable"),  # self-described
        ("d8784100", "type"),  # a tag that the library does not know
        ("d28443a10132a0f640", "type"),  # COSE_Sign1: the tag is the caller's
        ("1b0020000000000001", "integer"),  # 2^53 + 1
        ("3b0020000000000000", "integer"),
        ("6109", "text"),  # tab
        ("63e2808e", "text"),  # left-to-right mark
        ("63e280ae", "text"),  # right-to-left override
        ("6365cc81", "text"),  # e and a combining accent: not NFC
        ("a163e280ae00", "text"),  # in a key too
        ("61ff", "undecodable"),
        ("818181818181818100", None),  # depth 8
        ("81818181818181818100", "undecodable"),  # depth 9
        ("5bffffffffffffffff", "undecodable"),
        ("a220002100", None),  # COSE_Key
        ("a217002000", None),
        ("a21affffffff003a0001117000", None),  # our claims beside keys of five bytes
        ("a21b0000000100000000003a0001117000", "keys"),
    ],
)
def test_a_reading_is_strict(data: str, why: str | None) -> None:
    raw = bytes.fromhex(data)

    if why is None:
        assert cbor.encode(cbor.decode(raw, limit=LIMIT)) == raw
        return
    with pytest.raises(InputError) as refused:
        cbor.decode(raw, limit=LIMIT)

    assert refused.value.facts == {"why": why}


def test_bytes_over_the_limit_are_not_looked_at() -> None:
    data = cbor.encode(b"x" * 30)

    with pytest.raises(InputError) as refused:
        cbor.decode(data, limit=len(data) - 1)

    assert refused.value.facts == {"why": "length"}
    assert cbor.decode(data, limit=len(data)) == b"x" * 30


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1.5, "type"),
        (bytearray(b"x"), "type"),
        ({"a": {1, 2}}, "type"),
        ("e\u0301", "text"),
        ("\ud800", "text"),
        ({"\ud800": 1}, "text"),
        (1 << 54, "integer"),
        ({1: 0, "a": 0}, "keys"),
        ({"a": 0, 1: 0}, "keys"),
        ({True: 0}, "keys"),
        ({None: 0}, "keys"),
        ({1 << 54: 0}, "keys"),
        ([[[[[[[[[0]]]]]]]]], "depth"),
    ],
)
def test_what_nobody_would_read_back_is_not_written(value: object, why: str) -> None:
    with pytest.raises(InputError) as refused:
        cbor.encode(value)

    assert refused.value.facts == {"why": why}


def test_a_known_shape_of_numbers_does_not_let_true_pass_for_one() -> None:
    cbor.encode({1: 0})

    with pytest.raises(InputError):
        cbor.encode({True: 0})


def test_no_code_of_a_tag_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("re.compile", lambda pattern, *_: asked.append(pattern))

    with pytest.raises(InputError):
        cbor.decode(bytes.fromhex("d8236161"), limit=LIMIT)

    assert asked == []
