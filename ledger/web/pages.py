"""Pages that work without JavaScript: start, check, verdict, description of the API."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ledger.credentials.verdict import Verdict
from ledger.errors import BudgetError, BusyError, LedgerError, VerificationError
from ledger.messages import LANGUAGES, catalogue, preferred, say
from ledger.web import verdicts
from ledger.web.reference import operations
from ledger.wiring import Ledger

READER = "public page"
FIELDS = {"code": 100_000, "number": 200, "name": 1000, "check": 200, "context": 40}  # Longest looked at, characters.

KEPT_BY = ("bahasa", "__Host-bahasa")  # The cookie of the language, for the desk; the second over https.

pages = Blueprint("pages", __name__)


def register(app: Flask, description: Mapping[str, Any]) -> None:
    """`description`: the OpenAPI document that /docs shows."""
    app.extensions["operations"] = operations(description)
    app.context_processor(_words)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)


def language() -> str:
    """As asked by `lang`, else as kept at the desk, else what the browser prefers, else Indonesian."""
    try:
        asked = request.values.get("lang", "")
    except RequestEntityTooLarge:  # Which a page tells: it must not be refused again for that.
        asked = request.args.get("lang", "")
    if not asked and request.path.startswith("/meja"):
        asked = next((request.cookies[name] for name in KEPT_BY if name in request.cookies), "")
    return asked if asked in LANGUAGES else preferred(request.accept_languages.values())


def _ledger() -> Ledger:
    found: Ledger = current_app.extensions["ledger"]
    return found


def _words() -> dict[str, Any]:
    """What every template knows."""
    lang, config = language(), _ledger().config

    def word(key: str, **facts: object) -> str:
        return say(key, lang, **facts)

    return {"say": word, "lang": lang, "languages": LANGUAGES, "config": config}


@pages.get("/")
def home() -> Response:
    return redirect(url_for("pages.start", lang=language()), 302)


@pages.get("/mulai")
def start() -> str:
    return render_template("start.html")


@pages.get("/periksa")
def form() -> str:
    return render_template("check.html", values={})


@pages.post("/periksa")
def check() -> tuple[str, int] | str:
    values = {name: request.form.get(name, "")[:longest].strip() for name, longest in FIELDS.items()}
    picture = request.files.get("picture")
    try:
        if data := picture.read() if picture else b"":
            values["code"] = _ledger().verifications.text_in(data, address=_address())
        verdict = _judged(values)
    except (BudgetError, BusyError):
        raise  # What is typed is not at fault, and another try may come too soon.
    except LedgerError as refused:
        said = say(f"e.{refused.code}", language(), **refused.facts)
        return render_template("check.html", values=values, refusal=said), 422
    if verdict is None:
        said = say("w.empty", language())
        return render_template("check.html", values=values, refusal=said), 422
    shown = verdicts.page(verdict, language(), contact=_ledger().config.contact, seal=_ledger().log.seal())
    return render_template("verdict.html", **shown, asked=_asked(values), asof_seconds=verdict.as_of)


@pages.post("/periksa/baca")
def text_in_picture() -> Response:
    """For the page that checks by itself: {"text"} of the code in a picture or PDF, or a problem."""
    file = request.files.get("file")
    if file is None:
        raise VerificationError("picture-unreadable")
    return jsonify({"text": _ledger().verifications.text_in(file.read(), address=_address())})


def _address() -> str:
    return request.remote_addr or ""


def _asked(values: Mapping[str, str]) -> dict[str, str]:
    """What it was judged by, to be handed on to the board if the reader wants that."""
    used = next((one for one in (("code",), ("check",)) if values[one[0]]), ("number", "name"))
    return {name: values[name] for name in used}


def _judged(values: Mapping[str, str]) -> Verdict | None:
    """By what was given; None: too little."""
    asked, context = _ledger().verifications, values["context"].upper() or None
    if values["code"]:
        return asked.by_code(values["code"], context=context)
    if values["check"]:
        return asked.by_check(values["check"], reader=READER, address=_address(), context=context)
    if values["number"] and values["name"]:
        number, name = values["number"], values["name"]
        return asked.by_number(number, name, reader=READER, address=_address(), context=context)
    return None


@pages.get("/docs")
def documentation() -> str:
    codes = [key for key in catalogue(language()) if key.startswith("e.")]
    return render_template("docs.html", operations=current_app.extensions["operations"], problems=codes)


def refused(status: int, detail: str) -> tuple[str, int]:
    return render_template("refused.html", detail=detail), status
