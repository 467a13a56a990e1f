"""The stored bytes of every kind of event, frozen: old histories must replay for ever.

Vectors are ours, made by `python tests/test_events.py`, which adds those of new kinds and never changes one.
"""

import json
from dataclasses import MISSING, fields
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.lifecycle import First
from ledger.errors import InputError, LedgerError
from ledger.events import CONTEXT, FRAME, KINDS, TYPE, Record, act, decode, encode, read_act
from ledger.signing import cose

VECTORS = Path(__file__).parent / "vectors" / "events.json"
ORIGIN = "vectors.contoh.invalid"
STREAM, ACTOR = UUID("01700000-0000-7000-8000-000000000001"), UUID("01700000-0000-7000-8000-000000000002")
SIGNER = cose.Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), context=CONTEXT, origin=ORIGIN, typ=TYPE)


# Fields that a kind gained after its vectors were frozen: they stand in a vector of their own.
ADDED = {
    "officer.appointed": ("region", "decree"),
    "officer.changed": ("region", "decree"),
    "officer.dismissed": ("decree",),
    "training.planned": ("region",),
    "registrant.registered": ("provisional",),
    "registrant.corrected": ("correction", "proposal"),
    "participation.completed": ("proposal",),
    "participation.corrected": ("competence",),
}


def example(annotation: Any, name: str) -> Any:
    """A value of this type that depends on the field's name only."""
    seed = sha256(name.encode()).digest()
    if isinstance(annotation, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    inside = get_args(annotation)
    if get_origin(annotation) is tuple:
        return (example(inside[0], name), example(inside[0], name + "'"))
    if get_origin(annotation) is dict:
        named = {"32.75": name, "PUSAT": name + "'", "A": "a"}
        return {key: example(inside[1], of) for key, of in named.items()}
    return {
        str: name.upper(),
        int: int.from_bytes(seed[:2], "big"),
        bool: seed[0] % 2 == 1,
        bytes: seed,
        date: date.fromordinal(737_000 + seed[0]),
        UUID: UUID(bytes=seed[:16]),
    }[annotation]


def record(kind: str, *, full: bool, whole: bool = False) -> Record:
    """An event of this kind with every field, or without those that may be absent; `whole`: with later ones, too."""
    event_class, noun = KINDS[kind]
    later = () if whole else ADDED.get(kind, ())
    state = {
        f.name: example(f.type, f.name) if f.default is MISSING or (full and f.name not in later) else f.default
        for f in fields(event_class)
        if f.name not in FRAME
    }
    state |= {"originator_id": STREAM, "originator_version": 1 if issubclass(event_class, First) else 2}
    event = object.__new__(event_class)
    object.__setattr__(event, "__dict__", state)
    assert noun.LIFECYCLE
    authority, actor, capacity = ("IPSPI", ACTOR, "Ketua DPP") if full else (None, None, "")
    return Record(7, 1_581_908_400_123, date(2020, 2, 17), authority, actor, capacity, event)


def vector(kind: str, form: str) -> dict[str, str]:
    payload = encode(record(kind, full=form != "least", whole=form == "whole"))
    return {"payload": payload.hex(), "entry_sha256": sha256(SIGNER.sign(payload)).hexdigest()}


CASES = [(kind, form) for kind in sorted(KINDS) for form in ("full", "least")]
CASES += [(kind, "whole") for kind in sorted(ADDED)]
named = partial(pytest.mark.parametrize, ("kind", "form"), CASES)


@named()
def test_the_stored_bytes_of_a_kind_never_change(kind: str, form: str) -> None:
    frozen = json.loads(VECTORS.read_text())[f"{kind}/{form}"]

    assert vector(kind, form) == frozen


@named()
def test_stored_bytes_are_read_back_as_the_same_event(kind: str, form: str) -> None:
    payload = bytes.fromhex(json.loads(VECTORS.read_text())[f"{kind}/{form}"]["payload"])

    read = decode(payload)

    assert encode(read) == payload
    assert type(read.event) is KINDS[kind][0]
    expected = record(kind, full=form != "least", whole=form == "whole")
    assert vars(read.event).items() >= _body_of(expected).items()


def _body_of(expected: Record) -> dict[str, Any]:
    return {name: value for name, value in vars(expected.event).items() if name not in FRAME}


def test_every_kind_that_was_ever_frozen_is_still_known() -> None:
    frozen = {name.rpartition("/")[0] for name in json.loads(VECTORS.read_text())}

    assert frozen == set(KINDS)


def test_an_unknown_kind_is_not_imported_but_refused() -> None:
    payload = cbor2.loads(encode(record("registrant.registered", full=True))) | {"kind": "os:system"}

    with pytest.raises(InputError) as refused:
        decode(cbor2.dumps(payload, canonical=True))

    assert refused.value.code == "event-unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"v": 2}, "event-malformed"),
        ({"index": -1.5}, "cbor-malformed"),
        ({"stream": b"short"}, "event-malformed"),
        ({"actor": b"short"}, "event-malformed"),
        ({"recorded": -1}, "event-malformed"),
        ({"capacity": 7}, "event-malformed"),
        ({"effective": 10**9}, "day-out-of-range"),
        ({"extra": 1}, "event-malformed"),
        ({"body": {"adult": True, "region": "32.75"}}, "field-missing"),
        ({"body": {"adult": 1, "identity": b"x" * 32, "region": "32.75"}}, "field-malformed"),
        ({"body": {"adult": True, "identity": b"x" * 32, "region": "32.75", "name": "X"}}, "field-unknown"),
    ],
)
def test_a_malformed_event_is_refused(change: dict[str, Any], code: str) -> None:
    payload = cbor2.loads(encode(record("registrant.registered", full=True))) | change

    with pytest.raises(InputError) as refused:
        decode(cbor2.dumps(payload, canonical=True))

    assert refused.value.code == code


def test_a_field_of_another_type_is_refused_before_it_is_signed() -> None:
    made = record("registrant.registered", full=True)
    object.__setattr__(made.event, "region", 3275)

    with pytest.raises(InputError) as refused:
        encode(made)

    assert (refused.value.code, refused.value.facts["field"]) == ("field-malformed", "region")


TEXTS = st.text(max_size=40) | st.sampled_from(["a\0b", "e\u0301", "\u202e", "\ud800"])
NUMBERS = st.integers() | st.sampled_from([1 << 53, (1 << 53) + 1, -(1 << 53) - 1, 1 << 64])


@given(st.dictionaries(TEXTS, NUMBERS, max_size=4), NUMBERS, TEXTS, TEXTS)
def test_whatever_is_written_is_read_again(quotas: dict[str, int], announced: int, basis: str, capacity: str) -> None:
    made = record("training.planned", full=True)
    vars(made.event).update(quotas=quotas, announced=announced, basis=basis)
    made.capacity = capacity

    try:
        payload = encode(made)
    except InputError:  # Nothing is signed that the history could not be read past.
        return

    read = decode(payload)

    assert _body_of(read) == _body_of(made)
    assert read.capacity == capacity


@pytest.mark.parametrize("announced", [(1 << 53) + 1, 10**18, 10**30])
def test_a_number_that_no_reader_accepts_is_refused_before_it_is_signed(announced: int) -> None:
    made = record("training.planned", full=True)
    vars(made.event).update(announced=announced)

    with pytest.raises(InputError) as refused:
        encode(made)

    assert refused.value.code == "cbor-malformed"


@given(st.binary(max_size=400))
def test_random_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(LedgerError):
        decode(data)


@given(st.data())
def test_a_changed_byte_is_never_read_as_the_same_event(data: st.DataObject) -> None:
    payload = bytearray(encode(record("certificate.issued", full=True)))
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        read = decode(bytes(payload))
    except LedgerError:
        return

    assert encode(read) == bytes(payload)
    assert bytes(payload) != encode(record("certificate.issued", full=True))


def test_an_act_is_read_back_as_it_was_proposed() -> None:
    values = _body_of(record("certificate.revoked", full=True))

    kind, stream, fields_read = read_act(act("certificate.revoked", STREAM, values, date(2020, 2, 17)))

    assert (kind, stream) == ("certificate.revoked", STREAM)
    assert fields_read == {name: values[name] for name in ("decree", "reason", "backdated")}


@pytest.mark.parametrize(("kind", "dated"), [("certificate.issued", False), ("certificate.revoked", True)])
def test_the_day_of_an_issue_is_no_part_of_what_is_approved(kind: str, dated: bool) -> None:
    values = _body_of(record(kind, full=True))

    leaf = cbor2.loads(act(kind, STREAM, values, date(2020, 2, 17)))

    assert ("effective" in leaf) is dated


if __name__ == "__main__":
    kept = json.loads(VECTORS.read_text()) if VECTORS.exists() else {}
    made = {f"{kind}/{form}": vector(kind, form) for kind, form in CASES}
    VECTORS.write_text(json.dumps(made | kept, indent=1, sort_keys=True) + "\n")
