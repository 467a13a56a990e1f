import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, VerificationError
from ledger.signing import cbor, key_list, public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey

VECTOR = json.loads((Path(__file__).parent / "vectors" / "key-list.json").read_text())
PAGE = Path(__file__).parents[2] / "docs" / "formats" / "key-list.md"

Public = Callable[[int], bytes]
Edit = Callable[[dict[str, Any]], object]

SECOND = RootKey(
    MLDSA65PrivateKey.from_seed_bytes(b"\x09" * 32).public_key().public_bytes_raw(), public_key.ALG_ML_DSA_65
)


def refusal(data: bytes) -> VerificationError:
    with pytest.raises(VerificationError) as refused:
        KeyList.decode(data)
    return refused.value


def test_a_list_is_read_as_it_was_written(first: KeyList) -> None:
    assert KeyList.decode(first.encode()) == first


def test_every_optional_field_is_read_as_it_was_written(first: KeyList, public: Public) -> None:
    log_key = MLDSA44PrivateKey.from_seed_bytes(b"\x08" * 32).public_key().public_bytes_raw()
    grants = (Grant("DPP", "RS-01", ("STR",), 100, 200), *first.authorities["ipspi"].grants)
    full = replace(
        first,
        roots=replace(first.roots, keys=(*first.roots.keys, SECOND)),
        authorities={"ipspi": Authority("ipspi", "https://x.invalid/", grants)},
        keys=(
            replace(first.keys[0], state="compromised", compromised_index=0),
            replace(first.keys[1], state="retired", ends=1_600_000_000),
            Key(public_key.kid_of(log_key, -48), log_key, -48, "checkpoint", None, 0),
        ),
    )

    assert KeyList.decode(full.encode()) == full


def test_the_bytes_are_frozen(first: KeyList) -> None:
    assert first.encode().hex() == VECTOR["list"]
    assert sha256(first.encode()).hexdigest() == VECTOR["sha256"]
    assert first.roots.fingerprint() == VECTOR["fingerprint"]


def test_the_signatures_of_the_vector_hold_and_those_of_its_twin_do_not(first: KeyList) -> None:
    data, signed = bytes.fromhex(VECTOR["list"]), [bytes.fromhex(item) for item in VECTOR["signed"]]
    twin = bytes.fromhex(VECTOR["tampered"])

    read = key_list.open_signed(data, signed, origin=VECTOR["origin"], roots=first.roots)
    with pytest.raises(VerificationError) as refused:
        key_list.open_signed(twin, signed, origin=VECTOR["origin"], roots=first.roots)

    assert read == first
    assert KeyList.decode(twin).version == 2
    assert refused.value.code == "signature-wrong"


def test_the_page_shows_the_vector_and_names_every_field() -> None:
    page = PAGE.read_text()

    for shown in (VECTOR["sha256"], VECTOR["fingerprint"], VECTOR["origin"]):
        assert shown in page
    for name in (*key_list_fields(cbor.decode(bytes.fromhex(VECTOR["list"]), limit=4096)), "to", "compromised_index"):
        assert f"`{name}`" in page


def key_list_fields(value: object) -> set[str]:
    if isinstance(value, dict):
        inner = set().union(*map(key_list_fields, value.values())) if value else set()
        return {name for name in value if isinstance(name, str) and name != "ipspi"} | inner
    return set().union(*map(key_list_fields, value)) if isinstance(value, list) else set()


@given(st.binary(max_size=100))
def test_whatever_the_bytes_only_our_error_is_raised(data: bytes) -> None:
    with pytest.raises(LedgerError):
        KeyList.decode(data)


@given(st.data())
def test_whatever_stands_in_a_field_only_our_error_is_raised(data: st.DataObject) -> None:
    value: Any = cbor.decode(bytes.fromhex(VECTOR["list"]), limit=4096)
    place = value
    while isinstance(place, dict | list) and place:
        holder, key = place, data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        place = holder[key]
        if data.draw(st.booleans()):
            break
    before = place
    holder[key] = after = data.draw(
        st.sampled_from([None, True, 0, -1, 1 << 53, "", "x", b"", b"x" * 32, [], {}, {1: 1}])
    )

    try:
        read = KeyList.decode(cbor.encode(value))
    except VerificationError:
        return

    assert type(before) is type(after), read


def first_key(value: dict[str, Any]) -> Any:
    return value["keys"][0]


def paper_key(value: dict[str, Any]) -> Any:
    return value["keys"][1]


def grant(value: dict[str, Any]) -> Any:
    return value["authorities"]["ipspi"]["grants"][0]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda v: v.update(version=0), "list.version"),
        (lambda v: v.update(version=True), "list.version"),
        (lambda v: v.update(exp=v["iat"]), "list.exp"),
        (lambda v: v.update(iat=-1), "list.exp"),
        (lambda v: v.update(v=2), "fields"),
        (lambda v: v.pop("v"), "fields"),
        (lambda v: v.update(more=0), "fields"),
        (lambda v: v.pop("keys"), "list.keys"),
        (lambda v: v.update(keys={}), "list.keys"),
        (lambda v: v["roots"].update(threshold=0), "roots.threshold"),
        (lambda v: v["roots"].update(threshold=4), "roots.threshold"),
        (lambda v: v["roots"].update(threshold=True), "roots.threshold"),
        (lambda v: v["roots"].update(keys=[]), "roots.threshold"),
        (
            lambda v: v["roots"].update(keys=[public_key.cose_key(SECOND.public, SECOND.alg)], threshold=1),
            "roots.threshold",
        ),
        (lambda v: v["roots"]["keys"].append(v["roots"]["keys"][0]), "one key for one role"),
        (lambda v: v["roots"]["keys"].append(first_key(v)["key"]), "one key for one role"),
        (lambda v: v["roots"]["keys"].append(public_key.cose_key(bytes(1312), -48)), "roots.alg"),
        (lambda v: v["roots"]["keys"][0].update({1: True}), "fields"),
        (lambda v: v["keys"].append(first_key(v)), "one key for one role"),
        (lambda v: v.update(authorities={7: v["authorities"]["ipspi"]}), "authority"),
        (lambda v: v["authorities"].update({"": v["authorities"]["ipspi"]}), "authority"),
        (lambda v: v["authorities"]["ipspi"].update(status_uri=""), "authority"),
        (lambda v: v["authorities"]["ipspi"].update(grants=[]), "authority"),
        (lambda v: v["authorities"].update(dpd=[]), "authority"),
        (lambda v: grant(v).update(schemes=[]), "authority"),
        (lambda v: grant(v).update(schemes=[1]), "authority"),
        (lambda v: grant(v).update(scope=""), "authority"),
        (lambda v: grant(v).update(name=""), "authority"),
        (lambda v: grant(v).update(to=18_261), "authority"),
        (lambda v: grant(v).update(to=None), "grant.to"),
        (lambda v: first_key(v).update(kid=bytes(8)), "key.kid"),
        (lambda v: first_key(v).update(alg=-8), "key.kid"),
        (lambda v: first_key(v).update(role="root"), "key"),
        (lambda v: first_key(v).update(authority="ipspi"), "key"),
        (lambda v: paper_key(v).pop("authority"), "key"),
        (lambda v: paper_key(v).update(authority="dpd"), "key"),
        (lambda v: first_key(v).update(state="lost"), "key"),
        (lambda v: first_key(v).update(state="compromised"), "key"),
        (lambda v: first_key(v).update(state="compromised", compromised_index=-1), "key"),
        (lambda v: first_key(v).update(compromised_index=5), "key"),
        (lambda v: first_key(v).update(state="retired"), "key"),
        (lambda v: first_key(v).update(to=first_key(v)["from"]), "key"),
        (lambda v: first_key(v).update({"from": -1}), "key"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(first: KeyList, edit: Edit, why: str) -> None:
    value: Any = cbor.decode(first.encode(), limit=4096)
    edit(value)

    error = refusal(cbor.encode(value))

    assert (error.code, error.facts) == ("key-list-malformed", {"why": why})


def test_an_ml_dsa_key_signs_notes_and_nothing_else(first: KeyList) -> None:
    log_key = MLDSA44PrivateKey.from_seed_bytes(b"\x08" * 32).public_key().public_bytes_raw()
    key = Key(public_key.kid_of(log_key, -48), log_key, -48, "event", None, 0)

    assert refusal(replace(first, keys=(key,)).encode()).facts == {"why": "key"}


def test_a_weak_point_is_listed_nowhere(first: KeyList) -> None:
    weak = Key(public_key.kid_of(bytes(32)), bytes(32), public_key.ALG_ED25519, "event", None, 0)

    assert refusal(replace(first, keys=(weak,)).encode()).code == "key-weak"
    assert refusal(replace(first, roots=replace(first.roots, keys=(RootKey(bytes(32)),))).encode()).code == "key-weak"


def test_bytes_that_are_no_map_are_refused() -> None:
    assert refusal(b"\x80").facts == {"why": "list"}
    assert refusal(b"\xff").facts == {"why": "undecodable"}
