from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import VerificationError
from ledger.signing import key_list, public_key
from ledger.signing.key_list import KeyList, RootKey, RootSet

ORIGIN = "ledger.contoh.invalid"
SECOND = MLDSA65PrivateKey.from_seed_bytes(b"\x09" * 32)

Private = Callable[[int], Ed25519PrivateKey]
Public = Callable[[int], bytes]


def admit(body: object, previous: KeyList | None, anchor: str | None = None, origin: str = ORIGIN) -> KeyList:
    return key_list.admit(body, origin=origin, previous=previous, anchor_fingerprint=anchor)


def refused_by(body: object, previous: KeyList | None, anchor: str | None = None, origin: str = ORIGIN) -> str:
    with pytest.raises(VerificationError) as refused:
        admit(body, previous, anchor, origin)
    return refused.value.code


def following(old: KeyList, **changes: object) -> KeyList:
    return replace(old, version=old.version + 1, **changes)  # type: ignore[arg-type]


def test_the_first_list_is_admitted_by_its_roots_fingerprint(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), private(3)], ORIGIN)
    shouted = first.roots.fingerprint().upper().replace("-", " ")

    assert admit(body, None, first.roots.fingerprint()) == first
    assert admit(body, None, shouted) == first
    assert admit(body, None) == first


def test_the_first_list_of_other_roots_is_refused(first: KeyList, private: Private, public: Public) -> None:
    roots = RootSet((RootKey(public(7)),), 1)
    body = key_list.publish(replace(first, roots=roots), [private(7)], ORIGIN)

    assert refused_by(body, None, first.roots.fingerprint()) == "root-not-anchored"


def test_an_empty_fingerprint_is_not_the_absence_of_one(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), private(2)], ORIGIN)

    assert refused_by(body, None, "") == "root-not-anchored"


@pytest.mark.parametrize("signers", [(), (1,), (1, 1), (1, 7), (7, 8)])
def test_a_list_is_signed_by_as_many_different_roots_as_its_threshold(
    first: KeyList, private: Private, signers: tuple[int, ...]
) -> None:
    body = key_list.publish(first, [private(n) for n in signers], ORIGIN)

    assert refused_by(body, None, first.roots.fingerprint()) == "key-list-unsigned"


def test_a_signature_of_a_root_that_fails_refuses_the_list(first: KeyList, private: Private) -> None:
    other = key_list.publish(following(first), [private(3)], ORIGIN)
    body = key_list.publish(first, [private(1), private(2)], ORIGIN)

    body["signed"] += other["signed"]

    assert refused_by(body, None) == "signature-wrong"


def test_a_list_of_another_ledger_is_refused(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), private(2)], ORIGIN)

    assert refused_by(body, None, origin="ledger.ipspi.or.id") == "signature-wrong"


def test_a_tampered_list_is_refused(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), private(2)], ORIGIN)
    body["list"] = replace(first, exp=first.exp + 1).encode()

    assert refused_by(body, None, first.roots.fingerprint()) == "signature-wrong"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"list": b""},
        {"list": "", "signed": []},
        {"list": b"", "signed": {}},
        {"list": b"", "signed": [1]},
        {"list": b"", "signed": [], "more": 0},
    ],
)
def test_another_map_is_no_published_list(first: KeyList, body: object) -> None:
    assert refused_by(body, first) == "key-list-malformed"


def test_what_a_stranger_can_make_us_check_is_bounded(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), private(2)], ORIGIN)
    body["signed"] += body["signed"] * 16

    assert refused_by(body, first) == "key-list-malformed"


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=3))
def test_whatever_the_signatures_only_our_error_is_raised(first: KeyList, signed: list[bytes]) -> None:
    with pytest.raises(VerificationError):
        key_list.open_signed(first.encode(), signed, origin=ORIGIN, roots=first.roots)


def test_two_roots_may_share_a_kid(first: KeyList, private: Private, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_key, "kid_of", lambda *_: b"the same")
    body = key_list.publish(replace(first, keys=()), [private(3), private(2)], ORIGIN)

    assert admit(body, None).version == 1


def test_a_post_quantum_root_is_asked_and_checked(first: KeyList, private: Private) -> None:
    root = RootKey(SECOND.public_key().public_bytes_raw(), public_key.ALG_ML_DSA_65)
    new = replace(first, roots=replace(first.roots, keys=(*first.roots.keys, root)))
    whole = key_list.publish(new, [private(1), private(2), SECOND], ORIGIN)
    alien = key_list.publish(following(new), [SECOND], ORIGIN)
    lacking = {"list": whole["list"], "signed": whole["signed"][:2]}
    wrong = {"list": whole["list"], "signed": [*whole["signed"][:2], *alien["signed"]]}
    not_counted = {"list": whole["list"], "signed": whole["signed"][1:]}

    assert admit(whole, None) == new
    assert refused_by(lacking, None) == "key-list-unsigned"
    assert refused_by(wrong, None) == "signature-wrong"
    assert refused_by(not_counted, None) == "key-list-unsigned"


def test_a_post_quantum_signature_of_a_stranger_is_ignored(first: KeyList, private: Private) -> None:
    body = key_list.publish(first, [private(1), SECOND, private(2)], ORIGIN)

    assert admit(body, None) == first


def test_a_list_that_readers_would_refuse_is_not_published(first: KeyList, private: Private) -> None:
    with pytest.raises(VerificationError) as refused:
        key_list.publish(replace(first, version=0), [private(1)], ORIGIN)

    assert refused.value.code == "key-list-malformed"


def test_a_list_that_does_not_follow_is_not_admitted_whoever_signed(first: KeyList, private: Private) -> None:
    def signed(new: KeyList) -> key_list.SignedKeyList:
        return key_list.publish(new, [private(1), private(2)], ORIGIN)

    assert admit(signed(following(first)), first).version == 2
    assert refused_by(signed(first), first) == "key-list-rollback"
    assert refused_by(signed(following(first)), None) == "key-list-gap"
    assert refused_by(signed(following(first, keys=())), first) == "key-dropped"


def test_a_new_root_set_is_signed_by_the_old_and_the_new(first: KeyList, private: Private, public: Public) -> None:
    new = following(first, roots=RootSet((RootKey(public(3)), RootKey(public(7))), threshold=2))

    def body(*signers: int) -> key_list.SignedKeyList:
        return key_list.publish(new, [private(n) for n in signers], ORIGIN)

    assert admit(body(1, 3, 7), first) == new
    assert refused_by(body(3, 7), first) == "key-list-unsigned"
    assert refused_by(body(1, 2, 3), first) == "key-list-unsigned"


def test_a_later_list_is_signed_by_the_roots_of_the_list_before_it(
    first: KeyList, private: Private, public: Public
) -> None:
    takeover = following(first, roots=RootSet((RootKey(public(7)),), 1))

    body = key_list.publish(takeover, [private(7)], ORIGIN)

    assert refused_by(body, first) == "key-list-unsigned"
