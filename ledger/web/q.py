"""Where codes lead: the verifier page, as files that any static host can serve too."""

from hashlib import sha256

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from ledger.errors import NotFoundError
from ledger.web.verifier_files import PERMISSIONS, POLICY, files, packed
from ledger.wiring import Ledger

q = Blueprint("q", __name__)


@q.get("/q/")
def index() -> Response:
    """The digits stand in the fragment, which no browser sends."""
    return one("index.html")


@q.get("/q/<name>")
def one(name: str) -> Response:
    ledger: Ledger = current_app.extensions["ledger"]
    found = files(ledger).get(name)
    if found is None:
        raise NotFoundError("not-found", of="page", got="")
    data, kind = found
    small = request.accept_encodings.quality("gzip") > 0 and not kind.startswith("image/")
    response = Response(packed(data) if small else data, content_type=kind, headers=_headers(ledger))
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(sha256(data).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response


@q.post("/q/bagikan")
def shared() -> Redirect:
    """What another app hands over is taken by the page's service worker; here is who has none: nothing is read."""
    return redirect(url_for("pages.form"), 303)


def _headers(ledger: Ledger) -> dict[str, str]:
    policy = POLICY.format(base=ledger.config.public_url)
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",  # Which a page cannot say of itself.
        "Permissions-Policy": PERMISSIONS,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
