"""Which quota of a training a written origin means: "Kab. Bekasi" is 32.16, "IPSM Pusat" is PUSAT."""

import re
from collections.abc import Collection, Mapping

from ledger.domain.regions import REGIONS
from ledger.errors import InputError

LEADING = frozenset(("ipsm", "peserta", "utusan", "provinsi", "prov"))  # Say nothing about which group.
SPELLINGS = {"kab": "kabupaten", "kotamadya": "kota", "kodya": "kota"}
AMBIGUOUS = ""


def index(groups: Collection[str]) -> Mapping[str, str]:
    """Every spelling that names one of the groups, or several of them.

    A regency's name without Kota or Kabupaten is always ambiguous: most names are borne by one of each.
    """
    spellings: dict[str, str] = {}
    for group in groups:
        spellings[_fold(group)] = group
        if group in REGIONS:
            name = _fold(REGIONS[group].name)
            spellings[name] = group
            bare = re.sub("^(kota|kabupaten) ", "", name)
            spellings.setdefault(bare, AMBIGUOUS)
    return spellings


def find(text: str, spellings: Mapping[str, str]) -> str:
    """Raises: InputError: group-missing, group-unknown, group-ambiguous."""
    written = _fold(text)
    if not written:
        raise InputError("group-missing")
    if written not in spellings:
        raise InputError("group-unknown")
    if spellings[written] == AMBIGUOUS:
        raise InputError("group-ambiguous")
    return spellings[written]


def _fold(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    while len(words) > 1 and words[0] in LEADING:
        words.pop(0)
    return " ".join(SPELLINGS.get(word, word) for word in words)
