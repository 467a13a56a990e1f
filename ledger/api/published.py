"""What everybody may fetch beside the log: key lists, status lists, registered buckets, documents; as they were signed.

Source: docs/publishing.md. The same addresses stand in a folder made by `ledger publish`.
"""

from flask import Blueprint, Response

from ledger.api.access import public
from ledger.errors import NotFoundError

published = Blueprint("published", __name__)
CACHING = "public, max-age=60"


@published.get("/keys/list")
def key_list() -> Response:
    return _file(public().keys.published())


@published.get("/keys/<int:version>")
def key_list_of(version: int) -> Response:
    return _file(public().keys.version(version))


@published.get("/document/<token>")
def document(token: str) -> Response:
    """`token`: SHA-256 of the code's bytes, in hex."""
    try:
        raw = bytes.fromhex(token)
    except ValueError as cause:
        raise NotFoundError("not-found", of="document", got="") from cause
    return _file(public().publishing.document(raw))


@published.get("/registered/<bucket>")
def bucket(bucket: str) -> Response:
    return _file(public().publishing.list(f"registered/{bucket}"))


@published.get("/<path:folder>/<int:number>")
def status_list(folder: str, number: int) -> Response:
    """Below the path of the authority's `status_uri`, which the key list names."""
    return _file(public().publishing.list(f"{folder}/{number}"))


def _file(data: bytes) -> Response:
    return Response(data, content_type="application/octet-stream", headers={"Cache-Control": CACHING})
