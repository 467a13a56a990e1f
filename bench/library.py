"""A certificate signed and judged by the library alone, beside a W3C credential by @digitalcredentials/vc on Node."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.figures import Figure, Work, rate
from ledger.credentials import digits, judge, token
from ledger.credentials.standing import Standing, State
from ledger.credentials.token import Token
from ledger.credentials.verdict import Colour
from ledger.domain.people import FullName
from ledger.signing import cose, public_key
from ledger.signing.key_records import Authority, Grant, Key, KeyList, RootKey, RootSet

PACKAGES = Path(__file__).parent / "vc"
BASE, ORIGIN, NOW = "https://cek.example", "ledger.example", 1_790_000_000
SOME = 100


def beside_vc(*, seconds: float, rounds: int) -> list[Figure]:
    """eddsa-rdfc-2022 there; here signing, and everything from bytes to verdict."""
    if shutil.which("npm") is None:
        print("no npm here: nothing to compare the library with")
        return []
    works = dict(zip(("issue", "verify"), _ours(), strict=True))
    pairs: dict[str, list[tuple[float, float]]] = {what: [] for what in works}
    with _theirs() as asked:
        for _ in range(rounds):
            for what, ours in works.items():
                pairs[what].append((rate(ours), asked(what, seconds)))
    return [
        Figure(
            f"library, {what}",
            median(a for a, _ in found),
            "@digitalcredentials/vc, eddsa-rdfc-2022",
            median(b for _, b in found),
            median(a / b for a, b in found),
            10,
        )
        for what, found in pairs.items()
    ]


def _ours() -> tuple[Work, Work]:
    private = Ed25519PrivateKey.generate()
    signer = cose.Signer(private, context=token.CONTEXT, origin=ORIGIN)
    papers = [_paper(number) for number in range(SOME)]
    tokens = [token.issue(paper, signer, base=BASE) for paper in papers]
    known = {sha256(data).digest(): Standing(state=State.ACTIVE) for data in tokens}
    key_list = _key_list(signer.public)

    def issue() -> int:
        for paper in papers:
            digits.url(BASE, token.issue(paper, signer, base=BASE))
        return SOME

    def verify() -> int:
        for data in tokens:
            verdict = judge.judge_code(data, key_list=key_list, origin=ORIGIN, register=known.get, now=NOW)
            if verdict.colour is not Colour.GREEN:
                raise SystemExit(f"bench: {verdict.reason}")
        return SOME

    return issue, verify


def _paper(number: int) -> Token:
    return Token(
        issuer="IPSPI",
        expires=NOW + 157_680_000,
        begins=NOW - 86_400,
        issued=NOW - 3_600,
        id=number.to_bytes(16),
        name=FullName("Siti Rahmawati"),
        kind="PEKSOS/GENERALIS",
        status=(0, number),
        decided=date(2026, 1, 1),
        title="Pekerja Sosial Generalis",
        number=f"IPSPI-PSG-2026-{number:06d}-0",
        scope="*",
    )


def _key_list(public: bytes) -> KeyList:
    root = RootKey(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    grant = Grant("IPSPI", "*", ("PEKSOS",), 0)
    key = Key(public_key.kid_of(public), public, public_key.ALG_ED25519, "certificate", "IPSPI", 0)
    authority = Authority("IPSPI", f"{BASE}/status/ipspi", (grant,))
    return KeyList(1, 0, NOW * 2, RootSet((root,), 1), {"IPSPI": authority}, (key,))


@contextmanager
def _theirs() -> Iterator[Callable[[str, float], float]]:
    """Asks a Node process that has everything loaded. Installed once, without scripts of the packages."""
    if not (PACKAGES / "node_modules").exists():
        quiet = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(["npm", "install", *quiet], cwd=PACKAGES, check=True, stdout=sys.stderr)
    process = subprocess.Popen(
        ["node", "bench.mjs"], cwd=PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def asked(what: str, seconds: float) -> float:
        print(what, seconds, file=stdin, flush=True)
        return float(stdout.readline())

    try:
        yield asked
    finally:
        stdin.close()
        process.wait()
