"""Whether a password is easy to guess. Words that anybody may know of its officer count for nothing in it."""

import re
from collections.abc import Iterable

# Nobody's secret: of IPSPI, its boards and this service, and what Indonesians choose first. Source: ASVS 5, 6.1.2
KNOWN = (
    *("ipspi", "peksos", "psm", "dpp", "dpd", "meja", "ledger", "sertifikat", "pekerja", "sosial", "indonesia"),
    *("sekretaris", "sekretariat", "ketua", "bendahara", "petugas", "pengurus", "kementerian", "kemensos", "dinas"),
    *("rahasia", "sandi", "bismillah", "rahman", "rahim", "alhamdulillah", "merdeka", "garuda", "pancasila", "sayang"),
    *("cinta", "selamanya", "januari", "februari", "maret", "april", "juni", "juli", "agustus", "september", "oktober"),
    *("november", "desember"),
)
SHORTEST = 3  # letters of a word that is taken out; shorter ones stand inside too many others.
LOOKED_AT = 40  # characters: what is weak so far is weak, and time is spent on what anybody may type.
ENOUGH = 10**10  # guesses; zxcvbn's highest score


def guessable(password: str, known: Iterable[str] = ()) -> bool:
    """`known`: texts about this officer, such as the name and the office.

    zxcvbn knows 30 000 passwords and many names and words, alone, joined, repeated, along the keyboard, as dates.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists take a tenth of a second, and commands do not need them.

    words = {word for text in (*KNOWN, *known) for word in re.findall(r"[^\W_]+", text.casefold())}
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST:
            rest = rest.replace(word, "")
    return not rest or bool(zxcvbn(rest[:LOOKED_AT])["guesses"] < ENOUGH)
