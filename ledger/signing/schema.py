"""Reading maps that came from outside: each field by its exact type."""

from collections.abc import Mapping
from typing import Any

from ledger.errors import InputError


def fields(
    value: object, where: str, needed: Mapping[str, type], maybe: Mapping[str, type] | None = None
) -> dict[str, Any]:
    """The named fields of a map; one that may be absent, and is, reads None. True is no integer here.

    Args:
        where: The map's place in its format, for the error.

    Raises:
        InputError: `field-malformed` with `why`: the place and name of the first field that is wrong.
    """
    if not isinstance(value, dict):
        raise InputError("field-malformed", why=where)
    for name, kind in needed.items():
        if type(value.get(name)) is not kind:
            raise InputError("field-malformed", why=f"{where}.{name}")
    for name, kind in (maybe or {}).items():
        if name in value and type(value[name]) is not kind:
            raise InputError("field-malformed", why=f"{where}.{name}")
    return {name: value.get(name) for name in (*needed, *(maybe or {}))}


def present(values: Mapping[str, object]) -> dict[str, object]:
    """The fields that are there: what is absent is absent, never null."""
    return {name: value for name, value in values.items() if value is not None}
