"""The payload of the token, always rightly signed: every breach of its schema, and what is lawful."""

from typing import Any

import cbor2

from ledger.credentials import token
from ledger.signing import cbor
from tests.conformance import world
from tests.conformance.vector import Vector, vector
from tests.conformance.world import CERTIFICATE, CLAIMS, certificate, claims, signer

PAPER: dict[int, Any] = CLAIMS[-70001]


def signed(payload: bytes) -> bytes:
    return signer(CERTIFICATE, token.CONTEXT, origin=world.ORIGIN).sign(payload)


def written(value: dict[int, Any]) -> bytes:
    """Deterministic, so that only the schema is at fault."""
    return signed(cbor2.dumps(value, canonical=True))


CHANGED: list[tuple[str, str, dict[int, Any]]] = [
    ("claim-nbf-missing", "Without the first second.", {5: None}),
    ("claim-iat-missing", "Without the time of signing.", {6: None}),
    ("claim-id-missing", "Without its random id.", {7: None}),
    ("claim-paper-missing", "Without the paper.", {-70001: None}),
    ("claim-issuer-number", "An issuer that is a number.", {1: 1}),
    ("claim-issuer-empty", "An empty issuer.", {1: ""}),
    ("claim-exp-text", "An end that is text.", {4: "2031"}),
    ("claim-exp-year-9999", "An end in the year 9999.", {4: 253_402_214_400}),
    ("claim-nbf-negative", "A first second before 1970.", {5: -1}),
    ("claim-iat-milliseconds", "A time of signing in milliseconds.", {6: world.SIGNED * 1000}),
    ("claim-iat-boolean", "True is no time.", {6: True}),
    ("claim-id-short", "An id of 15 bytes.", {7: bytes(15)}),
    ("claim-id-text", "An id that is text.", {7: "0123456789abcdef"}),
    ("claim-unknown", "A claim that this format does not know.", {2: "siti"}),
    ("claim-paper-list", "A paper that is a list.", {-70001: [1, 2]}),
]
PAPERS: list[tuple[str, str, dict[int, Any]]] = [
    ("paper-name-missing", "Without a name.", {1: None}),
    ("paper-kind-missing", "Without a kind.", {2: None}),
    ("paper-status-missing", "Without a place in the status list.", {3: None}),
    ("paper-decided-missing", "Without the day of the decision.", {4: None}),
    ("paper-number-missing", "Without a number.", {6: None}),
    ("paper-scope-missing", "Without a scope.", {8: None}),
    ("paper-name-empty", "An empty name.", {1: ""}),
    ("paper-name-85-bytes", "A name of 85 bytes.", {1: "é" * 42 + "x"}),
    ("paper-name-bytes", "A name that is bytes.", {1: b"Siti"}),
    ("paper-kind-unknown", "A prefix that is not on the closed list.", {2: "DOKTER/UMUM"}),
    ("paper-kind-lower-case", "A kind in small letters.", {2: "peksos/generalis"}),
    ("paper-kind-two-levels", "A kind of two levels.", {2: "PEKSOS/A/B"}),
    ("paper-kind-newline", "A kind with a line break behind it.", {2: "PEKSOS\n"}),
    ("paper-attendance-untitled", "Attendance without hours and days.", {2: "HADIR"}),
    ("paper-status-three", "A place of three numbers.", {3: [0, 1, 2]}),
    ("paper-status-number", "A place that is one number.", {3: world.INDEX}),
    ("paper-status-negative", "A negative index.", {3: [0, -1]}),
    ("paper-status-boolean", "A list called false.", {3: [False, 1]}),
    ("paper-decided-negative", "Decided before 1970.", {4: -1}),
    ("paper-decided-year-10000", "Decided after the year 9999.", {4: 2_932_897}),
    ("paper-number-65-bytes", "A number of 65 bytes.", {6: "1" * 65}),
    ("paper-scope-empty", "An empty scope.", {8: ""}),
    ("paper-title-empty", "An empty title.", {5: ""}),
    ("paper-label-unknown", "A label that this format does not know.", {7: "x"}),
]
PLAIN = cbor.encode(CLAIMS)
NAME = b"\x6eSiti Rahmawati"


def text(written: str) -> bytes:
    """The payload with another name, as text of CBOR."""
    return PLAIN.replace(NAME, cbor2.dumps(written))


BYTES: list[tuple[str, str, bytes]] = [
    ("cbor-empty", "An empty payload.", b""),
    ("cbor-array", "A payload that is no map.", cbor2.dumps([1, 2])),
    ("cbor-byte-behind", "A byte behind the map.", PLAIN + b"\x00"),
    ("cbor-order", "Claims in another order.", cbor2.dumps(dict(reversed(CLAIMS.items())))),
    ("cbor-long-integer", "A claim's label written longer than needed.", PLAIN.replace(b"\x07\x50", b"\x18\x07\x50")),
    ("cbor-twice", "A claim that stands there twice.", b"\xa7" + PLAIN[1:7] + PLAIN[1:7] + PLAIN[7:]),
    ("cbor-indefinite", "A map of indefinite length.", b"\xbf" + PLAIN[1:] + b"\xff"),
    ("cbor-float", "A time with a fraction.", PLAIN.replace(b"\x06\x1a", b"\x06\xfa")),
    (
        "cbor-null",
        "An end that is null instead of absent.",
        cbor.encode(claims()).replace(b"\x04\x1a" + CLAIMS[4].to_bytes(4), b"\x04\xf6"),
    ),
    ("cbor-tag", "A tag around the end.", PLAIN.replace(b"\x04\x1a", b"\x04\xc1\x1a")),
    ("cbor-not-utf-8", "A name that is no UTF-8.", PLAIN.replace(b"Siti", b"S\xff\xfei")),
    ("cbor-name-decomposed", "A name that is not in normal form C.", text("Site\u0301 Rahmawati")),
    ("cbor-name-overridden", "A name with a bidirectional override.", text("Siti \u202eRahma")),
    ("cbor-name-zero-width", "A name with an invisible joiner.", text("Si\u200dti Rahma")),
    ("cbor-name-control", "A name with a line break.", text("Siti\nRahmawati")),
]
COMPETENCE = "k.competence"
LAWFUL: list[tuple[str, str, str, dict[int, Any], dict[int, Any], str]] = [
    ("claim-issuer-absent", "The issuer may be left out: it is the key's.", "valid", {1: None}, {}, COMPETENCE),
    ("claim-exp-absent", "Without end.", "valid.noend", {4: None}, {}, COMPETENCE),
    (
        "paper-attendance",
        "A certificate of attendance.",
        "valid",
        {},
        {2: "HADIR", 5: "Peserta, 16 JP, 2/2 hari"},
        "k.attend",
    ),
    (
        "paper-volunteer",
        "A volunteer: never the profession's title.",
        "valid",
        {},
        {2: "RELAWAN", 5: "Pekerja Sosial"},
        "k.psm",
    ),
    ("paper-registration", "A registration.", "valid", {}, {2: "STR"}, "k.str"),
    ("paper-card", "A membership card.", "valid", {}, {2: "KTA"}, "k.kta"),
    ("paper-name-84-bytes", "A name of 84 bytes.", "valid", {}, {1: "é" * 42}, COMPETENCE),
    ("paper-level-of-32", "A level of 32 letters.", "valid", {}, {2: "PEKSOS/" + "A" * 32}, COMPETENCE),
]


def unreadable(name: str, about: str, data: bytes) -> Vector:
    return vector(name, about, "unreadable", data=data, only={"format": "!", "signature": ""})


def vectors() -> list[Vector]:
    return [
        *(unreadable(name, about, written(claims(changes))) for name, about, changes in CHANGED),
        *(unreadable(name, about, written(claims({}, changes))) for name, about, changes in PAPERS),
        *(unreadable(name, about, signed(payload)) for name, about, payload in BYTES),
        *(
            vector(name, about, reason, data=certificate(changes, paper), kind=kind)
            for name, about, reason, changes, paper, kind in LAWFUL
        ),
    ]
