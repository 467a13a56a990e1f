"""How the desk looks: the style sheet of Bootstrap 5, out of its package, and nothing from the network."""

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, Response, request, url_for

look = Blueprint("look", __name__)
YEAR = 31_536_000  # seconds


@cache
def _style() -> tuple[bytes, bytes, str]:
    """Plain, compressed, and what tells one release from another. The map that it names is not served."""
    plain = (files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css").read_bytes()
    plain = plain.partition(b"/*# sourceMappingURL")[0]
    return plain, gzip.compress(plain, mtime=0), sha256(plain).hexdigest()[:12]


def bootstrap() -> str:
    """Its address, which changes with its content: kept by browsers for a year."""
    return url_for("desk.look.style", release=_style()[2])


@look.get("/bootstrap-<release>.css")
def style(release: str) -> Response:
    plain, packed, current = _style()
    if release != current:
        return Response(status=404)
    accepts = request.accept_encodings.quality("gzip") > 0
    response = Response(packed if accepts else plain, mimetype="text/css")
    if accepts:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.cache_control.public, response.cache_control.max_age, response.cache_control.immutable = True, YEAR, True
    return response
