"""Pages that work without JavaScript: start, check, verdict, description of the API."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.credentials.verdict import Verdict
from ledger.errors import LedgerError
from ledger.messages import LANGUAGES, catalogue, preferred, say
from ledger.web import verdicts
from ledger.web.reference import operations
from ledger.wiring import Ledger

READER = "public page"
FIELDS = {"code": 100_000, "number": 200, "name": 1000, "context": 40}  # Longest looked at, characters.

pages = Blueprint("pages", __name__)


def register(app: Flask, description: Mapping[str, Any]) -> None:
    """`description`: the OpenAPI document that /docs shows."""
    app.extensions["operations"] = operations(description)
    app.context_processor(_words)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)


def language() -> str:
    """As asked by `lang`, else what the browser prefers, else Indonesian."""
    asked = request.values.get("lang", "")
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
    return render_template("check.html", values={}, scanned=False)


@pages.get("/q/")
def scanned() -> str:
    """Where codes lead. The digits stand in the fragment, which no browser sends."""
    return render_template("check.html", values={}, scanned=True)


@pages.post("/periksa")
def check() -> tuple[str, int] | str:
    values = {name: request.form.get(name, "")[:longest].strip() for name, longest in FIELDS.items()}
    picture = request.files.get("picture")
    try:
        verdict = _judged(values, picture.read() if picture else b"")
    except LedgerError as refused:
        said = say(f"e.{refused.code}", language(), **refused.facts)
        return render_template("check.html", values=values, scanned=False, refusal=said), 422
    if verdict is None:
        said = say("w.empty", language())
        return render_template("check.html", values=values, scanned=False, refusal=said), 422
    shown = verdicts.page(verdict, language(), contact=_ledger().config.contact, seal=_ledger().log.seal())
    return render_template("verdict.html", **shown)


def _judged(values: Mapping[str, str], picture: bytes) -> Verdict | None:
    """By what was given; None: too little."""
    asked, context = _ledger().verifications, values["context"].upper() or None
    if picture:
        return asked.by_picture(picture, context=context)
    if values["code"]:
        return asked.by_code(values["code"], context=context)
    if values["number"] and values["name"]:
        return asked.by_number(values["number"], values["name"], reader=READER, context=context)
    return None


@pages.get("/docs")
def documentation() -> str:
    codes = [key for key in catalogue(language()) if key.startswith("e.")]
    return render_template("docs.html", operations=current_app.extensions["operations"], problems=codes)


def refused(status: int, detail: str) -> tuple[str, int]:
    return render_template("refused.html", detail=detail), status
