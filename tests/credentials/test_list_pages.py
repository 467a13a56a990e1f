"""docs/formats/{status-list,registered,document}.md: their examples are made here, and each has a tampered twin."""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.credentials import document, registered, status_list
from ledger.credentials.document import Document
from ledger.credentials.registered import Bucket
from ledger.credentials.status_list import Status, StatusList
from ledger.errors import VerificationError
from ledger.signing import cose, public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey, RootSet

FORMATS = Path(__file__).parents[2] / "docs/formats"
ORIGIN, URI = "ledger.contoh.invalid", "https://cek.contoh.invalid/status/ipspi/0"
STATUS, RECEIPT, ROOT = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (11, 12, 13))
IAT = 1_792_627_200
TOKEN, SHEETS = sha256(b"token").digest(), (sha256(b"A4").digest(), sha256(b"F4").digest())


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def service_key(key: Ed25519PrivateKey, role: str, authority: str | None = None) -> Key:
    return Key(public_key.kid_of(raw(key)), raw(key), public_key.ALG_ED25519, role, authority, IAT - 1)


GRANTS = (Grant("DPP IPSPI", "*", ("PEKSOS/GENERALIS",), 19000),)
KEYS = KeyList(
    version=4,
    iat=IAT - 1,
    exp=IAT + 86_400,
    roots=RootSet((RootKey(raw(ROOT)),), 1),
    authorities={"IPSPI": Authority("IPSPI", URI.removesuffix("/0"), GRANTS)},
    keys=(service_key(STATUS, "status", "IPSPI"), service_key(RECEIPT, "receipt")),
)
LIST = StatusList(
    uri=URI,
    iat=IAT,
    exp=IAT + status_list.LIFE_SECONDS,
    ttl=status_list.TTL_SECONDS,
    keys=(4, sha256(b"the key list's bytes").digest()),
    packed=status_list.pack([(0, Status.VALID), (7, Status.SUSPENDED), (131_071, Status.WITHDRAWN)]),
)
BUCKET = Bucket(
    number=TOKEN[0], iat=IAT, exp=IAT + registered.LIFE_SECONDS, size=2145, hashes=registered.shorten([TOKEN])
)
DOCUMENT = Document(token=TOKEN, iat=IAT, sheets=document.in_order(SHEETS))


def signer(key: Ed25519PrivateKey, context: str, typ: str | None = None) -> cose.Signer:
    return cose.Signer(key, context=context, origin=ORIGIN, typ=typ)


MADE = {
    "status-list": status_list.publish(LIST, signer(STATUS, status_list.CONTEXT, status_list.TYP)),
    "registered": registered.publish(BUCKET, signer(RECEIPT, registered.CONTEXT)),
    "document": document.publish(DOCUMENT, signer(RECEIPT, document.CONTEXT)),
}
READ: dict[str, Callable[[bytes], object]] = {
    "status-list": lambda data: status_list.open_signed(data, key_list=KEYS, origin=ORIGIN, authority="IPSPI", uri=URI),
    "registered": lambda data: registered.open_signed(data, key_list=KEYS, origin=ORIGIN, number=TOKEN[0]),
    "document": lambda data: document.open_signed(data, key_list=KEYS, origin=ORIGIN, token=TOKEN),
}
SAID = {"status-list": LIST, "registered": BUCKET, "document": DOCUMENT}


def page(name: str) -> str:
    return (FORMATS / f"{name}.md").read_text(encoding="utf-8")


def example(name: str) -> bytes:
    """The block of hex on the page."""
    found = re.search(r"^```\n([0-9a-f\n]+)```$", page(name), re.MULTILINE)
    assert found is not None
    return bytes.fromhex(found[1].replace("\n", ""))


@pytest.mark.parametrize("name", MADE)
def test_the_example_is_what_the_code_makes_and_reads(name: str) -> None:
    data = example(name)

    assert data == MADE[name]
    assert READ[name](data) == SAID[name]


@pytest.mark.parametrize("name", MADE)
def test_no_byte_of_the_example_can_be_another(name: str) -> None:
    data = example(name)
    twins = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]

    for twin in [*twins, data[:-1], data + b"\0", b""]:
        with pytest.raises(VerificationError):
            READ[name](twin)


@pytest.mark.parametrize("name", MADE)
def test_the_page_names_the_keys_of_its_example(name: str) -> None:
    key = STATUS if name == "status-list" else RECEIPT

    assert raw(key).hex() in page(name)


def test_two_bits_stand_as_the_standard_puts_them() -> None:
    """Its own example. Source: draft-ietf-oauth-status-list-21, section 4.1."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    packed = bytes.fromhex("c944f9")

    listed = replace(LIST, packed=packed.ljust(status_list.PACKED, b"\x55"))

    assert [listed.at(index) for index in range(len(values))] == values
    assert zlib.compress(packed, 9).hex() == "78da3be9f2130003df0207"
    assert status_list.pack((n, Status(value)) for n, value in enumerate(values))[:3] == packed
    assert "78da3be9f2130003df0207" in page("status-list")
