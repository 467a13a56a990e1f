"""Verifies COSE_Sign1 with python-cwt: cases as JSON on standard input, for each "holds" or what was refused."""

import json
import sys

from cwt import COSE, COSEKey

ED25519 = {1: 1, 3: -19, -1: 6}  # OKP, alg Ed25519, crv Ed25519


def holds(case: dict[str, str]) -> str:
    """`data`, `key` (32 bytes), `kid`, `aad`, and for a detached one `payload`, all in hex."""
    raw = {name: bytes.fromhex(value) for name, value in case.items()}
    key = COSEKey.new(ED25519 | {2: raw["kid"], -2: raw["key"]})
    detached = raw.get("payload")
    try:
        payload = COSE.new().decode(raw["data"], key, external_aad=raw["aad"], detached_payload=detached)
    except Exception as refused:
        return type(refused).__name__
    return "holds" if detached in (None, payload) else "another payload"


json.dump([holds(case) for case in json.load(sys.stdin)], sys.stdout)
