"""Every refusal as an RFC 9457 problem; the one table from class of error to HTTP status."""

import json
import logging
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

from flask import Response, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ledger.errors import (
    TELLING,
    AuthenticationError,
    BudgetError,
    BusyError,
    ConfigError,
    ConflictError,
    ForbiddenError,
    InputError,
    LedgerError,
    NotFoundError,
    RuleError,
    SealedError,
    StoreError,
    VerificationError,
)
from ledger.messages import preferred, say

MEDIA_TYPE = "application/problem+json"
LOG = logging.getLogger("ledger")
LOGGED = (AuthenticationError, ForbiddenError, BudgetError)


class RequestError(InputError):
    """The request itself, not what it says: a header, the syntax of its body."""


STATUS: dict[type[Exception], int] = {
    RequestError: 400,
    AuthenticationError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    BudgetError: 429,
    BusyError: 503,
    SealedError: 410,  # What a reader meets is erased data.
    InputError: 422,
    RuleError: 422,
    VerificationError: 422,
    LedgerError: 500,
    ConfigError: 503,  # A key of this service is not at hand.
    StoreError: 503,
    OperationalError: 503,
}
CODES = {  # Of what the framework refuses by itself.
    400: "request-malformed",
    404: "path-unknown",
    405: "method-unknown",
    413: "input-too-large",
    415: "media-type-unknown",
}


def status_of(error: Exception) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def language() -> str:
    return preferred(request.accept_languages.values())


def answer(error: Exception) -> Response | Any:
    """The problem that this error is to whoever asked. What nobody expected tells them nothing."""
    if isinstance(error, RequestRedirect):
        return error
    if isinstance(error, HTTPException):
        status = error.code or 500
        response = problem(status, CODES.get(status, f"http-{status}"), {})
        if allowed := dict(error.get_headers()).get("Allow"):
            response.headers["Allow"] = allowed
        return response
    if isinstance(error, LedgerError):
        return _refused(error)
    note(error)
    if isinstance(error, OperationalError):
        return problem(STATUS[OperationalError], "database-unreachable", {})
    return problem(500, "unexpected", {})


def _refused(error: LedgerError) -> Response:
    status = status_of(error)
    if status >= 500:
        note(error)
    elif (
        isinstance(error, LOGGED)
        or error.code in TELLING
        or (isinstance(error, NotFoundError) and "officer" in g)  # Or another province's.
    ):
        LOG.warning("%s refused at %s: %s", g.get("officer", "somebody"), request.endpoint, error.code)
    response = problem(status, error.code, error.facts)
    if isinstance(error, BudgetError | BusyError):
        response.headers["Retry-After"] = str(error.seconds)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def problem(status: int, code: str, facts: dict[str, object]) -> Response:
    """Source: RFC 9457, section 3. `code` and `facts` are extensions: programs match on the first."""
    lang = language()
    body = {
        "type": f"/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": say(f"e.{code}", lang, **facts),
        "code": code,
        "facts": plain(facts),
    }
    return Response(json.dumps(body), status, {"Content-Language": lang}, content_type=MEDIA_TYPE)


def plain(value: Any) -> Any:
    """Facts as JSON."""
    if isinstance(value, dict):
        return {str(name): plain(fact) for name, fact in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if isinstance(value, int | str | None) else str(value)


def note(error: Exception) -> None:
    """The kind of error and the places in our code; its text may repeat what somebody sent, so it is not logged."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-5:]]
    LOG.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))
