"""A code: its digits, its envelope and what it says are read, and refused, as Python does."""

import random
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from ledger.credentials import digits, status_list, token
from ledger.domain.values import Personal, to_days
from ledger.errors import VerificationError
from ledger.signing import cbor, cose, points
from tests.verifier_js.compare import REFUSED, Run, hold, mutated
from tests.verifier_js.world import BASE, ORIGIN, World, public, signer

WEAK = [n.to_bytes(32, "little") for n in (0, 1, points.P - 1, points.P, points.P + 1, 2, 3, 2**255 - 1)] + [
    (y | sign << 255).to_bytes(32, "little") for y in points.LOW_ORDER for sign in (0, 1)
]
PREFIXES = ("", f"{BASE}/q/#", f"{BASE.upper()}/Q/#", f"{BASE}/q#", f"{BASE}/", "https://a@lain.example/q/#", "HTTP://")
SPACES = ("", " ", "\x1c", "\ufeff", "\u2003", "\x85")
HOSTS = ("http\u017f://x.y/", "https://cek.contoh.invalid/q/#000", "https://CEK.ipspi.or.id.x/#1", "https:///x", "  ")
Shape = tuple[bytes, str | None, bool]  # Statement, typ, detached.


def test_the_browser_can_verify(run: Run) -> None:
    assert run([["able"]]) == [True]


def test_digits(run: Run) -> None:
    chance = random.Random(1)
    texts = [digits.encode(chance.randbytes(chance.randrange(412))) for _ in range(200)]
    texts += ["".join(chance.choices("0123456789", k=chance.randrange(60))) for _ in range(300)]
    texts += ["9" * n for n in range(40)] + ["1" * 1000, "0" * 1003, "٣٣٣", "1e5", "+12", "000\n"]

    hold(run, lambda one: ["digits", one], lambda one: digits.decode(one).hex(), texts)


def test_what_a_camera_gives(run: Run) -> None:
    texts = [f"{a}{prefix}255{z}" for prefix in PREFIXES for a in SPACES for z in SPACES]

    def read(text: str) -> str:
        try:
            return digits.scanned(text, BASE).hex()
        except VerificationError as refused:
            if refused.code != "code-foreign":
                raise
            return f"foreign {refused.facts['host']}"

    hold(run, lambda one: ["scanned", one, BASE], read, [*texts, *HOSTS])


def test_a_text_of_nothing_but_spaces_inside_is_refused_at_once(run: Run) -> None:
    began = perf_counter()

    answers = run([["scanned", f"1{' ' * 100_000}x", BASE]])

    assert answers == [REFUSED]
    assert perf_counter() - began < 10  # s; a pattern that begins anew at every space takes twice as long.


def test_weak_points(run: Run) -> None:
    chance = random.Random(2)
    raws = [*WEAK, *(chance.randbytes(32) for _ in range(300)), *map(public, range(20)), bytes(31), bytes(33)]

    hold(run, lambda raw: ["point", raw.hex()], points.refuse_weak, raws)


def shapes() -> list[Shape]:
    large = cose.Signer(MLDSA65PrivateKey.from_seed_bytes(bytes(32)), context="x", origin=ORIGIN)
    return [
        (signer(7, "x").sign(b"payload"), None, False),
        (signer(7, "x").sign(b""), None, False),
        (signer(8, "x", status_list.TYP).sign(b"x" * 300), status_list.TYP, False),
        (signer(8, "x", status_list.TYP).sign(b"x" * 300), None, False),
        (signer(7, "x").sign_detached(b"payload"), None, True),
        (large.sign_detached(b"payload"), None, True),
        (large.sign(b"payload"), None, False),
    ]


def test_statements(run: Run) -> None:
    chance = random.Random(3)
    inputs = [*shapes(), *((data, typ, not detached) for data, typ, detached in shapes())]
    inputs += [(mutated(data, chance), typ, detached) for data, typ, detached in shapes()[:5] for _ in range(150)]

    def read(shape: Shape) -> list[Any]:
        found = cose.parse(shape[0], typ=shape[1], detached=shape[2])
        payload = None if found.payload is None else found.payload.hex()
        return [found.protected.hex(), found.alg, found.kid.hex(), payload, found.signature.hex()]

    hold(run, lambda shape: ["statement", shape[0].hex(), *shape[1:]], read, inputs)


def payloads() -> list[bytes]:
    """As they are issued, and with each claim wrong in many ways."""
    chance = random.Random(4)
    issued: list[dict[str, Any]] = [
        {},
        {"issuer": None},
        {"expires": None},
        {"title": None},
        {"name": Personal("é" * 42)},
        {"scope": "RSUD"},
    ]
    good = [cose.peek(World().code(**changes)) for changes in issued]
    claims: Any = cbor.decode(good[0], limit=411)
    paper = claims[-70001]
    strange = (0, -1, "", "x" * 64, "x" * 65, "é" * 33, b"", None, 2**53, [0, 1], [0], [0, True], [0, -1])
    moments = (253_370_739_600, 253_370_739_601, 2_932_896, 2_932_897)
    kinds = ("HADIR", "HADIR/", "PEKSOS/-A", "peksos", "STR ", "KTA/" + "A" * 33, "STR/1")
    spoilt = [
        *({**claims, label: wrong} for label in range(1, 9) for wrong in (*strange, *moments)),
        *({label: one for label, one in claims.items() if label != dropped} for dropped in claims),
        *({**claims, -70001: {**paper, label: wrong}} for label in range(1, 10) for wrong in (*strange, *moments)),
        *({**claims, -70001: {label: one for label, one in paper.items() if label != dropped}} for dropped in paper),
        *({**claims, -70001: {**paper, 2: kind}} for kind in kinds),
        {**claims, -70001: {label: one for label, one in {**paper, 2: "HADIR"}.items() if label != 5}},
    ]
    return [*good, *map(cbor.encode, spoilt), *(mutated(one, chance) for one in good for _ in range(100))]


def test_tokens(run: Run) -> None:
    same = ("issuer", "expires", "begins", "issued", "kind", "title", "number", "scope")

    def read(payload: bytes) -> dict[str, Any]:
        found = token.read(payload)
        shown = {name: getattr(found, name) for name in same}
        list, index = found.status
        return {**shown, "name": found.name.reveal(), "list": list, "index": index, "decided": to_days(found.decided)}

    hold(run, lambda payload: ["token", payload.hex()], read, payloads())
