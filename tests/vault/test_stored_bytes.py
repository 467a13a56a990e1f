"""What the vault stores, taken apart by hand as docs/vault.md says: written once, it must be readable for ever."""

import hmac
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from ledger.database import reading, writing
from ledger.domain.values import Personal, new_id
from ledger.vault.identities import INDEX
from ledger.vault.keys import DEKS, PEPPERS
from ledger.vault.sealed import FIELDS

KEK = bytes(range(32))
KEK_ID = sha256(b"peksos/kek/1" + KEK).digest()[:8].hex()


def test_a_sealed_field_is_what_the_format_says(place: Any) -> None:
    subject, vault = new_id(1), place.vault()
    vault.prepare([subject])
    with writing(place.main) as connection:
        commitment = vault.seal(connection, subject, "identity", {"name": "Ali"})
        blob = connection.execute(select(FIELDS.c.blob)).scalar_one()

    dek = unwrapped(place, DEKS, "peksos/dek/1", subject.bytes)
    aad = cbor2.dumps(["peksos/pii/1", subject.bytes, "identity", commitment])
    plain = cbor2.loads(AESGCM(dek).decrypt(blob[:12], blob[12:], aad))

    assert plain.keys() == {"salt", "data"}
    assert plain["data"] == {"name": "Ali"}
    assert len(plain["salt"]) == 32
    committed = ["peksos/commit/1", "ledger.contoh.invalid", subject.bytes, "identity", {"name": "Ali"}]
    assert commitment == hmac.digest(plain["salt"], cbor2.dumps(committed), "sha256")


def test_a_tag_is_what_the_format_says(place: Any) -> None:
    with writing(place.main) as connection:
        place.vault().claim(connection, "nik", Personal("3216066008720011"), new_id(1))
        tag, id = connection.execute(select(INDEX.c.tag, INDEX.c.pepper)).one()

    pepper = unwrapped(place, PEPPERS, "peksos/pepper/1", id)

    assert tag == hmac.digest(pepper, b"nik\x003216066008720011", "sha256")


def unwrapped(place: Any, table: Any, context: str, name: bytes | int) -> bytes:
    with reading(place.keys) as connection:
        kek_id, wrapped = connection.execute(select(table.c.kek_id, table.c.wrapped)).one()
    assert kek_id == KEK_ID
    return AESGCM(KEK).decrypt(wrapped[:12], wrapped[12:], cbor2.dumps([context, name, KEK_ID]))
