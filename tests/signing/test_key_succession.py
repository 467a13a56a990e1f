from dataclasses import replace

import pytest

from ledger.errors import VerificationError
from ledger.signing import key_list
from ledger.signing.key_list import Authority, Grant, KeyList


def following(old: KeyList, **changes: object) -> KeyList:
    return replace(old, version=old.version + 1, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "iat", "code"),
    [
        (1, 0, "key-list-rollback"),
        (2, 0, "key-list-rollback"),
        (3, -1, "key-list-rollback"),
        (4, 0, "key-list-gap"),
    ],
)
def test_a_list_follows_the_one_before_it(first: KeyList, version: int, iat: int, code: str) -> None:
    second = following(first)

    with pytest.raises(VerificationError) as refused:
        key_list.succeed(second, replace(first, version=version, iat=first.iat + iat))

    assert refused.value.code == code


def test_the_first_list_has_the_first_version(first: KeyList) -> None:
    key_list.succeed(None, first)

    with pytest.raises(VerificationError) as refused:
        key_list.succeed(None, following(first))

    assert refused.value.code == "key-list-gap"


def changed_key(first: KeyList, **changes: object) -> KeyList:
    return following(first, keys=(replace(first.keys[0], **changes), *first.keys[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ends": 1_600_000_000},
        {"state": "retired", "ends": 1_600_000_000},
        {"state": "compromised", "compromised_index": 7},
    ],
)
def test_a_key_may_end(first: KeyList, changes: dict[str, object]) -> None:
    key_list.succeed(first, changed_key(first, **changes))


@pytest.mark.parametrize("changes", [{"role": "receipt"}, {"authority": "ipspi"}, {"begins": 5}])
def test_a_key_keeps_what_it_is_for(first: KeyList, changes: dict[str, object]) -> None:
    with pytest.raises(VerificationError) as refused:
        key_list.succeed(first, changed_key(first, **changes))

    assert refused.value.code == "key-changed"


def test_a_key_is_never_dropped(first: KeyList) -> None:
    with pytest.raises(VerificationError) as refused:
        key_list.succeed(first, following(first, keys=first.keys[1:]))

    assert refused.value.code == "key-dropped"
    assert refused.value.facts == {"kid": first.keys[0].kid.hex()}


@pytest.mark.parametrize(
    ("state", "index", "healed"),
    [
        ("active", None, True),
        ("retired", None, True),
        ("compromised", 8, True),
        ("compromised", 7, False),
        ("compromised", 3, False),
    ],
)
def test_a_compromised_key_is_never_healed(first: KeyList, state: str, index: int | None, healed: bool) -> None:
    second = changed_key(first, state="compromised", compromised_index=7)
    third = changed_key(second, state=state, compromised_index=index)

    if not healed:
        key_list.succeed(second, third)
        return
    with pytest.raises(VerificationError) as refused:
        key_list.succeed(second, third)

    assert refused.value.code == "key-healed"


def granting(first: KeyList, *grants: Grant) -> KeyList:
    return following(first, authorities={"ipspi": replace(first.authorities["ipspi"], grants=grants)})


def test_a_grant_may_be_added_or_ended(first: KeyList) -> None:
    (grant,) = first.authorities["ipspi"].grants
    ended = granting(first, replace(grant, ends=18_500))
    added = granting(ended, replace(grant, ends=18_500), replace(grant, begins=18_501))
    another = following(
        added, authorities=added.authorities | {"dpd": Authority("dpd", "https://x.invalid/", (grant,))}
    )

    key_list.succeed(first, ended)
    key_list.succeed(ended, added)
    key_list.succeed(added, another)


def test_a_grant_is_neither_changed_nor_removed_nor_lengthened(first: KeyList) -> None:
    (grant,) = first.authorities["ipspi"].grants
    ended = granting(first, replace(grant, ends=18_500))
    attempts = [
        (first, granting(first, replace(grant, scope="RS-01"))),
        (first, granting(first, replace(grant, schemes=("PEKSOS",)))),
        (first, granting(first, replace(grant, begins=18_000))),
        (first, granting(first, replace(grant, name="DPD"))),
        (first, granting(first)),
        (first, granting(first, replace(grant, begins=18_000), grant)),
        (ended, granting(ended, replace(grant, ends=18_501))),
        (ended, granting(ended, grant)),
    ]

    for old, new in attempts:
        with pytest.raises(VerificationError) as refused:
            key_list.succeed(old, new)
        assert refused.value.code == "grant-changed"


def test_an_authority_is_never_dropped(first: KeyList) -> None:
    with pytest.raises(VerificationError) as refused:
        key_list.succeed(first, following(first, authorities={}))

    assert refused.value.code == "authority-dropped"
