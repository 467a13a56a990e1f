"""A key list as a demonstration would have it, of keys from known seeds: byte n, 32 times, is the seed of key n."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.signing import public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey, RootSet


@pytest.fixture(scope="session")
def private() -> Callable[[int], Ed25519PrivateKey]:
    return lambda n: Ed25519PrivateKey.from_private_bytes(bytes((n,)) * 32)


@pytest.fixture(scope="session")
def public(private: Callable[[int], Ed25519PrivateKey]) -> Callable[[int], bytes]:
    return lambda n: private(n).public_key().public_bytes_raw()


@pytest.fixture(scope="session")
def first(public: Callable[[int], bytes]) -> KeyList:
    """Roots 1, 2, 3 of which two must sign; event key 4, certificate key 5 of the one authority."""

    def key(n: int, role: str, authority: str | None) -> Key:
        return Key(public_key.kid_of(public(n)), public(n), public_key.ALG_ED25519, role, authority, 1_577_836_800)

    grant = Grant("DPP IPSPI", "*", ("PEKSOS", "HADIR"), begins=18_262)
    return KeyList(
        version=1,
        iat=1_577_836_800,  # 2020-01-01
        exp=1_609_459_200,  # 2021-01-01
        roots=RootSet(tuple(RootKey(public(n)) for n in (1, 2, 3)), threshold=2),
        authorities={"ipspi": Authority("ipspi", "https://ledger.contoh.invalid/status/ipspi/", (grant,))},
        keys=(key(4, "event", None), key(5, "certificate", "ipspi")),
    )
