from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.errors import VerificationError
from ledger.signing import key_list, public_key
from ledger.signing.key_list import Key, KeyList

Public = Callable[[int], bytes]


def test_a_key_is_entitled_to_its_own_role_only(first: KeyList) -> None:
    event, paper = first.keys

    assert key_list.entitled(first, event.kid, "event") == [event]
    assert key_list.entitled(first, paper.kid, "certificate", authority="ipspi") == [paper]
    for kid, role, authority in [
        (event.kid, "certificate", None),
        (paper.kid, "status", None),
        (paper.kid, "certificate", "dpd"),
        (event.kid, "event", "ipspi"),
    ]:
        with pytest.raises(VerificationError) as refused:
            key_list.entitled(first, kid, role, authority=authority)
        assert refused.value.code == "key-not-entitled"


def test_an_unknown_kid_is_named(first: KeyList) -> None:
    with pytest.raises(VerificationError) as refused:
        key_list.entitled(first, bytes(8), "event")

    assert (refused.value.code, refused.value.facts) == ("key-unknown", {"kid": "00" * 8})


@pytest.mark.parametrize(("at", "usable"), [(99, False), (100, True), (199, True), (200, False), (None, True)])
def test_a_key_holds_from_its_first_second_and_not_at_its_last(first: KeyList, at: int | None, usable: bool) -> None:
    key = replace(first.keys[0], begins=100, ends=200, state="retired")
    listed = replace(first, keys=(key,))

    if usable:
        assert key_list.entitled(listed, key.kid, "event", at=at) == [key]
        return
    with pytest.raises(VerificationError) as refused:
        key_list.entitled(listed, key.kid, "event", at=at)

    assert refused.value.code == "key-not-entitled"


@pytest.mark.parametrize(("index", "usable"), [(0, True), (6, True), (7, False), (8, False), (None, False)])
def test_a_compromised_key_counts_before_its_index_only(first: KeyList, index: int | None, usable: bool) -> None:
    key = replace(first.keys[0], state="compromised", compromised_index=7)
    listed = replace(first, keys=(key,))

    if usable:
        assert key_list.entitled(listed, key.kid, "event", index=index) == [key]
        return
    with pytest.raises(VerificationError) as refused:
        key_list.entitled(listed, key.kid, "event", index=index)

    assert refused.value.code == "key-compromised"
    assert refused.value.facts["index"] == 7


def test_every_key_that_has_the_kid_is_tried(first: KeyList, public: Public) -> None:
    event = first.keys[0]
    twin = Key(event.kid, public(8), public_key.ALG_ED25519, "event", None, 0)
    lost = replace(event, state="compromised", compromised_index=0)
    alien = Key(event.kid, public(9), public_key.ALG_ED25519, "receipt", None, 0)

    assert key_list.entitled(replace(first, keys=(event, twin, alien)), event.kid, "event") == [event, twin]
    assert key_list.entitled(replace(first, keys=(lost, twin)), event.kid, "event") == [twin]
