"""Status lists: two bits an entry, least significant first, read as strictly as they are written."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials import status_list
from ledger.credentials.status_list import BITS, ENTRIES, PACKED, Status, StatusList
from ledger.errors import LedgerError, VerificationError
from tests.conformance import world
from tests.conformance.world import FRESH, INDEX, KEYS, ORIGIN, STATUS, signer

URI = f"{world.BASE}/status/ipspi/0"
LIST = StatusList(
    uri=URI,
    iat=FRESH,
    exp=FRESH + 86_400,
    ttl=600,
    keys=(3, bytes(32)),
    packed=status_list.pack([(INDEX, Status.VALID)]),
)
SIGNER = signer(STATUS, status_list.CONTEXT, typ=status_list.TYP)


def opened(data: bytes, *, authority: str = "ipspi", uri: str = URI) -> StatusList:
    return status_list.open_signed(data, key_list=KEYS, origin=ORIGIN, authority=authority, uri=uri)


def test_a_list_is_read_as_it_was_published() -> None:
    assert opened(status_list.publish(LIST, SIGNER)) == LIST


def test_the_bits_are_those_of_the_draft() -> None:
    """Source: IETF draft-ietf-oauth-status-list-21, section 4.1: entries 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3."""
    entries = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]

    packed = status_list.pack((index, Status(entry)) for index, entry in enumerate(entries))

    assert packed[:3].hex() == "c944f9"
    assert zlib.compress(packed[:3], 9).hex() == "78da3be9f2130003df0207"


@given(st.dictionaries(st.integers(0, ENTRIES - 1), st.sampled_from(Status), max_size=40))
def test_every_entry_is_read_back_and_all_others_read_1(held: dict[int, Status]) -> None:
    packed = replace(LIST, packed=status_list.pack(held.items()))

    around = {index + step for index in held for step in (-1, 1)} - held.keys()

    assert {index: packed.at(index) for index in held} == held
    assert {packed.at(index) for index in around} <= {Status.INVALID}


@pytest.mark.parametrize("index", [-1, ENTRIES, 1 << 53])
def test_what_is_past_the_end_is_held_by_nobody(index: int) -> None:
    assert replace(LIST, packed=bytes(PACKED)).at(index) is Status.INVALID


def test_a_list_has_the_size_of_its_entries() -> None:
    assert PACKED * 8 == ENTRIES * BITS


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("https://cek.example/status/ipspi", "status/ipspi/2"),
        ("https://cek.example/a/b?c=d", "a/b"),
        ("https://cek.example", "2"),
    ],
)
def test_only_the_path_of_an_address_is_asked_for(uri: str, path: str) -> None:
    assert status_list.path(uri, 2) == path


def test_the_list_of_another_address_is_refused_by_its_name() -> None:
    data = status_list.publish(LIST, SIGNER)

    with pytest.raises(VerificationError) as refused:
        opened(data, uri=f"{world.BASE}/status/ipspi/1")

    assert refused.value.code == "list-other"


def test_another_authoritys_key_signs_no_list_of_this_one() -> None:
    data = status_list.publish(LIST, SIGNER)

    with pytest.raises(VerificationError) as refused:
        opened(data, authority="dinas")

    assert refused.value.code == "key-not-entitled"


@given(st.data())
def test_a_changed_byte_is_never_another_list(data: st.DataObject) -> None:
    changed = bytearray(status_list.publish(LIST, SIGNER))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(LedgerError):
        opened(bytes(changed))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(LedgerError):
        opened(data)
