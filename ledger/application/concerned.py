"""Those whom a proposal concerns: told so that two people of one name are told apart, and no more than that."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from ledger.application.context import Context
from ledger.application.registrants import NIK, name_in
from ledger.database import Row
from ledger.domain.regions import REGIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.signing import cbor
from ledger.vault.vault import IDENTITY
from ledger.view import Models

YEAR, ENDING = 4, 4  # Characters of a birth date, the first, and of a NIK, the last, that an approver is shown.


def seen(
    context: Context, models: Models, people: Collection[UUID], *, reader: str, purpose: str
) -> dict[UUID, dict[str, str]]:
    """What an approver is shown of each, and `identity`: the digest of all that is sealed of who it is.

    The erased are absent, and so is what is not known of somebody. Each look is noted.
    """
    models.prefetch(REGISTRANTS, {person.bytes for person in people})
    found = context.vault.open_many(models.connection, people, IDENTITY, reader=reader, purpose=purpose)
    return {person: _seen(data, models.get(REGISTRANTS, person.bytes) or {}) for person, data in found.items()}


def in_words(known: Mapping[str, str]) -> str:
    """Such as "Ahmad Fauzi, 1995, NIK …9020, 32 Jawa Barat"; of a holder of another body's paper, with its number."""
    ending, region = known.get(NIK), known.get("region", "")
    number = f"NIK …{ending}" if ending else None
    place = f"{region} {REGIONS[region].name}" if region in REGIONS else region
    return ", ".join(filter(None, (known["name"], known.get("born"), number, place, known.get("number"))))


def _seen(identity: Any, row: Row) -> dict[str, str]:
    told = {
        "name": name_in(identity),
        "born": str(identity.get("born", ""))[:YEAR],
        NIK: str(identity.get(NIK, ""))[-ENDING:],
        "region": row.get("region") or "",
        "number": str(identity.get("number", "")),
        IDENTITY: sha256(cbor.encode(identity)).hexdigest(),
    }
    return {field: value for field, value in told.items() if value}
