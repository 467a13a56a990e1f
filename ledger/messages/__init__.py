"""Every sentence that people read, by stable code: Indonesian first, English beside it.

`id.toml` and `en.toml` hold what everybody reads, the files in `id/` and `en/` what the desk says, one for each noun.

A part in [square brackets] is said only if every {placeholder} in it has a fact; placeholders stand nowhere else, so
a sentence reads well whatever is known.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files

LANGUAGES = ("id", "en")
WIB = timezone(timedelta(hours=7))
MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
PART = re.compile(r"\[([^\[\]]*)\]")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def say(key: str, /, lang: str = "id", **facts: object) -> str:
    """The sentence of `key` with its facts; dates and instants are written out in the language.

    A key without a sentence in `lang` is said in Indonesian; one without any is said as it is.
    """
    text = catalogue(lang).get(key) or catalogue("id").get(key, key)
    if "[" not in text:
        return text
    plain, parts = _pieces(text)
    return "".join(before + _part(part, facts, lang) for before, part in zip(plain, parts, strict=True)).strip()


def preferred(tags: Iterable[str]) -> str:
    """The first of these language tags (RFC 5646) that is spoken here, else Indonesian."""
    primary = (tag.partition("-")[0].lower() for tag in tags)
    return next((one for one in primary if one in LANGUAGES), LANGUAGES[0])


def day(on: date, lang: str = "id") -> str:
    """17 Februari 2025."""
    return f"{on.day} {MONTHS.get(lang, MONTHS['id'])[on.month - 1]} {on.year}"


def moment(at: datetime, lang: str = "id") -> str:
    """17 Februari 2025 pukul 17.05 WIB, of an instant in any zone."""
    there = at.astimezone(WIB)
    if lang == "en":
        return f"{day(there, lang)} at {there:%H:%M} WIB"
    return f"{day(there, lang)} pukul {there:%H.%M} WIB"


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    if lang not in LANGUAGES:
        return catalogue("id")
    here = files(__name__)
    found: dict[str, str] = {}
    for part in (here / f"{lang}.toml", *sorted((here / lang).iterdir(), key=lambda file: file.name)):
        found |= tomllib.loads(part.read_text(encoding="utf-8"))
    return found


@cache
def _pieces(text: str) -> tuple[list[str], list[list[str]]]:
    """Plain texts, and the part after each: its own texts and the names of its facts, by turns."""
    plain, parts = PART.split(text)[::2], [PLACEHOLDER.split(part) for part in PART.split(text)[1::2]]
    return plain, [*parts, [""]]


def _part(pieces: list[str], facts: Mapping[str, object], lang: str) -> str:
    """Facts are put in once: brackets or braces inside a fact mean nothing."""
    if any(facts.get(name) is None for name in pieces[1::2]):
        return ""
    return "".join(_written(facts[piece], lang) if n % 2 else piece for n, piece in enumerate(pieces))


def _written(fact: object, lang: str) -> str:
    if isinstance(fact, datetime):
        return moment(fact, lang)
    if isinstance(fact, list | tuple):
        return ", ".join(str(one) for one in fact)
    return day(fact, lang) if isinstance(fact, date) else str(fact)
