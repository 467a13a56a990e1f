"""The Flask application: pages, API and description over one ledger."""

from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ledger.api import description, problems
from ledger.api.bodies import Request, limit
from ledger.api.log import log
from ledger.web import pages
from ledger.wiring import Ledger

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PROGRAMS = ("/api/", "/openapi.json", "/log/", "/proof/", "/health")


def create_app(ledger: Ledger) -> Flask:
    """Any WSGI server runs it; `ledger.ready()` comes before."""
    app = Flask("ledger", static_folder="web/static", template_folder="web/templates")
    app.request_class = Request
    app.extensions["ledger"] = ledger
    api = description.register(app, ledger)
    app.register_blueprint(log)
    pages.register(app, api.spec.to_dict())
    app.register_error_handler(Exception, _answer)
    app.register_error_handler(HTTPException, _answer)
    app.before_request(limit)
    app.after_request(_guarded)
    return app


def _answer(error: Exception) -> Any:
    """Problems for programs; for people a page that says the same."""
    found = problems.answer(error)
    if request.path.startswith(PROGRAMS) or not isinstance(found, Response):
        return found
    return pages.refused(found.status_code, found.get_json(force=True)["detail"])


def _guarded(response: Response) -> Response:
    response.headers.extend(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
