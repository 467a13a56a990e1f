"""Batches from a file: CSV with a header, or JSON as a list of objects."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from ledger.errors import InputError

Lines = list[dict[str, str]]


def rows(path: Path, *required: str) -> Lines:
    """Each row with at least these columns, as text.

    Raises: InputError: `json-malformed`, `batch-malformed`, `column-missing`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise InputError("batch-malformed", got=path.name) from cause
    found = _json(text) if text.lstrip().startswith("[") else _csv(text)
    missing = {column for column in required for row in found if not row.get(column)}
    if missing or not found:
        raise InputError("column-missing", got=", ".join(sorted(missing or required)))
    return found


def _json(text: str) -> Lines:
    try:
        found = json.loads(text)
    except ValueError as cause:
        raise InputError("json-malformed") from cause
    if not all(isinstance(row, dict) for row in found):
        raise InputError("batch-malformed", got="JSON")
    return [{str(column): str(value) for column, value in row.items() if value is not None} for row in found]


def _csv(text: str) -> Lines:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        found = list(csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as cause:
        raise InputError("batch-malformed", got="CSV") from cause
    if any(None in row or None in row.values() for row in found):
        raise InputError("batch-malformed", got="CSV")
    return found


def ids(lines: Lines, column: str) -> Iterator[UUID]:
    """Raises: InputError: `id-malformed`, or `id-twice`: the later row would win in silence."""
    seen: set[UUID] = set()
    for line in lines:
        try:
            id = UUID(line[column])
        except ValueError as cause:
            raise InputError("id-malformed", got=column) from cause
        if id in seen:
            raise InputError("id-twice", got=id)
        seen.add(id)
        yield id
