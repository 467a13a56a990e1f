"""Verifies ML-DSA (FIPS 204) with dilithium-py: cases as JSON on standard input, for each "holds" or "refused".

A note's line is found and read here, by C2SP signed-note and tlog-cosignature, and not by code of ours.
"""

import base64
import hashlib
import json
import struct
import sys

from dilithium_py.ml_dsa import ML_DSA_44, ML_DSA_65


def note_holds(note: str, vkey: str) -> bool:
    """By the key's own line, which must be there: type 06 over the `cosigned_message` of a checkpoint."""
    name, _, encoded = vkey.split("+", 2)
    material = base64.b64decode(encoded)
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")
    (line,) = (one for one in lines.splitlines() if base64.b64decode(one.split(" ")[2])[:4] == key_id)
    timestamp, signature = struct.unpack(">4xQ2420s", base64.b64decode(line.split(" ")[2]))
    message = struct.pack(">12sB", b"subtree/v1\n\0", len(name)) + name.encode()
    message += struct.pack(">QB", timestamp, len(origin)) + origin.encode()
    message += struct.pack(">QQ", 0, int(size)) + base64.b64decode(root)
    return material[0] == 6 and timestamp > 0 and ML_DSA_44.verify(material[1:], message, signature)


def holds(case: dict[str, str]) -> bool:
    """`note` and `vkey`; or `key`, `message` and `signature` of ML-DSA-65 in hex."""
    if "note" in case:
        return note_holds(case["note"], case["vkey"])
    key, message, signature = (bytes.fromhex(case[name]) for name in ("key", "message", "signature"))
    return ML_DSA_65.verify(key, message, signature)


json.dump(["holds" if holds(case) else "refused" for case in json.load(sys.stdin)], sys.stdout)
