"""How names are compared when somebody searches: written otherwise, heard alike.

Source: the spellings before Ejaan Republik (oe, 1947) and before Ejaan Yang Disempurnakan (dj, tj, sj, nj, 1972), which
people keep in their names; Arabic letters that are written in more than one way.
"""

import re
from functools import lru_cache

from ledger.domain.people import FoldedName

# In this order; each only makes names alike that sound alike.
ALIKE = (
    *(("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"), ("oe", "u")),
    *(("kh", "h"), ("sh", "s"), ("sy", "s"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g")),
    *(("v", "f"), ("q", "k"), ("z", "s"), ("x", "ks"), ("ie", "i"), ("y", "i")),
)
DOUBLED = re.compile(r"(.)\1+")
# Short for a given name, which is written in many ways; folded as above.
MUHAMMAD = "muhamad"
SHORT = {
    **dict.fromkeys(("m", "md", "mh", "mhd", "moh", "mohd", "mohamad", "mohamed", "moch", "mochamad"), MUHAMMAD),
    **dict.fromkeys(("muh", "muhd", "muhamed", "much", "muchamad", "mukhamad"), MUHAMMAD),
    **dict.fromkeys(("abd", "abdl"), "abdul"),
    "st": "siti",
}
BETWEEN = frozenset(("alias", "als", "bin", "binti", "bt", "bte"))  # Join two names; no name themselves.


@lru_cache(maxsize=65_536)
def spellings(word: str) -> tuple[str, ...]:
    """The forms by which a folded word is compared; two words are alike if they share one.

    `ch` is read in the old way (Achmad, Ahmad) and in the new one (Chandra, Candra).
    """
    read = (word.replace("ch", "kh"), word.replace("ch", "c")) if "ch" in word else (word,)
    forms = dict.fromkeys(_sound(one) for one in read)
    whole = SHORT.get(DOUBLED.sub(r"\1", word))
    return (*forms, whole) if whole and whole not in forms else tuple(forms)


def words(name: str) -> list[str]:
    """Of a folded name, without what only joins two names."""
    found = name.split()
    return [word for word in found if word not in BETWEEN] or found


def alike(one: FoldedName, other: FoldedName) -> bool:
    """Whether both name the same: word for word, or all of it written as one."""
    a, b = words(one.reveal()), words(other.reveal())
    pairs = [("".join(a), "".join(b)), *zip(a, b, strict=False)]
    same = [not set(spellings(x)).isdisjoint(spellings(y)) for x, y in pairs]
    return same[0] or (len(a) == len(b) and all(same[1:]))


def _sound(word: str) -> str:
    for written, heard in ALIKE:
        word = word.replace(written, heard)
    return DOUBLED.sub(r"\1", word)
