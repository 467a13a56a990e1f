"""The gate of a public server: what it answers itself, what it hands on, and that everything else is not there."""

import re
from typing import Any

from flask import Blueprint, Request, Response, current_app, jsonify, request

from ledger.api.access import public
from ledger.api.bodies import body
from ledger.api.forwarding import Service
from ledger.api.verifications import described, judged
from ledger.application.publishing import LATE_SECONDS
from ledger.errors import NotFoundError, StoreError

gate = Blueprint("gate", __name__)
VERIFICATIONS = "/api/v1/verifications"
HERE = re.compile(
    r"/|/mulai|/periksa|/static/.+|/q/.*|/health|/log/checkpoint|/log/tile/[0-5]/.+|/proof/[^/]+|/keys/[^/]+"
    r"|/document/[^/]+|/registered/[^/]+|/(?!api/|log/)[a-z0-9/_-]*[a-z0-9_-]/[0-9]{1,6}"
)
THERE = re.compile(r"/periksa/baca|/lapor|/konfirmasi|/kasus|/klaim/[A-Za-z0-9_-]{1,100}|/docs|/openapi\.json")
CODE = {"code", "context"}  # Fields of a question that needs no vault.


@gate.before_app_request
def kept() -> Response | None:
    """Everything is closed but what is named. Raises: NotFoundError; StoreError: the service does not answer."""
    path, method = request.path, request.method
    if THERE.fullmatch(path) or (method == "POST" and path in ("/periksa", VERIFICATIONS) and not _by_code(request)):
        return _service().answer(request)
    posted = method == "POST" and (path in ("/periksa", VERIFICATIONS) or path == "/q/bagikan")
    if posted or (method in ("GET", "HEAD") and HERE.fullmatch(path)):
        return None
    raise NotFoundError("path-unknown")


def _by_code(asked: Request) -> bool:
    """Whether it can be answered here: the code alone, typed or pasted."""
    asked.get_data(cache=True)  # Else a form is read here and nothing is left to hand on.
    if asked.path == VERIFICATIONS:
        return asked.mimetype == "application/json" and _has_code(body(asked))
    given = {name for name, value in asked.form.items() if value.strip()}
    return "code" in given and not any(asked.files.values())


def _has_code(value: Any) -> bool:
    return isinstance(value, dict) and "code" in value and value.keys() <= CODE


def _service() -> Service:
    found = current_app.extensions.get("service")
    if not isinstance(found, Service):
        raise StoreError("service-unreachable")
    return found


@gate.post(VERIFICATIONS)
def verify() -> Any:
    return jsonify(described(judged()))


@gate.get("/health")
def health() -> Any:
    """Red when what is published here is so old that readers are told so."""
    age = public().publishing.age()
    green = age is not None and age < LATE_SECONDS
    return {"green": green, "published_age": age}, 200 if green else 503
