"""What is known about a person: name, identity number, birth date; each checked here and never plain text."""

import re
import unicodedata
from datetime import date
from typing import Self

from ledger.domain.values import Personal
from ledger.errors import InputError

MAX_NAME = 84  # Bytes UTF-8 of a holder's name in a certificate code: a longer one is refused, never cut.
MAJORITY = 18  # Years (R16).
EARLIEST = 1900  # Year: nobody alive was born before; "1085" is a slip for 1985.
PUNCTUATION = frozenset(" .,'’‘ʼ`-/")

TITLES_BEFORE = re.compile(r"\A(?:(?:prof|drs|dra|drg|dr|ir|hj|h|kh|k\.h)(?:\.\s*|\s+))+(?=\w)")
LETTERS_AFTER = (
    "ag aks amd ap ba bsw kes kesos kom ma mag map mh mkes mkesos mm mp mpd mpsi msi msos msw mt ners pd phd "
    "sag sap se sh si sip skep skm skom sos sp spd spsi ssi ssos sst st str strsos"
)
TITLES_AFTER = frozenset(LETTERS_AFTER.split())
APOSTROPHES = str.maketrans("", "", "'’‘ʼ`")
EXPONENT = re.compile(r"\d+(?:,\d+)?E\+?\d+", re.IGNORECASE)


class FoldedName(Personal):
    """A name as it is compared: no titles, accents, punctuation or case."""


class FullName(Personal):
    """A name as printed, titles and all, of one word or many."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: InputError: name-missing, name-too-long, name-characters.

        Source: Permendagri 73/2022: Latin letters. Older names keep their apostrophes and abbreviations.
        """
        name = re.sub("[ \u00a0]+", " ", unicodedata.normalize("NFC", text)).strip()
        if not name:
            raise InputError("name-missing")
        for character in name:
            if not (character in PUNCTUATION or _is_latin(character)):
                raise InputError("name-characters", got=f"U+{ord(character):04X}")
        if not any(map(str.isalpha, name)):
            raise InputError("name-missing")
        if (size := len(name.encode())) > MAX_NAME:
            raise InputError("name-too-long", got=size, maximum=MAX_NAME)
        return cls(name)

    def folded(self) -> FoldedName:
        """For matching what somebody typed: titles stand before the name, after a comma, or last."""
        whole = self.reveal().casefold()
        words = TITLES_BEFORE.sub("", whole.partition(",")[0].strip(), count=1).split()
        while len(words) > 1 and _is_title(words[-1]):
            words.pop()
        return FoldedName(_plain(" ".join(words)) or _plain(whole))


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _is_title(word: str) -> bool:
    """Two letters are a title only with their dots: "S.E." is one, "Se" may be a name."""
    letters = word.replace(".", "")
    return letters in TITLES_AFTER and (len(letters) > 2 or "." in word)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(APOSTROPHES))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


class NationalId(Personal):
    """A NIK: `PP KK CC DDMMYY SSSS`, where first registered, birth date (women: day + 40), serial.

    It stays for life, through moves and corrected birth dates: what it says is a hint, never a proof.
    """

    @classmethod
    def parse(cls, text: str) -> Self:
        """Accepts spaces, dots and a leading apostrophe.

        Raises: InputError: nik-missing, nik-exponent, nik-characters, nik-length, nik-day, nik-month,
            nik-date, nik-serial.
        """
        digits = re.sub(r"[\s.]", "", text.strip().lstrip("'’‘`"))
        if not digits:
            raise InputError("nik-missing")
        if EXPONENT.fullmatch(digits):
            raise InputError("nik-exponent")
        if not (digits.isascii() and digits.isdigit()):
            raise InputError("nik-characters")
        if len(digits) != 16:
            raise InputError("nik-length", got=len(digits), expected=16)
        nik = cls(digits)
        nik._check()
        return nik

    def _check(self) -> None:
        day, month, year = self._birth()
        if not 1 <= day <= 31:
            raise InputError("nik-day")
        if not 1 <= month <= 12:
            raise InputError("nik-month")
        if not (_possible(1900 + year, month, day) or _possible(2000 + year, month, day)):
            raise InputError("nik-date")
        if self.reveal().endswith("0000"):
            raise InputError("nik-serial")

    def _birth(self) -> tuple[int, int, int]:
        """Day without the 40 of women, month, year of two digits."""
        day, month, year = (int(self.reveal()[at : at + 2]) for at in (6, 8, 10))
        return day - 40 if day > 40 else day, month, year

    @property
    def province(self) -> str:
        """The Kemendagri code, perhaps an old one, of the province of first registration."""
        return self.reveal()[:2]

    @property
    def sex(self) -> str:
        """L or P."""
        return "P" if int(self.reveal()[6:8]) > 40 else "L"

    def fits(self, born: date) -> bool:
        """Whether it was made for that birth date; it does not say which century."""
        return self._birth() == (born.day, born.month, born.year % 100)


def _possible(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


class BirthDate(Personal):
    """Kept as ISO 8601 text."""

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.isoformat())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: InputError: date-malformed."""
        try:
            return cls.of(date.fromisoformat(text))
        except ValueError:
            raise InputError("date-malformed") from None  # The cause would repeat the text.

    @property
    def day(self) -> date:
        return date.fromisoformat(self.reveal())

    def adult_on(self, on: date, years: int = MAJORITY) -> bool:
        """Majority falls on the birthday; for 29 February, in a year without one, on 1 March."""
        born = self.day
        birthday_is_ahead = (on.month, on.day) < (born.month, born.day)
        return on.year - born.year - birthday_is_ahead >= years
