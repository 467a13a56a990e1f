"""What the rules say, as a bundle publishes it: the rule book, the lifecycles, the schema of every kind of event.

Source: docs/formats/bundle.md.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from datetime import date
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

from ledger.domain.rulebook import BOOK
from ledger.events import KINDS, NOUNS, PLANS

TYPES = {int: "uint", str: "tstr", bytes: "bstr", bool: "bool", date: "day", UUID: "id"}  # RFC 8610


def published() -> dict[str, bytes]:
    """Every file by its path."""
    book = [asdict(p) | {"begins": p.begins.isoformat()} for p in BOOK]
    lifecycles = {noun.TOPIC: _lifecycle(noun.LIFECYCLE) for noun in NOUNS}
    schemas = {f"schemas/{kind}.json": {"kind": kind, "fields": schema(kind)} for kind in KINDS}
    files = {"rules/rulebook.json": book, "rules/lifecycles.json": lifecycles, **schemas}
    return {path: canonical(value) for path, value in files.items()}


def schema(kind: str) -> list[dict[str, Any]]:
    """The fields of a kind's body in the order in which they are stored; types as in docs/formats/event.md."""
    declared = {field.name: field for field in fields(KINDS[kind][0])}
    return [
        {"name": name, "type": _type(declared[name].type), "optional": declared[name].default is not MISSING}
        for name, *_ in PLANS[kind]
    ]


def canonical(value: object) -> bytes:
    """JSON with its keys sorted, no white space, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _lifecycle(table: Mapping[tuple[str | None, str], str]) -> list[list[str | None]]:
    return [[before, kind, after] for (before, kind), after in table.items()]


def _type(annotation: Any) -> str:
    if isinstance(annotation, UnionType):
        return _type(next(one for one in get_args(annotation) if one is not NoneType))
    inside = get_args(annotation)
    if get_origin(annotation) is tuple:
        return f"[* {_type(inside[0])}]"
    if get_origin(annotation) is dict:
        return f"{{* tstr => {_type(inside[1])}}}"
    return TYPES[annotation]
