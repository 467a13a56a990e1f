"""Fields that several bodies share, and the shape of answers."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp
from werkzeug.datastructures import FileStorage

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
HEX = re.compile("(?:[0-9a-f]{2})+", re.IGNORECASE)


def day(**options: Any) -> fields.Date:
    return fields.Date(validate=Range(FIRST, LAST), **_required(options))


def text(longest: int = 200, **options: Any) -> fields.String:
    return fields.String(validate=Length(1, longest), **_required(options))


def one_of(*values: str, **options: Any) -> fields.String:
    return fields.String(validate=OneOf(values), **_required(options))


def count(least: int = 0, most: int = 1_000_000, **options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=Range(least, most), **_required(options))


def province() -> fields.String:
    """Of a board, two digits; none: the central one."""
    return fields.String(validate=Regexp("[0-9]{2}$"), load_default=None, allow_none=True)


def identifier(**options: Any) -> fields.UUID:
    return fields.UUID(**_required(options))


def many(inner: Any, most: int = 2000, least: int = 1, **options: Any) -> fields.List[Any]:
    return fields.List(inner, validate=Length(least, most), **_required(options))


def certificate_number(**options: Any) -> fields.String:
    """A certificate's."""
    return fields.String(validate=Regexp("[A-Z0-9-]{1,60}$"), **_required(options))


def yes_or_no(**options: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, **options)


def unique(field: str) -> Callable[[list[dict[str, Any]]], None]:
    """No two entries of a list name the same."""

    def check(entries: list[dict[str, Any]]) -> None:
        if len({entry[field] for entry in entries}) < len(entries):
            raise ValidationError(field)

    return check


class Octets(fields.String):
    """So many bytes, as hex or base64; exactly `least` if no `most` is given."""

    def __init__(self, least: int, most: int | None = None, **options: Any) -> None:
        super().__init__(**_required(options))
        self.least, self.most = least, most or least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        try:
            octets = bytes.fromhex(written) if HEX.fullmatch(written) else base64.b64decode(written, validate=True)
        except (binascii.Error, ValueError):
            octets = b""
        if not self.least <= len(octets) <= self.most:
            raise ValidationError(f"{self.least} to {self.most} bytes, hex or base64")
        return octets


class File(Upload):  # type: ignore[misc]  # flask-smorest has no types.
    """An uploaded file; a part without a file's name is text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ValidationError("a file")
        return value


class Nothing(Schema):
    """The body of an act that needs no further word: {}."""


def answer(name: str, /, **parts: fields.Field[Any]) -> type[Schema]:
    """What is answered; `name` is its name in the description."""
    return Schema.from_dict(dict(parts), name=name)


def written(name: str, /, **parts: fields.Field[Any]) -> type[Schema]:
    """The answer to a write: ids, numbers, and the size of the history after it."""
    return answer(name, **parts, size=fields.Integer())


def _required(options: dict[str, Any]) -> dict[str, Any]:
    return {"required": "load_default" not in options} | options
