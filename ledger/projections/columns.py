"""Columns that every view has, and how lists and days stand in them."""

import json
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from ledger.database import BIG, VIEWS, Row
from ledger.domain.values import to_days


def view_table(name: str, *columns: Column[Any]) -> Table:
    """`id` is the stream; `version` its last event, `position` the last event that touched the row."""
    return Table(
        name,
        VIEWS,
        Column("id", LargeBinary(16), primary_key=True),
        Column("state", String, nullable=False),
        Column("version", Integer, nullable=False),
        Column("position", BIG, nullable=False),
        *columns,
        sqlite_with_rowid=False,  # Its rows lie in the order of their ids: one tree to write, not two.
    )


def text(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, String, index=index)


def number(name: str, *, index: bool = False) -> Column[int]:
    return Column(name, BIG, index=index)


def instant(name: str) -> Column[int]:
    """ms UTC."""
    return Column(name, BIG)


def raw(name: str, *, index: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, index=index)


def listed(values: Any) -> str:
    """Lists and maps as JSON with a fixed order, so that two rebuilds are equal byte for byte."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def read(row: Row, column: str) -> Any:
    """A column that `listed` has written; its value is shared by all who ask and never changed."""
    return _parsed(row[column])


@lru_cache(maxsize=1024)  # Thousands of events refer to one training and to one authority.
def _parsed(text: str) -> Any:
    return json.loads(text)


def days(day: date | None) -> int | None:
    return None if day is None else to_days(day)


def column_value(value: Any) -> Any:
    """A field of an event as it stands in a lookup column."""
    if isinstance(value, UUID):
        return value.bytes
    return listed(value) if isinstance(value, tuple) else value
