"""What a request carries, read strictly: I-JSON with known fields only, files within their limit."""

import json
import math
import re
from io import BytesIO
from typing import IO, Any, NoReturn

import flask
import marshmallow
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from ledger.api.problems import RequestError
from ledger.errors import InputError

MAX_BODY = 2**20  # bytes
MAX_UPLOAD = 10 * 2**20 + 16 * 2**10  # bytes: a file of 10 MiB with the envelope around it
MAX_INTEGER = 2**53 - 1  # RFC 7493, section 2.2
SURROGATE = re.compile("[\ud800-\udfff]")
FIELD = re.compile("[a-z_]{1,40}")


class Request(flask.Request):
    """Files stay in memory: a sheet of people is never spooled into a temporary file."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


def limit() -> None:
    """Before anything of the body is read."""
    flask.request.max_content_length = MAX_UPLOAD if flask.request.mimetype == "multipart/form-data" else MAX_BODY


def whole() -> None:
    """No address of ours holds the zero character, which PostgreSQL cannot keep."""
    if "\0" in flask.request.path:
        flask.abort(404)


def read_json(data: bytes) -> Any:
    """Raises: RequestError: not I-JSON: a repeated name, a number out of range, half a character, too deep.

    Source: RFC 7493. Also refused is the zero character, which PostgreSQL cannot keep.
    """
    try:
        value = json.loads(data.decode(), object_pairs_hook=_object, parse_int=_integer, parse_float=_number)
        _require_whole(value)
    except (ValueError, RecursionError):
        raise RequestError("json-malformed") from None  # The cause would repeat the body.
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("names")
    return found


def _integer(text: str) -> int:
    value = int(text[:20])
    if abs(value) > MAX_INTEGER:
        raise ValueError("integer")
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("number")
    return value


def _require_whole(value: Any) -> None:
    if isinstance(value, str) and ("\0" in value or SURROGATE.search(value)):
        raise ValueError("text")
    if isinstance(value, float) and not math.isfinite(value):  # NaN and Infinity are constants to the reader.
        raise ValueError("number")
    if isinstance(value, dict):
        for name, one in value.items():
            _require_whole(name)
            _require_whole(one)
    elif isinstance(value, list):
        for one in value:
            _require_whole(one)


def body(request: flask.Request) -> Any:
    """Raises: UnsupportedMediaType, RequestError."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return read_json(request.get_data(cache=True))


def load(schema: marshmallow.Schema, values: Any) -> dict[str, Any]:
    """Raises: InputError: `fields-malformed`, with their names."""
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as refused:
        raise malformed(refused) from None
    return loaded


def malformed(refused: ValidationError) -> InputError:
    return InputError("fields-malformed", fields=sorted(set(_paths(refused.messages))))


def _paths(messages: Any, path: str = "") -> list[str]:
    """Where something is missing, unknown or wrong; what does not look like a name of ours is not repeated."""
    if not isinstance(messages, dict):
        return [path or "body"]
    found: list[str] = []
    for name, inside in messages.items():
        known = str(name) if isinstance(name, int) or FIELD.fullmatch(name) else "?"
        step = "" if known in ("_schema", "json", "query", "files", "form", "value") else known
        found += _paths(inside, f"{path}.{step}".strip("."))
    return found


class Parser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, RAISE)

    def load_json(self, req: flask.Request, *_: Any) -> Any:
        return body(req)

    def load_files(self, req: flask.Request, schema: marshmallow.Schema) -> Any:
        if req.mimetype != "multipart/form-data":
            raise UnsupportedMediaType
        return super().load_files(req, schema)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        raise malformed(error) from None
