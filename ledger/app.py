"""The Flask application: pages, API and description over one ledger."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from ledger.api import description, forwarding, problems
from ledger.api.bodies import Request, limit, whole
from ledger.api.log import health, log
from ledger.api.public import gate
from ledger.api.published import published
from ledger.public import Public
from ledger.web import pages
from ledger.web.cases import cases
from ledger.web.claims import claims
from ledger.web.desk import desk
from ledger.web.q import q
from ledger.wiring import Ledger

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SECURE = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}  # s; of a host that speaks https
PROGRAMS = (
    "/api/",
    "/openapi.json",
    "/log/",
    "/proof/",
    "/keys/",
    "/status/",
    "/registered/",
    "/document/",
    "/health",
    "/periksa/baca",
)


def create_app(ledger: Public) -> Flask:
    """Any WSGI server runs it; `ledger.ready()` comes before. What is not a whole ledger is a public server."""
    app = Flask("ledger", static_folder="web/static", template_folder="web/templates")
    app.request_class = Request
    if proxies := int(ledger.config.proxies):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    app.extensions["ledger"] = ledger
    app.before_request(limit)  # First: the gate of a public server reads what it hands on.
    app.before_request(whole)
    described = _whole(app, ledger) if isinstance(ledger, Ledger) else _public(app, ledger)
    for files in (log, published, q, cases):
        app.register_blueprint(files)
    pages.register(app, described)
    if isinstance(ledger, Ledger):
        desk.register(app, ledger)
    app.register_error_handler(Exception, _answer)
    app.register_error_handler(HTTPException, _answer)
    secure = SECURE if ledger.config.public_url.startswith("https:") else {}
    app.after_request(partial(_guarded, HEADERS | secure))
    return app


def _whole(app: Flask, ledger: Ledger) -> dict[str, Any]:
    """The API; a public server of ours is believed whose address it hands on."""
    config = ledger.config
    if config.service_secret:
        trusted = forwarding.Trusted(forwarding.secret(config.service_secret))
        app.before_request(lambda: trusted.client(request))
    app.register_blueprint(health)
    app.register_blueprint(claims)
    described: dict[str, Any] = description.register(app, ledger).spec.to_dict()
    return described


def _public(app: Flask, ledger: Public) -> dict[str, Any]:
    """Behind the gate."""
    config = ledger.config
    if config.service:
        secret = forwarding.secret(config.service_secret)
        app.extensions["service"] = forwarding.Service(config.service, secret)
    app.register_blueprint(gate)
    return {"paths": {}}


def _answer(error: Exception) -> Any:
    """Problems for programs; for people a page that says the same."""
    found = problems.answer(error)
    if request.path.startswith(PROGRAMS) or not isinstance(found, Response):
        return found
    said = found.get_json(force=True)
    if request.path.startswith("/meja/") and "desk" in current_app.blueprints:
        page = desk.refused(found.status_code, said["code"], said["facts"])
    else:
        page = pages.refused(found.status_code, said["detail"])
    return (*page, {"Retry-After": found.headers["Retry-After"]}) if "Retry-After" in found.headers else page


def _guarded(headers: Mapping[str, str], response: Response) -> Response:
    for name, value in headers.items():
        response.headers.setdefault(name, value)  # The verifier page brings a policy of its own.
    response.headers.setdefault("Cache-Control", "no-store")
    return response
