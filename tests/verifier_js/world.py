"""A ledger in memory with everything that it publishes, and a visit to it: in Python, and as a case for the browser."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.credentials import document, registered, status_list, token
from ledger.credentials.document import Document
from ledger.credentials.registered import Bucket
from ledger.credentials.sources import Answer, Kind
from ledger.credentials.status_list import Status, StatusList
from ledger.credentials.token import Token
from ledger.credentials.verifier import Verifier
from ledger.domain.values import Personal, start_of, to_days
from ledger.events import CONTEXT as EVENT
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_list import Authority, Grant, Key, KeyList, RootKey, RootSet
from ledger.transparency import checkpoint, merkle
from ledger.transparency.proof import Receipt

ORIGIN, BASE = "ledger.contoh.invalid", "https://cek.ipspi.or.id"
STATUS_URI = f"{BASE}/status/ipspi"
HOUR, DAY = 3600, 24 * 3600  # seconds
NOW = start_of(date(2026, 6, 1)) + 12 * HOUR
SIGNED = NOW - 30 * DAY
INDEX = 4711
ROLES = {4: "event", 7: "certificate", 8: "status", 9: "receipt", 10: "checkpoint"}
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "events.json").read_text())
PAYLOAD = cbor.decode(bytes.fromhex(VECTORS["certificate.issued/full"]["payload"]), limit=65_535)

TOKEN = Token(
    issuer="ipspi",
    expires=start_of(date(2030, 2, 18)),
    begins=start_of(date(2026, 4, 1)),
    issued=SIGNED,
    id=bytes(range(16)),
    name=Personal("Siti Rahmawati"),
    kind="PEKSOS/GENERALIS",
    status=(0, INDEX),
    decided=date(2026, 4, 1),
    title="Pekerja Sosial",
    number="IPSPI-PSG-2026-000123-K",
    scope="*",
)


def private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public(seed: int) -> bytes:
    return private(seed).public_key().public_bytes_raw()


def key(seed: int, **changes: Any) -> Key:
    role = ROLES.get(seed, "event")
    authority = "ipspi" if role in ("certificate", "status") else None
    raw = public(seed)
    made = Key(public_key.kid_of(raw), raw, public_key.ALG_ED25519, role, authority, start_of(date(2020, 1, 1)))
    return replace(made, **changes)


def signer(seed: int, context: str, typ: str | None = None) -> cose.Signer:
    return cose.Signer(private(seed), context=context, origin=ORIGIN, typ=typ)


@dataclass
class World:
    """Roots 1, 2, 3 of which two must sign; keys by role as in `ROLES`."""

    key_list: KeyList = field(
        default_factory=lambda: KeyList(
            version=3,
            iat=NOW - 20 * DAY,
            exp=NOW + 300 * DAY,
            roots=RootSet(tuple(RootKey(public(n)) for n in (1, 2, 3)), 2),
            authorities={
                "ipspi": Authority(
                    "ipspi", STATUS_URI, (Grant("IPSPI", "*", ("PEKSOS", "HADIR"), to_days(date(2020, 1, 1))),)
                )
            },
            keys=tuple(key(seed) for seed in ROLES),
        )
    )

    @property
    def listed(self) -> bytes:
        return self.key_list.encode()

    def keys(self, *roots: int, **changes: Any) -> bytes:
        """The published key list, signed by these roots."""
        body = key_list.publish(replace(self.key_list, **changes), [private(n) for n in roots or (1, 2)], origin=ORIGIN)
        return cbor.encode(dict(body))

    def change(self, seed: int, **changes: Any) -> None:
        keys = tuple(replace(k, **changes) if k.public == public(seed) else k for k in self.key_list.keys)
        self.key_list = replace(self.key_list, keys=keys)

    def code(self, seed: int = 7, **changes: Any) -> bytes:
        return token.issue(replace(TOKEN, **changes), signer(seed, token.CONTEXT), base=BASE)

    def statuses(self, status: Status = Status.VALID, *, seed: int = 8, iat: int = NOW - 60, **changes: Any) -> bytes:
        named = (self.key_list.version, sha256(self.listed).digest())
        made = StatusList(
            uri=f"{STATUS_URI}/0",
            iat=iat,
            exp=iat + DAY,
            ttl=600,
            keys=named,
            packed=status_list.pack([(INDEX, status), (1, Status.SUSPENDED), (2, Status.WITHDRAWN)]),
        )
        return status_list.publish(replace(made, **changes), signer(seed, status_list.CONTEXT, status_list.TYP))

    def bucket(self, *codes: bytes, seed: int = 9, iat: int = NOW - 60, **changes: Any) -> bytes:
        tokens = [sha256(code).digest() for code in codes]
        made = Bucket(number=tokens[0][0], iat=iat, exp=iat + DAY, size=1000, hashes=registered.shorten(tokens))
        return registered.publish(replace(made, **changes), signer(seed, registered.CONTEXT))

    def document(self, code: bytes, *sheets: bytes, seed: int = 9) -> bytes:
        made = Document(token=sha256(code).digest(), iat=NOW - 60, sheets=document.in_order(sheets))
        return document.publish(made, signer(seed, document.CONTEXT))

    def receipt(self, code: bytes, *, index: int = 5, size: int = 8, event: int = 4, log: int = 10) -> bytes:
        """That the event which issued the code is entry `index` of a log of `size`."""
        body = {**PAYLOAD["body"], "token": sha256(code).digest()}
        payload = cbor.encode({**PAYLOAD, "index": index, "recorded": SIGNED * 1000, "body": body})
        entry = signer(event, EVENT, cose.EVENT_TYP).sign(payload)
        leaves = [merkle.leaf_hash(entry if n == index else b"%d" % n) for n in range(size)]
        node = merkle.nodes_of(leaves)
        point = checkpoint.Checkpoint(ORIGIN, size, merkle.root_of(leaves))
        note = checkpoint.signed(point, private(log), None, NOW)
        return Receipt(entry, index, tuple(merkle.inclusion_proof(index, size, node)), note.encode()).encode()


def told(data: bytes, at: int | None = None) -> Answer:
    return Answer(Kind.BYTES, data, at)


@dataclass
class Visit:
    """One code shown to one phone; `answers` by path, each once, the last again and again."""

    text: str
    answers: dict[str, list[Answer]]
    root: str
    held: dict[str, bytes] = field(default_factory=dict)
    clock: int = NOW
    context: str | None = None

    def in_python(self) -> dict[str, Any]:
        left = {path: list(answers) for path, answers in self.answers.items()}

        def fetch(path: str, again: bool) -> Answer:
            answers = left.get(path, [Answer(Kind.ABSENT)])
            return answers.pop(0) if len(answers) > 1 else answers[0]

        held = dict(self.held)
        verdict = Verifier(origin=ORIGIN, base=BASE, root=self.root, fetch=fetch, held=held).verify(
            self.text, clock=self.clock, context=self.context
        )
        return {
            "reason": verdict.reason,
            "colour": verdict.colour,
            "action": verdict.action,
            "others": list(verdict.others),
            "asOf": verdict.as_of,
            "checks": [[check.name, check.outcome, check.reason] for check in verdict.checks],
            "lines": list(verdict.lines),
            "paper": _paper(verdict.paper),
            "facts": _facts(verdict.facts),
            "held": {path: data.hex() for path, data in held.items()},
        }

    def as_case(self) -> list[Any]:
        answers = {path: [_answer(one) for one in some] for path, some in self.answers.items()}
        return [
            "verify",
            {
                "text": self.text,
                "ledger": {"origin": ORIGIN, "base": BASE, "root": self.root},
                "answers": answers,
                "held": {path: data.hex() for path, data in self.held.items()},
                "clock": self.clock,
                "context": self.context,
            },
        ]


def _answer(answer: Answer) -> dict[str, Any]:
    data = {"data": answer.data.hex()} if answer.kind is Kind.BYTES else {}
    return {"kind": answer.kind, **data} | ({} if answer.date is None else {"date": answer.date})


def _paper(paper: Any) -> dict[str, Any] | None:
    if paper is None:
        return None
    shown = {name: getattr(paper, name) for name in type(paper).__slots__}
    shown |= {name: to_days(day) for name, day in shown.items() if isinstance(day, date)}
    return shown | {"name": paper.name.reveal(), "tested": list(paper.tested)}


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """As in the browser: seconds and days."""
    days = {name: to_days(fact) if type(fact) is date else fact for name, fact in facts.items()}
    return days | {"time": int(facts["time"].timestamp())}


def with_spent_keys(world: World) -> World:
    """Beside each key in use one that was retired yesterday (seed + 20) and one lost at log index 6 (seed + 40)."""
    spent = []
    for seed in (4, 8, 9, 10):
        same = {"role": ROLES[seed], "authority": "ipspi" if seed == 8 else None}
        spent.append(key(seed + 20, state="retired", ends=NOW - DAY, **same))
        spent.append(key(seed + 40, state="compromised", compromised_index=6, **same))
    world.key_list = replace(world.key_list, keys=(*world.key_list.keys, *spent))
    return world
