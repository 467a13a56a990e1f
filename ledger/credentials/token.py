"""The certificate in the code: a signed CBOR Web Token of about 240 bytes. Source: docs/formats/certificate-code.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from ledger.credentials import digits
from ledger.domain.values import Personal, from_days, start_of, to_days
from ledger.errors import InputError, VerificationError
from ledger.signing import cbor, cose

CONTEXT = "peksos/cert/1"
KIND = re.compile(r"(PEKSOS|RELAWAN|HADIR|STR|KTA)(?:/[A-Z0-9][A-Z0-9-]{0,31})?", re.ASCII)
NAME_BYTES = 84  # of UTF-8, never cut
TEXT_BYTES = 64  # of UTF-8, any other text
LAST_SECOND = start_of(date(9999, 1, 1))

ISSUER, EXPIRES, BEGINS, ISSUED, ID, CLAIM = 1, 4, 5, 6, 7, -70001  # RFC 8392, section 3.1; the last is ours.
NAME, SORT, STATUS, DECIDED, TITLE, NUMBER, SCOPE = 1, 2, 3, 4, 5, 6, 8

# What a code of ECC M holds in bits, by version. Source: ISO/IEC 18004:2024, table 7.
TARGET_BITS = 2320  # version 12: 65 modules
LIMIT_BITS = 3320  # version 15: 77 modules


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the code says. Times in s UTC; in force while `begins` <= now < `expires`."""

    issuer: str | None  # authority id
    expires: int | None  # 00:00 of the legal day after "berlaku s.d."
    begins: int
    issued: int
    id: bytes  # 16 random bytes; they appear in no event
    name: Personal  # as printed
    kind: str  # such as PEKSOS/GENERALIS
    status: tuple[int, int]  # [list, index]
    decided: date
    title: str | None  # for people; of HADIR "Peserta, 16 JP, 2/2 hari"
    number: str
    scope: str  # "*" or the institution's code

    @property
    def prefix(self) -> str:
        """What sort of paper it is: competence, attendance, registration or card; one never reads as another."""
        return prefix_of(self.kind)


def prefix_of(kind: str) -> str:
    return kind.partition("/")[0]


def issue(token: Token, signer: cose.Signer, *, base: str) -> bytes:
    """Sign the fullest form whose code is of version 12 or less; if there is none, the shortest.

    Raises:
        InputError: `token-malformed` (fact `why`); `token-too-large`: the code would be above version 15.
    """
    prefix = digits.prefix(base)
    for form in _shorter_and_shorter(token):
        data = signer.sign(_encode(form))
        if _code_bits(prefix, data) <= TARGET_BITS:
            return data
    if _code_bits(prefix, data) > LIMIT_BITS:
        raise InputError("token-too-large", got=len(data))
    return data


def parse(data: bytes) -> cose.Statement:
    """Envelope only; nothing in it is proved yet. Raises: VerificationError, InputError."""
    return cose.parse(data, limit=digits.MAX_BYTES, typ=None)


def read(payload: bytes) -> Token:
    """The schema of the payload, strictly.

    Raises:
        VerificationError: `token-malformed`; `why` names the label.
    """
    try:
        fields = cbor.decode(payload, limit=digits.MAX_BYTES)
    except InputError as cause:
        raise _malformed("cbor") from cause
    claims = _labels(fields, {BEGINS, ISSUED, ID, CLAIM}, {ISSUER, EXPIRES})
    paper = _labels(claims[CLAIM], {NAME, SORT, STATUS, DECIDED, NUMBER, SCOPE}, {TITLE})
    token = Token(
        issuer=_text(claims, ISSUER) if ISSUER in claims else None,
        expires=_second(claims, EXPIRES) if EXPIRES in claims else None,
        begins=_second(claims, BEGINS),
        issued=_second(claims, ISSUED),
        id=_identifier(claims[ID]),
        name=Personal(_text(paper, NAME, NAME_BYTES)),
        kind=_text(paper, SORT),
        status=_position(paper[STATUS]),
        decided=_day(paper[DECIDED]),
        title=_text(paper, TITLE) if TITLE in paper else None,
        number=_text(paper, NUMBER),
        scope=_text(paper, SCOPE),
    )
    if KIND.fullmatch(token.kind) is None:
        raise _malformed("kind")
    if token.prefix == "HADIR" and token.title is None:
        raise _malformed("title")
    return token


def _shorter_and_shorter(token: Token) -> Iterator[Token]:
    """Kept longest: end, number, name and scope, which are never dropped; then the issuer; the title goes first."""
    yield token
    if token.prefix != "HADIR":
        token = replace(token, title=None)
        yield token
    yield replace(token, issuer=None)


def _encode(token: Token) -> bytes:
    paper: dict[int, object] = {
        NAME: token.name.reveal(),
        SORT: token.kind,
        STATUS: list(token.status),
        DECIDED: to_days(token.decided),
        TITLE: token.title,
        NUMBER: token.number,
        SCOPE: token.scope,
    }
    claims: dict[int, object] = {
        ISSUER: token.issuer,
        EXPIRES: token.expires,
        BEGINS: token.begins,
        ISSUED: token.issued,
        ID: token.id,
        CLAIM: _present(paper),
    }
    payload = cbor.encode(_present(claims))
    try:
        read(payload)  # Nothing is signed that a verifier would refuse.
    except VerificationError as cause:
        raise InputError(cause.code, **cause.facts) from cause
    return payload


def _present(fields: dict[int, object]) -> dict[int, object]:
    return {label: value for label, value in fields.items() if value is not None}


def _code_bits(prefix: str, data: bytes) -> int:
    """A byte segment, then a numeric one, in versions 10 to 26. Source: ISO/IEC 18004:2024, 7.4."""
    whole, rest = divmod(len(digits.encode(data)), 3)
    return 4 + 16 + 8 * len(prefix.encode()) + 4 + 12 + 10 * whole + (0, 4, 7)[rest]


def _malformed(why: str) -> VerificationError:
    return VerificationError("token-malformed", why=why)


def _labels(fields: object, required: set[int], optional: set[int]) -> dict[int, object]:
    if not isinstance(fields, dict) or not required <= fields.keys() <= required | optional:
        raise _malformed("labels")
    return cast("dict[int, object]", fields)


def _text(fields: dict[int, object], label: int, limit: int = TEXT_BYTES) -> str:
    text = fields[label]
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= limit:
        raise _malformed(f"text {label}")
    return text


def _count(value: object) -> int:
    if type(value) is not int or value < 0:  # A bool is no count.
        raise _malformed("count")
    return value


def _second(fields: dict[int, object], label: int) -> int:
    second = _count(fields[label])
    if second > LAST_SECOND:
        raise _malformed("time")
    return second


def _day(value: object) -> date:
    try:
        return from_days(_count(value))
    except InputError as cause:
        raise _malformed("decided") from cause


def _identifier(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != 16:
        raise _malformed("id")
    return value


def _position(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _malformed("status")
    return _count(value[0]), _count(value[1])
