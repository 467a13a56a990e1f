"""The envelope of the token: everything that is not exactly the one form is refused, although its signature holds."""

from typing import Any

import cbor2

from ledger.credentials import token
from ledger.signing import cbor, cose, public_key
from tests.conformance import world
from tests.conformance.vector import Vector, vector
from tests.conformance.world import CERTIFICATE, CLAIMS, PLAIN

KID = public_key.kid_of(world.public(CERTIFICATE))
PAYLOAD = cbor.encode(CLAIMS)


def statement(protected: bytes, payload: bytes = PAYLOAD, *, unprotected: Any = None, tag: int | None = 18) -> bytes:
    """Whatever the parts are: the signature over them is right."""
    to_sign = cbor2.dumps(["Signature1", protected, cose.aad(token.CONTEXT, world.ORIGIN), payload])
    parts = [protected, unprotected or {}, payload, world.private(CERTIFICATE).sign(to_sign)]
    return cbor2.dumps(parts if tag is None else cbor2.CBORTag(tag, parts))


def header(**changes: Any) -> bytes:
    """The protected header {1: alg, 4: kid}; `more`: others beside them."""
    plain = {1: changes.get("alg", -19), 4: changes.get("kid", KID), **changes.get("more", {})}
    return cbor2.dumps({label: value for label, value in plain.items() if value is not None}, canonical=True)


GOOD = header()
PARTS = cbor2.loads(PLAIN).value
BROKEN: list[tuple[str, str, bytes]] = [
    ("header-alg-eddsa", "-8 is the deprecated EdDSA, not Ed25519.", statement(header(alg=-8))),
    ("header-alg-es256", "-7 is another algorithm.", statement(header(alg=-7))),
    ("header-alg-ml-dsa", "-49 signs key lists only.", statement(header(alg=-49))),
    ("header-alg-missing", "No algorithm.", statement(header(alg=None))),
    ("header-alg-text", "The algorithm by a name.", statement(header(alg="Ed25519"))),
    ("header-kid-missing", "No key id.", statement(header(kid=None))),
    ("header-kid-short", "A key id of 7 bytes.", statement(header(kid=KID[:7]))),
    ("header-kid-text", "A key id that is text.", statement(header(kid=KID.hex()[:8]))),
    ("header-typ", "A type, which certificates do not have.", statement(header(more={16: "application/cwt"}))),
    ("header-crit", "A label that nobody here knows.", statement(header(more={2: [16]}))),
    ("header-empty", "An empty protected header.", statement(b"")),
    (
        "header-long-integer",
        "An algorithm written longer than needed.",
        statement(b"\xa2\x01\x39\x00\x12\x04\x48" + KID),
    ),
    ("header-kid-first", "Labels in the wrong order.", statement(b"\xa2\x04\x48" + KID + b"\x01\x32")),
    ("envelope-unprotected", "Something in the unprotected header.", statement(GOOD, unprotected={4: KID})),
    ("envelope-no-tag", "Without tag 18.", statement(GOOD, tag=None)),
    ("envelope-tag-cwt", "Tag 61 instead of 18.", statement(GOOD, tag=61)),
    ("envelope-two-tags", "Tag 61 around tag 18.", b"\xd8\x3d" + PLAIN),
    ("envelope-detached", "Without payload.", cbor2.dumps(cbor2.CBORTag(18, [PARTS[0], {}, None, PARTS[3]]))),
    ("envelope-three-parts", "Without signature.", cbor2.dumps(cbor2.CBORTag(18, PARTS[:3]))),
    ("envelope-five-parts", "One part too many.", cbor2.dumps(cbor2.CBORTag(18, [*PARTS, b""]))),
    (
        "envelope-short-signature",
        "A signature of 63 bytes.",
        cbor2.dumps(cbor2.CBORTag(18, [*PARTS[:3], PARTS[3][:63]])),
    ),
    ("envelope-byte-behind", "One byte too many.", PLAIN + b"\x00"),
    ("envelope-truncated", "The last byte is missing.", PLAIN[:-1]),
    (
        "envelope-long-length",
        "A length written longer than needed.",
        PLAIN[:2] + b"\x58" + PLAIN[2:3][:0] + bytes([len(PARTS[0])]) + PLAIN[3:],
    ),
    ("envelope-indefinite", "An array of indefinite length.", b"\xd2\x9f" + PLAIN[2:] + b"\xff"),
]


def flipped(at: int) -> bytes:
    """With one bit of one byte changed; negative: from the end."""
    changed = bytearray(PLAIN)
    changed[at] ^= 1
    return bytes(changed)


HOLDER = PLAIN.index(b"Siti")
SIGNED: list[tuple[str, str, bytes]] = [
    ("signature-bit-flipped", "One bit of the signature.", flipped(-1)),
    ("signature-first-half-flipped", "One bit of the signature's first half.", flipped(-64)),
    ("payload-name-changed", "One letter of the holder's name.", flipped(HOLDER)),
    ("payload-index-changed", "Another place in the status list.", PLAIN.replace(b"\x19\x12\x67", b"\x19\x12\x68")),
    (
        "payload-end-changed",
        "A longer validity.",
        PLAIN.replace(CLAIMS[4].to_bytes(4), (CLAIMS[4] + 86_400).to_bytes(4)),
    ),
    ("other-ledger", "The same key, in the name of another ledger.", world.certificate(origin="other.contoh.invalid")),
    ("other-context", "The same key, for another purpose.", world.certificate(context="peksos/event/1")),
    ("zero-signature", "A signature of zeros.", PLAIN[:-64] + bytes(64)),
]


def vectors() -> list[Vector]:
    return [
        *(vector(name, about, "unreadable", data=data, only={"format": "!"}) for name, about, data in BROKEN),
        *(
            vector(name, about, "badsig", data=data, only={"format": "", "signature": "!"})
            for name, about, data in SIGNED
        ),
    ]
