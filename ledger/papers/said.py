"""What a certificate's paper says: fixed when it was issued, sealed under its holder and committed to in the event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.domain.values import Personal, from_days

Content = Mapping[str, Any]  # As it is sealed: texts and whole numbers; days since 1970-01-01, lists as JSON.


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """In whose name it was signed. `record` is the position of the appointment in the history."""

    name: Personal | None  # None: erased before the certificate was issued.
    capacity: str
    since: date
    until: date | None
    record: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """`days` attended are in the title; `materials` are subjects with their hours (JP), in order, where known."""

    programme: str
    hours: int
    materials: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Older certificates were issued with less: what is None or empty does not stand on their paper."""

    name: Personal
    number: str
    kind: str
    title: str | None
    scope: str
    edition: int  # of the template
    check: str | None  # kode cek, as printed
    issuer: str | None
    basis: str | None
    tested: tuple[date, ...]  # The day of the test, or the days of the training.
    decided: date | None
    signed: date | None
    begins: date | None
    through: date | None
    mandate: Mandate | None
    training: Training | None


def read(content: Content) -> Said:
    return Said(
        name=Personal(content["name"]),
        number=content["number"],
        kind=content["kind"],
        title=content["title"] or None,
        scope=content["scope"],
        edition=content.get("edition", 1),
        check=content.get("check"),
        issuer=content.get("issuer"),
        basis=content.get("basis"),
        tested=tuple(map(from_days, json.loads(content.get("tested", "[]")))),
        decided=_day(content, "decided"),
        signed=_day(content, "signed"),
        begins=_day(content, "begins"),
        through=_day(content, "through"),
        mandate=_mandate(content),
        training=_training(content),
    )


def _day(content: Content, field: str) -> date | None:
    return from_days(content[field]) if field in content else None


def _mandate(content: Content) -> Mandate | None:
    if "capacity" not in content:
        return None
    return Mandate(
        name=Personal(content["signatory"]) if "signatory" in content else None,
        capacity=content["capacity"],
        since=from_days(content["mandate_since"]),
        until=_day(content, "mandate_until"),
        record=content["mandate_record"],
    )


def _training(content: Content) -> Training | None:
    if "programme" not in content:
        return None
    materials = tuple((subject, hours) for subject, hours in json.loads(content.get("materials", "[]")))
    return Training(programme=content["programme"], hours=content["hours"], materials=materials)
