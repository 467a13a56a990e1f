"""The second opinion and the ledger believe the same key lists, though they share no line."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from ledger.audit import audit_min
from ledger.events import KINDS
from ledger.signing import key_list, public_key
from ledger.signing.key_records import Key, KeyList, RootKey, RootSet
from tests.audit.alike import ORIGIN, SERVICE, code_of, statement


class Roots:
    """Three of Ed25519, of which two must sign, and one of ML-DSA-65."""

    def __init__(self) -> None:
        self.keys: list[Any] = [*(Ed25519PrivateKey.generate() for _ in range(3)), MLDSA65PrivateKey.generate()]
        publics = [key.public_key().public_bytes_raw() for key in self.keys]
        rooted = [RootKey(public) for public in publics[:3]]
        self.set = RootSet((*rooted, RootKey(publics[3], public_key.ALG_ML_DSA_65)), threshold=2)


OLD, OTHER = Roots(), Roots()
KEY = Key(public_key.kid_of(SERVICE), SERVICE, public_key.ALG_ED25519, "event", None, 100, 900, "retired")
FIRST = KeyList(1, 100, 1000, OLD.set, {}, (KEY,))
NEXT = replace(FIRST, version=2, iat=200)
COMPROMISED = replace(KEY, state="compromised", compromised_index=10)
LISTS: dict[str, tuple[KeyList, KeyList, list[Any], str]] = {
    "the next one": (FIRST, NEXT, OLD.keys, ""),
    "signed by two roots and the second kind": (FIRST, NEXT, OLD.keys[1:], ""),
    "signed by one root": (FIRST, NEXT, OLD.keys[2:], "key-list-unsigned"),
    "signed by one root twice": (FIRST, NEXT, [*OLD.keys[:1], *OLD.keys[:1], OLD.keys[3]], "key-list-unsigned"),
    "without the second kind": (FIRST, NEXT, OLD.keys[:3], "key-list-unsigned"),
    "signed by strangers": (FIRST, NEXT, OTHER.keys, "key-list-unsigned"),
    "signed by strangers too": (FIRST, NEXT, OLD.keys + OTHER.keys, ""),
    "the same version": (FIRST, replace(NEXT, version=1), OLD.keys, "key-list-rollback"),
    "made earlier": (FIRST, replace(NEXT, iat=99), OLD.keys, "key-list-rollback"),
    "a version left out": (FIRST, replace(NEXT, version=3), OLD.keys, "key-list-gap"),
    "a key dropped": (FIRST, replace(NEXT, keys=()), OLD.keys, "key-dropped"),
    "a key in another role": (FIRST, replace(NEXT, keys=(replace(KEY, role="receipt"),)), OLD.keys, "key-changed"),
    "a key from earlier on": (FIRST, replace(NEXT, keys=(replace(KEY, begins=1),)), OLD.keys, "key-changed"),
    "a key in use again": (FIRST, replace(NEXT, keys=(replace(KEY, state="active"),)), OLD.keys, "key-healed"),
    "a key compromised": (FIRST, replace(NEXT, keys=(COMPROMISED,)), OLD.keys, ""),
    "compromised later": (
        replace(FIRST, keys=(COMPROMISED,)),
        replace(NEXT, keys=(replace(COMPROMISED, compromised_index=11),)),
        OLD.keys,
        "key-healed",
    ),
    "other roots, by both": (FIRST, replace(NEXT, roots=OTHER.set), OLD.keys + OTHER.keys, ""),
    "other roots, by the old": (FIRST, replace(NEXT, roots=OTHER.set), OLD.keys, "key-list-unsigned"),
    "other roots, by themselves": (FIRST, replace(NEXT, roots=OTHER.set), OTHER.keys, "key-list-unsigned"),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_key_list_follows_another_for_both(case: str) -> None:
    before, after, signers, expected = LISTS[case]
    first: Any = key_list.publish(before, OLD.keys, ORIGIN)
    second: Any = key_list.publish(after, signers, ORIGIN)
    chain = audit_min.KeyChain(ORIGIN)
    chain.admit(0, first)

    theirs = code_of(lambda: chain.admit(1, second))
    ours = code_of(lambda: key_list.admit(second, origin=ORIGIN, previous=before, anchor_fingerprint=None))

    assert theirs == ours == expected


def signed_again(change: Callable[[list[bytes]], list[bytes]]) -> Any:
    body: Any = key_list.publish(FIRST, OLD.keys, ORIGIN)
    return body | {"signed": change(body["signed"])}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda signed: [signed[0][:-1] + bytes([signed[0][-1] ^ 1]), *signed[1:]], "signature-wrong"),
        (lambda signed: [*signed[:3], signed[3][:-1] + bytes([signed[3][-1] ^ 1])], "signature-wrong"),
        (lambda signed: signed * 9, "key-list-malformed"),
        (lambda signed: [*signed, statement(protected={1: -19, 4: bytes(8)})], "statement-malformed"),
        (lambda signed: [*signed, statement(protected={1: -19, 4: bytes(8)}, payload=None)], ""),
        (lambda signed: [*signed, b""], "statement-malformed"),
    ],
)
def test_other_signatures_beside_a_list_are_refused_by_both(
    change: Callable[[list[bytes]], list[bytes]], code: str
) -> None:
    body = signed_again(change)

    theirs = code_of(lambda: audit_min.KeyChain(ORIGIN).admit(0, body))
    ours = code_of(lambda: key_list.admit(body, origin=ORIGIN, previous=None, anchor_fingerprint=None))

    assert theirs == ours == code


def test_the_first_list_has_the_first_version_for_both() -> None:
    body: Any = key_list.publish(NEXT, OLD.keys, ORIGIN)

    theirs = code_of(lambda: audit_min.KeyChain(ORIGIN).admit(0, body))
    ours = code_of(lambda: key_list.admit(body, origin=ORIGIN, previous=None, anchor_fingerprint=None))

    assert theirs == ours == "key-list-gap"


LATTICE_KEY = public_key.cose_key(bytes(1312), public_key.ALG_ML_DSA_44)
LATTICE = {"key": LATTICE_KEY, "alg": -48, "kid": public_key.kid_of(bytes(1312), public_key.ALG_ML_DSA_44)}


def list_of(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = cbor2.loads(FIRST.encode())
    change(value)
    return cbor2.dumps(value, canonical=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(v=2),
        lambda said: said.update(version=0),
        lambda said: said.update(exp=100),
        lambda said: said.update(more=1),
        lambda said: said.pop("exp"),
        lambda said: said["roots"].update(threshold=0),
        lambda said: said["roots"].update(threshold=4),
        lambda said: said["keys"].append(said["keys"][0]),
        lambda said: said["keys"][0].update(kid=bytes(8)),
        lambda said: said["keys"][0].update(alg=-49),
        lambda said: said["keys"][0].update(role="root"),
        lambda said: said["keys"][0].update(role="certificate"),
        lambda said: said["keys"][0].update(authority="ipspi"),
        lambda said: said["keys"][0].update(state="lost"),
        lambda said: said["keys"][0].update(state="compromised"),
        lambda said: said["keys"][0].update(compromised_index=1),
        lambda said: said["keys"][0].pop("to"),
        lambda said: said["keys"][0].update(to=100),
        lambda said: said.update(iat="100"),
        lambda said: said.update(keys={}),
        lambda said: said["keys"][0].update(LATTICE),
        lambda said: said["roots"]["keys"].append(LATTICE["key"]),
    ],
)
def test_a_list_that_contradicts_itself_is_refused_by_both(change: Callable[[dict[str, Any]], object]) -> None:
    data = list_of(change)

    theirs = code_of(lambda: audit_min.read_key_list(data))

    assert theirs == code_of(lambda: KeyList.decode(data)) == "key-list-malformed"


def test_the_same_fields_are_approved_of_every_kind() -> None:
    ours = {kind: set(event.ACT) for kind, (event, _) in KINDS.items() if event.ACT}

    assert {kind: set(named.split()) for kind, named in audit_min.APPROVED.items()} == ours


@pytest.mark.parametrize(
    "value",
    [
        {1: 1, -1: 6, -2: SERVICE[1:]},
        {1: 1, -1: 6, -2: SERVICE, 2: b""},
        {1: 1, -1: 4, -2: SERVICE},
        {1: 7, 3: -48, -1: bytes(1311)},
        {1: 7, 3: -19, -1: SERVICE},
        {1: 7, 3: -50, -1: bytes(2592)},
        [],
    ],
)
def test_what_is_no_key_is_refused_by_both(value: Any) -> None:
    assert code_of(lambda: audit_min.read_key(value)) == "key-malformed"
    assert code_of(lambda: public_key.read_cose_key(value)) in ("key-malformed", "key-weak")
