"""What a camera gives: addresses, digits, and anything else."""

from ledger.credentials import digits
from tests.conformance import world
from tests.conformance.vector import Vector, vector
from tests.conformance.world import BASE, PLAIN, address

CODE, DIGITS = address(PLAIN), digits.encode(PLAIN)
GOOD: list[tuple[str, str, str]] = [
    ("text-address", "Our address and the digits: everything holds.", CODE),
    ("text-digits-alone", "The digits alone are a code as well.", DIGITS),
    ("text-upper-case-host", "Scheme and host may be written in capitals.", CODE.replace(BASE, BASE.upper())),
    ("text-spaces-around", "White space around the code does not count.", f" \n\t{CODE}\r\n"),
]
UNREADABLE: list[tuple[str, str, str | tuple[str, int]]] = [
    ("text-empty", "No text at all.", ""),
    ("text-words", "Words are no code.", "IPSPI-PSG-2026-000123-4"),
    ("text-1001-digits", "No more than 1000 digits are looked at.", ("1", 1001)),
    ("text-1mb-digits", "A mebibyte of digits is refused without being read.", ("7", 1 << 20)),
    ("text-1mb-letters", "A mebibyte of letters is refused.", ("a", 1 << 20)),
    ("text-impossible-length", "One digit more: no whole number of bytes has that many.", DIGITS + "0"),
    ("text-digit-missing", "The last digit is cut off.", DIGITS[:-1]),
    ("text-chunk-too-large", "17 digits that are not less than 256^7.", "72057594037927936" + DIGITS[17:]),
    ("text-tail-too-large", "A tail of three digits that is not less than 256.", "256"),
    ("text-space-within", "A space between the digits.", f"{DIGITS[:34]} {DIGITS[34:]}"),
    ("text-arabic-digits", "Digits of another script are no digits here.", DIGITS.replace("1", "\u0661")),
    ("text-minus", "A sign is no digit.", "-" + DIGITS[1:]),
    ("text-our-host-without-code", "Our address without digits.", f"{BASE}/q/#"),
    ("text-our-host-other-page", "Another page of our host.", f"{BASE}/periksa"),
    ("text-query-not-fragment", "Digits in the query, which a server would see.", f"{BASE}/q/?{DIGITS}"),
    ("text-token-of-zeros", "Digits of bytes that are no statement.", "0" * 170),
]
FOREIGN: list[tuple[str, str, str]] = [
    (
        "text-other-host",
        "The address of another host, with a certificate of ours in it.",
        CODE.replace(BASE, "https://cek.example"),
    ),
    ("text-look-alike-host", "Our host is only the beginning of theirs.", CODE.replace(BASE, f"{BASE}.example")),
    (
        "text-user-before-host",
        "Our host stands as a user name before theirs.",
        CODE.replace(BASE, f"{BASE}@cek.example"),
    ),
    (
        "text-http-not-https",
        "Our host without TLS is another address.",
        CODE.replace("https://", "http://").replace("vectors.contoh.invalid", "vectors.example"),
    ),
    ("text-other-port", "Another port of a host of that name.", CODE.replace(BASE, "https://cek.example:8443")),
]
DEMONSTRATION: list[tuple[str, str, str]] = [
    ("text-demonstration-host", "The address of a demonstration.", CODE.replace(BASE, "https://contoh.invalid")),
    (
        "text-demonstration-below",
        "A host below that of demonstrations.",
        CODE.replace(BASE, "https://demo.CONTOH.invalid"),
    ),
]
NOTHING = {"format": "!"}


def vectors() -> list[Vector]:
    return [
        *(vector(name, about, code=text) for name, about, text in GOOD),
        *(vector(name, about, "unreadable", code=text, only=NOTHING) for name, about, text in UNREADABLE),
        *(vector(name, about, "notours", code=text, only=NOTHING) for name, about, text in FOREIGN),
        *(vector(name, about, "demo", code=text, only=NOTHING) for name, about, text in DEMONSTRATION),
        vector(
            "text-token-of-demonstration",
            "The digits of a certificate of another ledger whose keys this one never had.",
            "badsig",
            data=world.certificate(seed=world.STRANGER, origin="demo.contoh.invalid"),
            only={"format": "", "signature": "!"},
        ),
    ]
