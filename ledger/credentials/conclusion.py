"""From the checks to the verdict, and what of the certificate is shown beside it."""

from collections.abc import Collection
from datetime import UTC, datetime

from ledger.credentials.standing import NOT_REFRESHED_SECONDS, Standing
from ledger.credentials.token import Token, prefix_of
from ledger.credentials.verdict import Check, Outcome, Paper, Reason, Verdict
from ledger.domain.values import legal_day

RANK = {reason: rank for rank, reason in enumerate(Reason)}
HIDDEN = {Reason.WITHDRAWN, Reason.ERASED}  # Whether data was destroyed must not show.
TOO_OLD = {Reason.STALE, Reason.OFFLINE}
LINES = {
    "PEKSOS": "k.competence",
    "RELAWAN": "k.psm",  # Never the title of the profession (R17).
    "HADIR": "k.attend",
    "STR": "k.str",
    "KTA": "k.kta",
}


def verdict_of(
    checks: tuple[Check, ...],
    *,
    as_of: int,
    standing: Standing | None = None,
    paper: Paper | None = None,
    lines: tuple[str, ...] = (),
) -> Verdict:
    """The first reason wins and the others are listed; green only if no check has a reason against it."""
    found = sorted({check.reason for check in checks if check.reason is not None}, key=RANK.__getitem__)
    endless = paper is not None and paper.through is None
    reason = found[0] if found else Reason.VALID_NOEND if endless else Reason.VALID
    if HIDDEN.intersection(found):
        standing = paper = None
    known = as_of if standing is None or standing.as_of is None else standing.as_of
    told = []
    if paper is not None and prefix_of(paper.kind) in LINES:
        told.append(LINES[prefix_of(paper.kind)])
    if as_of - known > NOT_REFRESHED_SECONDS and reason not in TOO_OLD:
        told.append("l.notrefreshed")
    if standing is not None and standing.appealed is not None and _acted(checks):
        told.append("v.appeal")
    return Verdict(
        reason=reason,
        others=tuple(found[1:]),
        as_of=known,
        checks=checks,
        lines=(*told, *lines),
        paper=paper,
        facts=_facts(known, paper, standing if _acted(checks) else None),
    )


def _acted(checks: tuple[Check, ...]) -> bool:
    """An act on the certificate is in effect today."""
    return any(check.name == "status" and check.outcome is Outcome.NO for check in checks)


def _facts(known: int, paper: Paper | None, act: Standing | None) -> dict[str, object]:
    """By the names of the placeholders in `messages/`."""
    facts: dict[str, object] = {"time": datetime.fromtimestamp(known, UTC)}
    if paper is not None:
        facts |= {
            "issuer": paper.issuer,
            "basis": paper.basis,
            "number": paper.number,
            "scope": paper.scope,
            "begins": paper.begins,
            "through": paper.through,
        }
    if act is not None:
        facts |= {
            "since": act.since,
            "until": act.until,
            "decree": act.decree,
            "replacement": act.replacement,
            "appealed": act.appealed,
        }
    return {name: fact for name, fact in facts.items() if fact is not None}


def paper_of_token(token: Token, issuer: str, scopes: Collection[str], standing: Standing | None) -> Paper:
    """The code's own words; what it has no room for comes from the register."""
    return Paper(
        name=token.name,
        kind=token.kind,
        title=None if token.prefix == "RELAWAN" else token.title,
        number=token.number,
        issuer=issuer,
        basis=standing.basis if standing else None,
        scope=", ".join(sorted(scopes)) or token.scope,
        tested=standing.tested if standing else (),
        decided=token.decided,
        signed=legal_day(token.issued * 1000),
        begins=legal_day(token.begins * 1000),
        through=None if token.expires is None else legal_day(token.expires * 1000 - 1),
    )


def paper_of_register(standing: Standing) -> Paper:
    return Paper(
        name=standing.name,
        kind=standing.kind,
        title=None if prefix_of(standing.kind) == "RELAWAN" else standing.title,
        number=standing.number,
        issuer=standing.authority_name or standing.authority or "",
        basis=standing.basis,
        scope=standing.scope,
        tested=standing.tested,
        decided=standing.decided,
        signed=standing.signed,
        begins=standing.valid_from,
        through=standing.valid_through,
    )
