"""A small ledger in memory: one root, one authority with one key, one certificate."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.credentials import token
from ledger.credentials.judge import judge_code, judge_entry
from ledger.credentials.standing import Standing, State
from ledger.credentials.token import Token
from ledger.credentials.verdict import Outcome, Verdict
from ledger.domain.numbers import check_character
from ledger.domain.values import Personal, start_of, to_days
from ledger.errors import StoreError
from ledger.signing import cose, public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey, RootSet

BODY = "IPSPI-PSG-2025-000123"
NUMBER = f"{BODY}-{check_character(BODY)}"
DECIDED = date(2025, 2, 17)
THROUGH = date(2030, 2, 17)
NOW = start_of(date(2026, 6, 1))
GRANT = Grant("IPSPI", "*", ("PEKSOS", "RELAWAN", "HADIR", "STR", "KTA"), to_days(date(2020, 1, 1)))


def private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


@dataclass
class World:
    origin: str = "ledger.contoh.invalid"
    base: str = "https://cek.ipspi.or.id"
    now: int = NOW
    standing: Standing | None = field(
        default_factory=lambda: Standing(
            state=State.ACTIVE,
            index=41,
            number=NUMBER,
            kind="PEKSOS/GENERALIS",
            name=Personal("Siti Rahmawati"),
            authority="ipspi",
            authority_name="IPSPI",
            basis="UU 14/2019",
            tested=(date(2025, 1, 20),),
            decided=DECIDED,
            signed=DECIDED,
            valid_from=DECIDED,
            valid_through=THROUGH,
        )
    )

    def __post_init__(self) -> None:
        self.signer = cose.Signer(private(7), context=token.CONTEXT, origin=self.origin)
        root = RootKey(private(1).public_key().public_bytes_raw())
        key = Key(
            self.signer.kid,
            self.signer.public,
            public_key.ALG_ED25519,
            "certificate",
            "ipspi",
            start_of(date(2020, 1, 1)),
        )
        self.key_list = KeyList(
            version=3,
            iat=NOW - 3600,
            exp=NOW + 86_400,
            roots=RootSet((root,), 1),
            authorities={"ipspi": Authority("ipspi", "https://cek.ipspi.or.id/status/ipspi", (GRANT,))},
            keys=(key,),
        )
        self.token = Token(
            issuer="ipspi",
            expires=start_of(date(2030, 2, 18)),
            begins=start_of(DECIDED),
            issued=start_of(DECIDED) + 3600,
            id=bytes(range(16)),
            name=Personal("Siti Rahmawati"),
            kind="PEKSOS/GENERALIS",
            status=(0, 4711),
            decided=DECIDED,
            title=None,
            number=NUMBER,
            scope="*",
        )

    def code(self, **changes: Any) -> bytes:
        return token.issue(replace(self.token, **changes), self.signer, base=self.base)

    def stand(self, **changes: Any) -> None:
        self.standing = replace(self.standing, **changes)

    def change_key(self, **changes: Any) -> None:
        self.key_list = replace(self.key_list, keys=(replace(self.key_list.keys[0], **changes),))

    def grant(self, **changes: Any) -> None:
        authority = replace(self.key_list.authorities["ipspi"], grants=(replace(GRANT, **changes),))
        self.key_list = replace(self.key_list, authorities={"ipspi": authority})

    def judge(self, data: bytes | None = None, **changes: Any) -> Verdict:
        asked = {"key_list": self.key_list, "origin": self.origin, "now": self.now, "register": lambda _: self.standing}
        return judge_code(self.code() if data is None else data, **(asked | changes))

    def typed(self, written: str = NUMBER, **changes: Any) -> Verdict:
        return judge_entry(written, **({"register": lambda _: self.standing, "now": self.now} | changes))

    @staticmethod
    def cannot_ask(_: object) -> None:
        raise StoreError("store-unreachable")

    @staticmethod
    def outcomes(verdict: Verdict) -> dict[str, Outcome]:
        return {check.name: check.outcome for check in verdict.checks}


@pytest.fixture
def world() -> World:
    return World()
