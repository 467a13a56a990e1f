"""Visits at random: any code, any answers, anything held, any clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from random import Random
from typing import Any

from ledger.credentials import digits, registered
from ledger.credentials.sources import Answer, Kind
from ledger.credentials.status_list import Status
from ledger.domain.values import to_days
from ledger.signing.key_list import Authority, Grant, RootKey, RootSet
from tests.verifier_js.compare import mutated
from tests.verifier_js.world import BASE, DAY, HOUR, NOW, STATUS_URI, Visit, World, public, told

Changes = dict[str, Any]
Make = Callable[..., bytes]
Story = Callable[[], tuple[dict[str, list[Answer]], dict[str, bytes]]]

KEYS, STATUS = "keys/list", "status/ipspi/0"
SILENT = Answer(Kind.SILENT)
FAILURES = [SILENT, Answer(Kind.ABSENT), Answer(Kind.WRONG), told(b"<!doctype html>"), told(b"")]
AGES = (60, HOUR, DAY - 1, DAY, 3 * DAY, 7 * DAY, 8 * DAY + 60, 9 * DAY, -400)  # seconds
DATES = (None, None, NOW, NOW + 200, NOW - 2 * HOUR, NOW + DAY)  # what hosts say
CLOCKS = (*(NOW,) * 8, NOW - 2 * HOUR, NOW + 400 * DAY, NOW + 400, NOW + DAY)
ROOTS = (*(World().key_list.roots.fingerprint(),) * 15, "0000-" * 16)
NEXT_ROOTS = RootSet(tuple(RootKey(public(n)) for n in (61, 62)), 2)
LAST_ROOTS = RootSet(tuple(RootKey(public(n)) for n in (63, 64)), 1)

CODES: tuple[Changes, ...] = (
    *({},) * 12,
    {"expires": None},
    {"expires": NOW},
    {"begins": NOW},
    {"begins": NOW + 1},
    {"issued": NOW + 301},
    {"issued": NOW - 60},
    {"issued": NOW - HOUR},
    {"scope": "RSUD"},
    {"kind": "RELAWAN/MADYA"},
    {"kind": "HADIR"},
    {"issuer": None},
    {"issuer": "lain"},
    {"status": (0, 1)},
    {"status": (0, 2)},
    {"status": (0, 3)},
    {"status": (0, 1 << 17)},
    {"status": (1, 0)},
    {"decided": date(2019, 12, 31)},
    {"decided": date(2020, 1, 1)},
    {"seed": 99},
    {"seed": 8},
)
CERTIFICATE_KEYS: tuple[Changes, ...] = (
    *({"state": "compromised", "compromised_index": index} for index in (0, 5, 6)),
    {"begins": NOW - DAY},
    {"state": "retired", "ends": NOW},
    {"role": "status"},
)
GRANTS = (
    (Grant("IPSPI", "RSUD", ("PEKSOS/GENERALIS", "HADIR"), 0),),
    (Grant("IPSPI lama", "*", ("PEKSOS",), 0, to_days(date(2025, 1, 1))),),
    (Grant("IPSPI", "RSUD", ("PEKSOS",), 0), Grant("IPSPI", "DINSOS", ("PEKSOS",), 0)),
)


def visit(chance: Random) -> Visit:
    return _Making(chance).visit()


class _Making:
    def __init__(self, chance: Random) -> None:
        self.chance, self.world = chance, World()
        if chance.random() < 0.25:
            self.world.change(7, **chance.choice(CERTIFICATE_KEYS))
        if chance.random() < 0.1:
            grants = chance.choice(GRANTS)
            two = {id: Authority(id, f"{BASE}/status/{id}", grants) for id in ("a", "ipspi")}
            self.world.key_list = replace(self.world.key_list, authorities=two)
        if chance.random() < 0.1:
            self.world.key_list = replace(self.world.key_list, exp=chance.choice((NOW, NOW + 1)))
        self.code = self.world.code(**chance.choice(CODES))
        self.name = sha256(self.code).digest()

    def visit(self) -> Visit:
        chance = self.chance
        bucket, proof = registered.path(self.name[0]), f"proof/{self.name.hex()}"
        answers, held = self._key_lists()
        answers |= {STATUS: self._answers(self._statuses), "status/a/0": self._answers(self._statuses)}
        answers |= {bucket: self._answers(self._bucket), proof: [self._proof()]}
        if chance.random() < 0.4:
            held[STATUS] = self._statuses(iat=NOW - chance.choice(AGES))
        if chance.random() < 0.4:
            held[bucket] = self._bucket(iat=NOW - chance.choice(AGES))
        if chance.random() < 0.2:
            held[proof] = self.world.receipt(self.code)
        if chance.random() < 0.25:  # A phone that was here before, and is offline now.
            answers = {path: [SILENT] for path in answers}
            held.setdefault(KEYS, self.world.keys())
        clock, context = chance.choice(CLOCKS), chance.choice((None, None, "RSUD"))
        return Visit(self._text(), answers, chance.choice(ROOTS), held, clock, context)

    def _text(self) -> str:
        changed = mutated(self.code, self.chance) if self.chance.random() < 0.15 else self.code
        return self.chance.choice((digits.url(BASE, changed), digits.encode(changed)))

    def _answers(self, make: Make) -> list[Answer]:
        """One or two about one path: mostly what is good and new."""
        return [self._answer(make) for _ in range(self.chance.choice((1, 1, 1, 2)))]

    def _answer(self, make: Make) -> Answer:
        dice, at = self.chance.random(), self.chance.choice(DATES)
        if dice < 0.72:
            return told(make(), at)
        if dice < 0.82:
            return told(make(iat=NOW - self.chance.choice(AGES)), at)
        if dice < 0.88:
            return told(make(**self.chance.choice(self._oddities()[make])), at)
        return self.chance.choice(FAILURES) if dice < 0.97 else told(mutated(make(), self.chance), at)

    def _oddities(self) -> dict[Make, list[Changes]]:
        digest = sha256(self.world.listed).digest()
        names: list[Changes] = [{"keys": keys} for keys in ((4, digest), (3, bytes(32)), (2, bytes(32)))]
        return {
            self._statuses: [{"seed": 9}, {"uri": f"{STATUS_URI}/1"}, *names],
            self._bucket: [{"seed": 8}, {"seed": 99}, {"number": 0}],
        }

    def _statuses(self, **changes: Any) -> bytes:
        return self.world.statuses(self.chance.choice((*(Status.VALID,) * 6, *Status)), **changes)

    def _bucket(self, **changes: Any) -> bytes:
        code = self.code if self.chance.random() < 0.9 else b"another"
        return self.world.bucket(code, **{"number": self.name[0], **changes})

    def _proof(self) -> Answer:
        return self.chance.choice(
            [told(self.world.receipt(self.code)), told(self.world.receipt(b"another")), *FAILURES]
        )

    def _key_lists(self) -> tuple[dict[str, list[Answer]], dict[str, bytes]]:
        """What the host has of them, and what the phone holds."""
        chance, keys = self.chance, self.world.keys
        stories: list[Story] = [
            *(lambda: ({KEYS: [told(keys())]}, {}),) * 6,
            lambda: ({KEYS: [chance.choice(FAILURES)]}, {}),
            lambda: ({KEYS: [chance.choice(FAILURES), told(keys())]}, {}),
            lambda: ({KEYS: [told(keys(*chance.choice(((1,), (4, 5), (2, 3)))))]}, {}),
            lambda: ({KEYS: [told(keys())]}, {KEYS: keys(version=2)}),
            lambda: ({KEYS: [SILENT]}, {KEYS: keys(version=2)}),
            lambda: ({KEYS: [SILENT]}, {KEYS: keys()}),
            lambda: ({KEYS: [told(keys(version=2))]}, {KEYS: keys()}),
            lambda: ({KEYS: [told(keys(iat=NOW - DAY))]}, {KEYS: keys()}),
            lambda: (self._other_roots(), {KEYS: keys()}),
        ]
        return chance.choice(stories)()

    def _other_roots(self) -> dict[str, list[Answer]]:
        """Another root set since, and one between, signed as they must be or not."""
        signers = self.chance.choice(((1, 2, 61, 62), (1, 2, 61), (61, 62)))
        between = self.world.keys(*signers, version=self.chance.choice((4, 4, 4, 3)), roots=NEXT_ROOTS)
        newest = self.world.keys(61, 62, 63, version=self.chance.choice((5, 5, 5, 6)), roots=LAST_ROOTS)
        return {KEYS: [told(newest)], "keys/4": [told(between)]}
