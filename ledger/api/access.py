"""Who asks, under which key: bearer tokens of officers, requests that are done once, answers that are still fresh."""

import json
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, after_this_request, current_app, g, request

from ledger.api.problems import RequestError
from ledger.database import reading
from ledger.domain.values import legal_day
from ledger.errors import AuthenticationError
from ledger.public import Public
from ledger.store import requests
from ledger.store.history import Actor, AnsweredBefore
from ledger.store.requests import Request
from ledger.wiring import Ledger

View = Callable[..., Any]
KEY = re.compile("[!-~]{1,100}")
SECRET = "idempotency"  # noqa: S105 - the name under which it is kept


def ledger() -> Ledger:
    found: Ledger = current_app.extensions["ledger"]
    return found


def public() -> Public:
    """What every server can answer, whatever its role."""
    found: Public = current_app.extensions["ledger"]
    return found


def bearer() -> UUID:
    """The officer whose token it is. Raises: AuthenticationError."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError("token-missing")
    g.officer = officer = ledger().officers.bearer(token.strip())  # As the log calls who asks.
    return officer


def by_officer(view: View) -> View:
    """Reading; what an officer may write is asked by the rules, inside the transaction."""

    @wraps(view)
    def call(*args: Any, **path: Any) -> Any:
        officer = bearer()
        ledger().officers.require_in_office(officer)
        return view(officer, *args, **path)

    return call


def once(view: View) -> View:
    """The view gets the officer as actor; the same request again gets the answer that was stored with its events."""

    @wraps(view)
    def call(*args: Any, **path: Any) -> Any:
        officer = bearer()
        keyed = _keyed(officer)
        actor: Actor = ledger().officers.actor(officer, keyed)
        with reading(ledger().engine) as connection:
            before = requests.done(connection, keyed)
        if before is None:
            try:
                return view(actor, *args, **path)
            except AnsweredBefore as done:  # Of two equal requests at once, the second waited for the writer's turn.
                before = done.answer
        return json.loads(before), {"Idempotency-Replayed": "true"}

    return call


def _keyed(officer: UUID) -> Request:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise RequestError("idempotency-key-missing")
    if not KEY.fullmatch(key):
        raise RequestError("idempotency-key-malformed", expected="1..100 visible characters of ASCII")
    said = request.query_string + b"\n" + _content()
    return Request.of(current_app.extensions[SECRET], officer.bytes, request.path, key, said)


def _content() -> bytes:
    """Of files their names and bytes: the boundary between the parts differs each time."""
    if request.mimetype != "multipart/form-data":
        return request.get_data(cache=True)
    parts = []
    for name, file in sorted(request.files.items(multi=True)):
        parts.append(f"{name}/{file.filename}/{sha256(file.read()).hexdigest()}")
        file.seek(0)
    return "\n".join(parts).encode()


def fresh(view: View, caching: str) -> View:
    """ETag is the history's size with the legal day: verdicts and terms change with either."""

    @wraps(view)
    def call(*args: Any, **path: Any) -> Any:
        tag = f"{ledger().histories.size()}-{legal_day(ledger().context.history.clock())}"

        @after_this_request
        def label(response: Response) -> Response:
            if response.status_code < 400:
                response.set_etag(tag, weak=True)
                response.headers["Cache-Control"] = caching
            return response

        if request.if_none_match.contains_weak(tag):
            return Response(status=304)
        return view(*args, **path)

    return call
