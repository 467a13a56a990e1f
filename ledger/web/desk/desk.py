"""The desk as a whole: its pages, its menu, what its templates know."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Blueprint, Flask, Response, render_template, request

from ledger.application.access import Me
from ledger.application.scope import ALL
from ledger.domain.values import from_days
from ledger.messages import catalogue, day, moment, say
from ledger.web.desk import (
    account,
    assessments,
    cases,
    certificates,
    contacts,
    decrees,
    delegations,
    deliveries,
    handover,
    home,
    imports,
    issuing,
    keys,
    officers,
    papers,
    participations,
    people,
    proposals,
    rules,
    sign_in,
    trainings,
)
from ledger.web.desk.forms import required, typed
from ledger.web.desk.look import bootstrap, look
from ledger.web.desk.spoken import spoken
from ledger.web.pages import language
from ledger.wiring import Ledger

HOURS = 8  # For which a form may stay open: as long as a session.
CASES = "desk.cases.listed"  # Which only the central board answers.
# Where the menu leads: endpoint, word, and the roles that are shown it; none: everybody.
PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("desk.home.home", "home", ()),
    ("desk.proposals.inbox", "inbox", ()),
    ("desk.trainings.listed", "trainings", ()),
    ("desk.certificates.listed", "certificates", ()),
    ("desk.deliveries.listed", "deliveries", ("enrol", "certify", "admin")),
    ("desk.people.listed", "people", ()),
    (CASES, "cases", ("certify", "admin")),
    ("desk.officers.listed", "officers", ("admin", "approve")),
    ("desk.rules.rules", "rules", ()),
    ("desk.keys.shown", "keys", ("admin", "approve")),
)
PAGES: tuple[Blueprint, ...] = (
    look,
    proposals.pages,
    officers.pages,
    delegations.pages,
    handover.pages,
    sign_in.pages,
    account.pages,
    home.pages,
    people.pages,
    rules.pages,
    keys.pages,
    cases.pages,
    contacts.pages,
    deliveries.pages,
    certificates.pages,
    decrees.pages,
    issuing.pages,
    papers.pages,
    trainings.pages,
    participations.pages,
    imports.pages,
    assessments.pages,
)


def register(app: Flask, ledger: Ledger) -> None:
    secure = ledger.config.desk.startswith("https:")
    app.config.update(
        SECRET_KEY=HKDF(hashes.SHA256(), 32, salt=None, info=b"peksos/forms/1").derive(ledger.context.keyring.kek()),
        SESSION_COOKIE_NAME="__Host-formulir" if secure else "formulir",  # As access.py names the one of the session.
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=HOURS * 3600,
    )
    app.context_processor(_known)
    desk = Blueprint("desk", __name__, url_prefix="/meja")
    for pages in PAGES:
        desk.register_blueprint(pages)
    desk.after_request(_leading)
    app.register_blueprint(desk)


def _leading(response: Response) -> Response:
    """static/desk/send.js goes where it is led by itself: a page fetched on the way would be read, and noted, twice."""
    if response.location and request.headers.get("Prefer") == "return=minimal":  # Source: RFC 7240, section 4.2
        response.status_code, response.data = HTTPStatus.OK, b""
    return response


def _known() -> dict[str, Any]:
    """What the templates of the desk know, beside words and settings."""
    lang = language()

    def written_day(on: date | int | str | None) -> str:
        """A day, days since 1970-01-01, or YYYY-MM-DD."""
        if isinstance(on, str):
            return day(date.fromisoformat(on), lang)
        return "" if on is None else day(from_days(on) if isinstance(on, int) else on, lang)

    def written_moment(ms: int | None) -> str:
        return "" if ms is None else moment(datetime.fromtimestamp(ms / 1000, UTC), lang)

    return {
        "bootstrap": bootstrap,
        "places": places,
        "required": required,
        "asked": asked,
        "written_day": written_day,
        "written_moment": written_moment,
    }


def places(me: Me) -> list[tuple[str, str]]:
    shown = [(endpoint, key) for endpoint, key, roles in PLACES if not roles or me.roles & set(roles)]
    return [one for one in shown if me.sight == ALL or one[0] != CASES]


def asked(key: str, value: str = "") -> str:
    """The question of this page, with another cursor."""
    kept = {name: given for name, given in request.args.items() if name != key}
    return urlencode(kept | ({key: value} if value else {}))


def refused(status: int, code: str, facts: dict[str, Any]) -> tuple[str, int]:
    """What a page of the desk could not do, and the way out; a session that ended gives back what was typed."""
    if status == HTTPStatus.UNAUTHORIZED:
        return render_template("desk/ended.html", me=None, typed=typed()), status
    lang, way = language(), f"o.{code}"
    facts = spoken(facts, lang)
    wayout = say(way, lang, **facts) if way in catalogue("id") else ""
    return render_template("desk/refused.html", me=None, detail=say(f"e.{code}", lang, **facts), wayout=wayout), status
