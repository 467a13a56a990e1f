"""Verdicts about a scanned code and about a typed number. Pure: the register and the clock are handed in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from ledger.credentials import digits, token
from ledger.credentials.conclusion import paper_of_register, paper_of_token, verdict_of
from ledger.credentials.evidence import CodeRegister, Evidence, Register, Source
from ledger.credentials.standing import Standing, State, ask, end_of, reach, status, validity
from ledger.credentials.token import Token
from ledger.credentials.verdict import Check, Outcome, Reason, Verdict, no, unknown, yes
from ledger.domain import numbers
from ledger.domain.values import start_of, to_days
from ledger.errors import InputError, LedgerError, VerificationError
from ledger.signing import cose, public_key
from ledger.signing.key_list import Grant, Key, KeyList

SKEW_SECONDS = 300  # Of the time of signing only.
SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015]+")
NUMBER_LENGTH = 80  # No more characters are looked at.
SPECIMEN_HOST = "contoh.invalid"  # Nobody can own it. Source: RFC 6761, section 6.4
NumberRegister = Callable[[str], Standing | None]


@dataclass(frozen=True, slots=True)
class _Issuer:
    """The grant under which an authority issued, and where the certificate counts then."""

    check: Check
    name: str
    scopes: frozenset[str]


def judge_scanned(
    text: str,
    *,
    base: str,
    key_list: KeyList | None,
    origin: str,
    register: CodeRegister,
    now: int,
    context: str | None = None,
) -> Verdict:
    """As `judge_code`, of the text that a camera or a picture gives. `base` is our host, see `digits.prefix`."""
    try:
        data = digits.scanned(text, base)
    except VerificationError as refused:
        return verdict_of((no("format", strange(refused)),), as_of=now)
    return judge_code(data, key_list=key_list, origin=origin, register=register, now=now, context=context)


def judge_code(
    data: bytes,
    *,
    key_list: KeyList | None,
    origin: str,
    register: CodeRegister,
    now: int,
    context: str | None = None,
) -> Verdict:
    """What to do with a certificate whose code was read. Raises nothing of its own on any bytes.

    Args:
        data: The token, untrusted.
        key_list: Already verified against the root; None: there is none.
        origin: The ledger's name, which is under every signature.
        register: SHA-256 of the token -> its standing; None: not in the register; StoreError: could not be asked.
        now: s UTC.
        context: Code of the institution that asks, if it said which.

    Source: docs/formats/certificate-code.md, "Verify".
    """
    return judge(data, key_list=key_list, origin=origin, source=Register(register), now=now, context=context)


def judge(
    data: bytes,
    *,
    key_list: KeyList | None,
    origin: str,
    source: Source,
    now: int,
    context: str | None = None,
) -> Verdict:
    """As `judge_code`, with whatever vouches for the code: the register, or the signed lists."""
    try:
        statement = token.parse(data)
    except LedgerError:
        return verdict_of((no("format", Reason.UNREADABLE),), as_of=now)
    key, signature = _signer(statement, key_list, origin, source)
    if key is None or key_list is None:
        return verdict_of((yes("format"), signature), as_of=now)
    try:
        paper = token.read(statement.payload or b"")
    except LedgerError:
        return verdict_of((no("format", Reason.UNREADABLE), signature), as_of=now)
    found = source.evidence(paper, key, sha256(data).digest(), max(now, key_list.iat))
    issuer = _issuer(paper, key, key_list)
    checks = (
        yes("format"),
        signature,
        _key(paper, key, key_list, found),
        issuer.check,
        found.registered,
        found.status,
        _time(paper, found.now),
        reach(issuer.scopes, context) if issuer.scopes else no("scope", Reason.AUTHORITY),
    )
    shown = paper_of_token(paper, issuer.name, issuer.scopes, found.standing)
    return verdict_of(checks, as_of=found.now, standing=found.standing, paper=shown, lines=found.lines)


def judge_entry(
    written: str,
    *,
    register: NumberRegister,
    now: int,
    context: str | None = None,
) -> Verdict:
    """What to do with a certificate whose number, and name, was typed.

    Args:
        written: The number as typed.
        register: The number as printed -> its standing if the typed name fits too; None in every other case,
            equal for the reader; StoreError: could not be asked.
        now: s UTC.
        context: Code of the institution that asks, if it said which.
    """
    number = as_printed(written)
    try:
        numbers.check(number)
    except InputError as refused:
        mistyped = refused.code == "number-check"
        return verdict_of((no("number", Reason.TYPO if mistyped else Reason.NOTOURS),), as_of=now)
    answer = ask(lambda: register(number))
    standing = answer.standing
    if not answer.asked:
        return verdict_of((yes("number"), unknown("registered", Reason.OFFLINE)), as_of=now)
    if standing is None or standing.state is State.ERASED:
        return verdict_of((yes("number"), no("registered", Reason.NOMATCH)), as_of=now)
    begins = standing.valid_from
    checks = (
        yes("number"),
        yes("registered"),
        status(standing, now),
        unknown("time", Reason.OFFLINE)
        if begins is None
        else validity(start_of(begins), end_of(standing.valid_through), now),
        reach({standing.scope}, context),
    )
    return verdict_of(checks, as_of=now, standing=standing, paper=paper_of_register(standing))


def as_printed(written: str) -> str:
    """A typed number in upper case, parted by single hyphens: people type spaces, dots and slashes."""
    return SEPARATORS.sub("-", written[:NUMBER_LENGTH].strip().upper())


def strange(refused: VerificationError) -> Reason:
    """Why a text that was scanned is no code of ours."""
    host = str(refused.facts.get("host", ""))
    if host == SPECIMEN_HOST or host.endswith(f".{SPECIMEN_HOST}"):
        return Reason.DEMO
    return Reason.NOTOURS if refused.code == "code-foreign" else Reason.UNREADABLE


def _signer(
    statement: cose.Statement, key_list: KeyList | None, origin: str, source: Source
) -> tuple[Key | None, Check]:
    """The key that signed. Ids of keys can collide: every key that has it is tried."""
    keys = () if key_list is None else [key for key in key_list.keys if key.kid == statement.kid]
    if not keys:
        return None, source.stranger(_claimed(statement))
    external = cose.aad(token.CONTEXT, origin)
    for key in keys:
        try:
            cose.verify(statement, public_key.load_public(key.public), external)
        except LedgerError:
            continue
        return key, yes("signature")
    return None, no("signature", Reason.BADSIG)


def _claimed(statement: cose.Statement) -> str | None:
    """Whom the code names as its issuer, which proves nothing."""
    try:
        return token.read(statement.payload or b"").issuer
    except LedgerError:
        return None


def _key(paper: Token, key: Key, key_list: KeyList, found: Evidence) -> Check:
    if found.honest.outcome is not Outcome.YES:
        return found.honest
    if key.role != "certificate" or not key.holds_at(paper.issued):
        return no("key", Reason.AUTHORITY)
    if found.list.outcome is Outcome.YES and found.now >= key_list.exp:
        return unknown("key", Reason.NOKEY)
    return found.list


def _issuer(paper: Token, key: Key, key_list: KeyList) -> _Issuer:
    """The grant that holds on the decided day counts; scope is that of the token within that of the grant."""
    authority = key_list.authorities.get(key.authority or "")
    if authority is None or paper.issuer not in (None, authority.id):
        return _Issuer(no("authority", Reason.AUTHORITY), key.authority or "", frozenset())
    grants = [grant for grant in authority.grants if _covers(grant, paper)]
    if not grants:
        return _Issuer(no("authority", Reason.AUTHORITY), authority.id, frozenset())
    scopes = frozenset(grant.scope if paper.scope == "*" else paper.scope for grant in grants)
    return _Issuer(yes("authority"), grants[0].name, scopes)


def _covers(grant: Grant, paper: Token) -> bool:
    """A grant names whole kinds, or a prefix for all levels of it."""
    day = to_days(paper.decided)
    in_time = grant.begins <= day and (grant.ends is None or day <= grant.ends)
    in_scope = "*" in (grant.scope, paper.scope) or grant.scope == paper.scope
    return in_time and in_scope and not {paper.kind, paper.prefix}.isdisjoint(grant.schemes)


def _time(paper: Token, now: int) -> Check:
    if paper.issued > now + SKEW_SECONDS:
        return no("time", Reason.NOTYET)
    return validity(paper.begins, paper.expires, now)
