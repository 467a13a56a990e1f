"""R29: what may stand in plain text in an event, by the name of the field; people's data never fits."""

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from typing import get_args

from ledger.domain.decrees import MATTERS
from ledger.errors import RuleError
from ledger.events import FRAME, KINDS, Record
from ledger.rules.asking import rule
from ledger.signing import approval
from ledger.view import Models

KIND = r"(PEKSOS|RELAWAN|HADIR|STR|KTA)/[A-Z][A-Z-]{1,23}"
REGULATION = (
    r"(UU|PP|Perpres|Permensos|Kepmensos|Permendikbudristek|Kepmendagri|SKKNI|SK) [0-9]{1,4}(/[A-Z]{2,6})?/[0-9]{4}"
)
GROUP = r"[0-9]{2}(\.[0-9]{2})?|[A-Z]{3,12}"
REASON = (
    "fraud|ethics|error|lost-mandate|complaint|request|precaution|superseded|"
    "ended|lifted|key-lost|cancelled|lost|damaged|substituted|duplicate"
)
OFFICE = r"((Plt\.|a\.n\.) )?(Ketua|Sekretaris|Bendahara|Kepala|Direktur|Pejabat|Petugas|Asesor)( [A-Z]{2,12}){0,3}"
# What an institution's name begins with: a person's never does.
BODIES = (
    "Asosiasi|Badan|Balai|Dinas|Direktorat|Forum|Ikatan|Independen|Institut|Kantor|Kementerian|Lembaga|Organisasi|Pemerintah|"
    "Perkumpulan|Politeknik|Pusat|Rumah Sakit|Sekolah Tinggi|Sentra|Universitas|Yayasan"
)
NO_NIK = r"(?!.*[0-9]{7})"  # Nor a telephone number.
# A name or a NIK fits none of these but an institution's own `name`, which authorities.granted makes public by law.
PATTERNS = {
    "authority": r"[A-Z]{3,16}",
    "status_uri": rf"{NO_NIK}https?://[a-z0-9.:-]+/[a-z0-9/_-]*",
    "name": r"[A-Z][A-Za-z ,.()-]{3,99}",
    "scope": r"\*|[A-Z]{3,16}",
    "schemes": KIND,
    "kind": KIND,
    "category": "social-worker|volunteer",
    "basis": REGULATION,
    "regulation": REGULATION,
    "by": REGULATION,
    "standard": REGULATION,
    "rank": "UU|PP|Perpres|Permen|Kepmen|Standar|SK",
    "dimensions": "knowledge|skill|ethics",
    "conditions": "degree|practice-years|membership|dues",
    "tier": r"(PSM|PEKSOS)/[A-Z]{3,12}",
    "roles": "enrol|certify|approve|admin|caretaker",
    "office": OFFICE,
    "capacity": rf"({OFFICE})?",
    "region": r"[0-9]{2}(\.[0-9]{2})?",
    "ground": r"PDP-(42|43|44)",
    "programme": r"[A-Z]{2,8}(-[A-Z]{2,12}){0,3}",
    "activity": "bimtek|pelatihan|seminar|pembinaan",
    "quotas": GROUP,
    "roster": GROUP,
    "group": GROUP,
    "gap": "announced|roster",
    "affiliation": r"[A-Z]{3,16}",
    "marks": r"[H-]{1,31}",
    "reason": REASON,
    "decree_number": rf"{NO_NIK}(KEP\. ?|SK )?[0-9]{{1,6}}/(?=[^A-Z]*[A-Z])[A-Z0-9 ./-]{{2,40}}/[0-9]{{4}}",
    "matter": "|".join(MATTERS),
    "results": "knowledge|skill|ethics",
    "outcome": "K|BK",
    "assertion_kind": "ed25519|webauthn",
    "issuer": rf"({BODIES})( [A-Za-z()-]{{2,20}}){{0,9}}",
    "means": "letter|call|register|visit|claim|signature",  # Of which a kind has its own (rules/deliveries.py).
    "channel": "whatsapp|email|print|handover",
    "purpose": "annual-audit|special-audit|supervision|court-order|research|handover",
    "recipient": r"[A-Z]{3,16}",
    "sheet": "(a4|f4)(-landscape)?",
    "blank": r"[A-Z]{1,6}[ -]?[0-9]{1,6}",
    "fault": "misprint|damaged|lost",
    "number": r"[A-Z]{3,16}-[A-Z]{2,6}-[0-9]{4}-[0-9]{6}-[0-9A-Z]",
}
COMPILED = {field: re.compile(pattern) for field, pattern in PATTERNS.items()}


@lru_cache(maxsize=4096)  # The same offices, regions and kinds return in every event.
def _fits(field: str, text: str) -> bool:
    return COMPILED[field].fullmatch(text) is not None


def _may_hold_text(annotation: object) -> bool:
    return annotation is str or any(map(_may_hold_text, get_args(annotation)))


# The codec lets no other type pass, so the other fields need not be looked at for each event.
TEXT_FIELDS = {
    topic: [f.name for f in fields(kind) if f.name not in FRAME and _may_hold_text(f.type)]
    for topic, (kind, _) in KINDS.items()
}


# Bytes are hashes, commitments and signatures of a fixed size: nothing else fits into them.
SIZES = {
    **dict.fromkeys(("identity", "content", "token", "sha256", "explanation", "reasons", "backdated"), 32),
    **dict.fromkeys(("acts", "proposal", "shown", "comment", "correction"), 32),
}
ASSERTIONS = {"ed25519": range(64, 65), "webauthn": range(64, approval.MAX_ASSERTION + 1)}
SIZED_FIELDS = {
    topic: [f.name for f in fields(kind) if f.name in SIZES and bytes in (f.type, *get_args(f.type))]
    for topic, (kind, _) in KINDS.items()
}


@rule("R29")
def bytes_are_hashes_and_signatures(_: Models, record: Record, event: object) -> None:
    values = vars(event)
    for name in SIZED_FIELDS[record.event.TOPIC]:
        if values[name] is not None and len(values[name]) != SIZES[name]:
            raise RuleError("bytes-malformed", rule="R29", field=name, got=len(values[name]), expected=SIZES[name])
    if (values.get("assertion") is None) is not (values.get("assertion_kind") is None):
        raise RuleError("bytes-malformed", rule="R29", field="assertion_kind")
    if values.get("assertion") is not None:
        sizes = ASSERTIONS.get(values["assertion_kind"], range(0))
        if len(values["assertion"]) not in sizes:
            raise RuleError("bytes-malformed", rule="R29", field="assertion", got=len(values["assertion"]))


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(name, one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield name, key
            if isinstance(one, str):
                yield "outcome", one


@rule("R29")
def plain_text_is_from_closed_patterns(_: Models, record: Record, event: object) -> None:
    values = vars(event)
    for name in TEXT_FIELDS[record.event.TOPIC]:
        for field, text in _texts(name, values[name]):
            if not _fits(field, text):
                raise RuleError("text-not-plain", rule="R29", field=name)
    for field, said in (("capacity", record.capacity), ("authority", record.authority or "IPSPI")):
        if not _fits(field, said):
            raise RuleError("text-not-plain", rule="R29", field=field)
