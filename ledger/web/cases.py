"""Reports and questions to the board: what would be sent is shown first, and sent by a second press.

No cookie and no account: what is sent for good must come from a page of ours, by what the browser says of it.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request

from ledger.application.cases import Status
from ledger.application.evidence import LONGEST, Given
from ledger.credentials.verdict import Reason
from ledger.domain.cases import ASK, REPORT
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day
from ledger.errors import BudgetError, LedgerError
from ledger.messages import day, moment, say
from ledger.web.desk.forms import require_own
from ledger.web.pages import language
from ledger.wiring import Ledger

cases = Blueprint("cases", __name__)
KINDS = {"lapor": REPORT, "konfirmasi": ASK}
PATHS = {kind: path for path, kind in KINDS.items()}
REASONS = {reason.value for reason in Reason}
INSTANT_DIGITS = 11  # Of s UTC: until the year 5138.
LAST_YEAR = 9999  # In which an instant may have no local time any more.


@cases.get("/<any(lapor, konfirmasi):path>")
@cases.post("/<any(lapor, konfirmasi):path>")
def send(path: str) -> Any:
    """First what would be sent; with `send` it is."""
    given, kind = _given(), KINDS[path]
    if "send" not in request.form:
        return _form(kind, given)
    require_own()
    try:
        status = _ledger().cases.open(kind, given, address=_address())
    except BudgetError:
        raise
    except LedgerError as refused:
        return _form(kind, given, refusal=say(f"e.{refused.code}", language(), **refused.facts)), 422
    return _case(status, sent=True)


@cases.get("/kasus")
def form() -> str:
    return render_template("case.html", number="")


@cases.post("/kasus")
def look() -> Any:
    """The number stands in the body only: an address is kept in too many places."""
    number = request.form.get("number", "")[:100].strip()
    try:
        return _case(_ledger().cases.status(number, address=_address()))
    except BudgetError:
        raise
    except LedgerError as refused:
        said = say(f"e.{refused.code}", language(), **refused.facts)
        return render_template("case.html", number=number, refusal=said), 422


def _ledger() -> Ledger:
    found: Ledger = current_app.extensions["ledger"]
    return found


def _address() -> str:
    return request.remote_addr or ""


def _given() -> Given:
    """One character more than may be sent is kept, so that too long a text is refused and not cut."""
    typed = {name: request.form.get(name, "")[: most + 1].strip() for name, most in LONGEST.items()}
    at = _instant(request.form.get("asof", "")) or _instant(typed["as_of"])
    typed["as_of"] = "" if at is None else at.isoformat()
    if typed["reason"] not in REASONS:
        typed["reason"] = ""
    return Given(**typed)


def _instant(text: str) -> datetime | None:
    """s UTC, as the page that checks by itself gives it, or ISO 8601, as ours does."""
    try:
        if text.isascii() and text.isdecimal() and len(text) <= INSTANT_DIGITS:
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year < LAST_YEAR else None


def _form(kind: str, given: Given, refusal: str = "") -> str:
    today = legal_day(_ledger().context.history.clock())
    return render_template(
        "send.html",
        kind=kind,
        path=PATHS[kind],
        given=given,
        shown=_shown(given),
        hidden={name: value for name, value in asdict(given).items() if name not in ("text", "contact")},
        days=parameter("case.keep-days", today),
        refusal=refusal,
    )


def _shown(given: Given) -> list[tuple[str, str]]:
    """What was checked, label by label."""
    lang = language()
    result = say(f"v.{given.reason}.title", lang) if given.reason else ""
    at = _instant(given.as_of)
    rows = [
        ("w.by.code", given.code),
        ("w.by.check", given.check),
        ("w.number", given.number),
        ("w.name", given.name),
        ("w.case.result", result),
        ("w.case.asof", "" if at is None else moment(at, lang)),
    ]
    return [(say(label, lang), value) for label, value in rows if value]


def _case(status: Status, *, sent: bool = False) -> str:
    lang, made = language(), datetime.fromtimestamp(status.made / 1000, UTC)
    return render_template(
        "case.html",
        status=status,
        sent=sent,
        number=status.number,
        made=moment(made, lang),
        checked="" if status.checked is None else day(status.checked, lang),
        late=legal_day(_ledger().context.history.clock()) > status.due,
    )
