"""A verdict as the rows of its page."""

from datetime import UTC, date, datetime
from typing import Any

from ledger.application.log import Seal
from ledger.application.telling import told
from ledger.credentials.verdict import Paper, Verdict
from ledger.messages import day, say


def page(verdict: Verdict, lang: str, *, contact: str, seal: Seal | None) -> dict[str, Any]:
    return {
        "colour": verdict.colour.value,
        "told": told(verdict, lang, contact=contact),
        "asof": say("l.asof", lang, time=datetime.fromtimestamp(verdict.as_of, UTC)),
        "rows": [] if verdict.paper is None else _rows(verdict.paper, lang),
        "checks": [
            {
                "name": say(f"check.{check.name}", lang),
                "outcome": say(f"outcome.{check.outcome}", lang),
                "class": check.outcome.value,
                "reason": "" if check.reason is None else say(f"{check.reason.key}.title", lang),
            }
            for check in verdict.checks
        ],
        "reason": verdict.reason.value,
        "log": "" if seal is None else say("l.log", lang, **seal.facts()),
    }


def _rows(paper: Paper, lang: str) -> list[tuple[str, str]]:
    """What the paper must say, label by label; what is not known is left out."""
    name = say("d.erased", lang) if paper.name is None else paper.name.reveal()
    scope = say("w.everywhere", lang) if paper.scope == "*" else paper.scope
    issuer = paper.issuer if paper.basis is None else f"{paper.issuer} · {paper.basis}"
    rows = [
        ("l.name", name),
        ("l.number", paper.number),
        ("w.kind", " · ".join(filter(None, (paper.title, paper.kind)))),
        ("l.issuer", issuer),
        ("l.scope", scope),
        ("l.dates.tested", _days(paper.examined, lang)),
        ("l.dates.decided", _days((paper.decided,), lang)),
        ("l.dates.signed", _days((paper.signed,), lang)),
        ("l.dates.begins", _days((paper.begins,), lang)),
        ("l.dates.through", _days((paper.through,), lang) or _endless(paper, lang)),
    ]
    return [(say(label, lang), value) for label, value in rows if value]


def _endless(paper: Paper, lang: str) -> str:
    """Whether another body's paper ends is not known."""
    return "" if paper.begins is None else say("w.endless", lang)


def _days(days: tuple[date | None, ...], lang: str) -> str:
    return ", ".join(day(one, lang) for one in days if one is not None)
