"""The log as plain files: checkpoint and hash tiles for everybody, entries for DPP, receipts by a code's hash.

Source: docs/formats/checkpoint.md, receipt.md. These addresses are fixed by c2sp.org/tlog-tiles.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from ledger.api.access import by_officer, ledger, public
from ledger.application.publishing import LATE_SECONDS
from ledger.errors import NotFoundError, VerificationError
from ledger.transparency.tiles import Tile

log, health = Blueprint("log", __name__), Blueprint("health", __name__)
FOR_EVER = "public, max-age=31536000, immutable"  # A tile of a width never changes.
NEWEST = "public, max-age=5"
PRIVATE = "private, max-age=31536000, immutable"


@log.get("/log/checkpoint")
def checkpoint() -> Response:
    return _file(public().checkpoints.latest(), "text/plain; charset=utf-8", NEWEST)


@health.get("/health")
def of_the_log() -> Any:
    """Red when a witness raised an alarm, no quorum cosigned for a day, or lists are as old as readers are told."""
    found, age = ledger().log.health(), ledger().publishing.age()
    green = found.green and age is not None and age < LATE_SECONDS
    body = {"behind": found.behind, "alarms": found.alarms, "quorum_age": found.quorum_age, "published_age": age}
    return {"green": green} | body, 200 if green else 503


@log.get("/log/tile/entries/<path:path>")
def entries(path: str) -> Any:
    """Pseudonymous, and so still personal data, of the whole country: for officers of the central board alone."""

    @by_officer
    def central(officer: UUID) -> Response:
        ledger().scope.require_all(officer)
        return _tile(f"tile/entries/{path}", PRIVATE)

    return central()


@log.get("/log/tile/<path:path>")
def tile(path: str) -> Response:
    return _tile(f"tile/{path}", FOR_EVER)


@log.get("/proof/<token>")
def proof(token: str) -> Response:
    """`token`: SHA-256 of the code's bytes, in hex."""
    try:
        raw = bytes.fromhex(token)
    except ValueError as cause:
        raise NotFoundError("not-found", of="proof", got="") from cause
    return _file(public().receipts.of_token(raw), "text/plain; charset=utf-8", NEWEST)


def _tile(path: str, caching: str) -> Response:
    try:
        found = Tile.parse(path)
    except VerificationError as cause:
        raise NotFoundError("not-found", of="tile", got="") from cause
    return _file(public().checkpoints.tile(found), "application/octet-stream", caching)


def _file(data: bytes, kind: str, caching: str) -> Response:
    return Response(data, content_type=kind, headers={"Cache-Control": caching})
