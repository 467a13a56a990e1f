from datetime import date

import pytest

from ledger.domain.people import BirthDate, FoldedName, FullName, NationalId
from ledger.errors import InputError

MAN = "3275011708850001"
WOMAN = "3275015708850002"


def refusal(parse: type[FullName] | type[NationalId] | type[BirthDate], text: str) -> InputError:
    with pytest.raises(InputError) as refused:
        parse.parse(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3275013208850001", "nik-day"),
        ("3275017208850001", "nik-day"),
        ("3275010008850001", "nik-day"),
        ("3275014008850001", "nik-day"),
        ("3275011713850001", "nik-month"),
        ("3275011700850001", "nik-month"),
        ("3275013002850001", "nik-date"),
        ("3275012902850001", "nik-date"),
        ("3275011708850000", "nik-serial"),
        ("327501170885001", "nik-length"),
        ("32750117088500011", "nik-length"),
        ("3.27501E+15", "nik-exponent"),
        ("3,27501E+15", "nik-exponent"),
        ("327501170885000O", "nik-characters"),
        ("٣٢٧٥٠١١٧٠٨٨٥٠٠٠١", "nik-characters"),
        ("", "nik-missing"),
        ("'", "nik-missing"),
    ],
)
def test_a_nik_that_cannot_be_is_refused(text: str, code: str) -> None:
    refused = refusal(NationalId, text)

    assert refused.code == code
    assert text not in str(refused) or not text


@pytest.mark.parametrize(
    "text", ["'3275011708850001", "3275 0117 0885 0001", "32.75.01.170885.0001", "3275011708850001\u00a0"]
)
def test_a_nik_may_hold_spaces_and_dots_and_a_leading_apostrophe(text: str) -> None:
    nik = NationalId.parse(text)

    assert nik == NationalId(MAN)


@pytest.mark.parametrize("text", ["3275012902000001", "3275012902040001", "3275016902840001"])
def test_29_february_is_accepted_where_a_century_has_it(text: str) -> None:
    nik = NationalId.parse(text)

    assert nik.reveal() == text


def test_a_nik_tells_sex_birth_date_and_province_of_first_registration() -> None:
    man, woman = NationalId.parse(MAN), NationalId.parse(WOMAN)

    assert (man.sex, woman.sex) == ("L", "P")
    assert man.province == "32"
    assert man.fits(date(1985, 8, 17))
    assert woman.fits(date(1985, 8, 17))
    assert not woman.fits(date(1985, 8, 18))


@pytest.mark.parametrize(
    "text",
    ["Slamet", "Moh. Ma'ruf Al-Amin", "Nur Ainé", "Rina Kusuma, S.Sos.", "Hj. Siti ‘Aisyah", "a" * 84],
)
def test_a_name_is_kept_as_found(text: str) -> None:
    name = FullName.parse(f"  {text} ")

    assert name.reveal() == text


def test_a_name_is_composed_and_its_spaces_are_single() -> None:
    name = FullName.parse("Nur  Aine\u0301\u00a0 Putri")

    assert name.reveal() == "Nur Ainé Putri"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "name-missing"),
        (" \u00a0", "name-missing"),
        ("-", "name-missing"),
        ("a" * 85, "name-too-long"),
        ("é" * 43, "name-too-long"),
        ("a" * 200, "name-too-long"),
        ("Budi\u202eitnaS", "name-characters"),
        ("Budi\u200bSanto", "name-characters"),
        ("Budi\x00Santoso", "name-characters"),
        ("Budi\nSantoso", "name-characters"),
        ("B\u0430di", "name-characters"),  # A Cyrillic letter.
        ("Budi 2", "name-characters"),
        ("<b>Budi", "name-characters"),
        ("\ud800", "name-characters"),
    ],
)
def test_a_name_that_cannot_be_printed_is_refused(text: str, code: str) -> None:
    assert refusal(FullName, text).code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rina Kusuma, S.Sos.", "rina kusuma"),
        ("RINA KUSUMA S.Sos. M.Si.", "Rina Kusuma"),
        ("Prof. Dr. H. Budi Santoso, M.Si., MSW", "Budi Santoso"),
        ("Drs.Budi Santoso", "Budi Santoso"),
        ("H Budi Santoso A.KS.", "Budi Santoso"),
        ("Moh. Ma'ruf Al-Amin", "moh maruf al amin"),
        ("Moh.Ma’ruf Al Amin", "Moh. Ma'ruf Al-Amin"),
        ("Nur Ainé", "Nur Aine"),
    ],
)
def test_names_match_without_titles_accents_and_punctuation(one: str, other: str) -> None:
    assert FullName.parse(one).folded() == FullName.parse(other).folded()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budi Santoso", "Budi Santosa"),
        ("Lim Se", "Lim"),
        ("Drajat", "Jat"),
        ("Hardi", "Ardi"),
        ("S.Sos.", "S.H."),
    ],
)
def test_different_names_do_not_match(one: str, other: str) -> None:
    assert FullName.parse(one).folded() != FullName.parse(other).folded()


@pytest.mark.parametrize("text", ["H", "Dr.", "S.Sos.", ",a", ". , a"])
def test_a_name_never_folds_to_nothing(text: str) -> None:
    assert FullName.parse(text).folded().reveal()


def test_a_birth_date_is_iso_text_and_a_day() -> None:
    born = BirthDate.parse("1985-08-17")

    assert born == BirthDate.of(date(1985, 8, 17))
    assert born.day == date(1985, 8, 17)
    assert refusal(BirthDate, "17/08/1985").code == "date-malformed"


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        (date(2002, 2, 17), date(2020, 2, 17), True),
        (date(2002, 2, 18), date(2020, 2, 17), False),
        (date(2004, 2, 29), date(2022, 2, 28), False),
        (date(2004, 2, 29), date(2022, 3, 1), True),
        (date(9999, 1, 1), date(2020, 2, 17), False),
    ],
)
def test_majority_falls_on_the_eighteenth_birthday(born: date, on: date, adult: bool) -> None:
    assert BirthDate.of(born).adult_on(on) is adult


@pytest.mark.parametrize("name", ["Moh. Ali", "Amir Hamzah", "Siti Aisyah Dewi", "Abdullah Basri"])
def test_letters_inside_a_name_are_no_title(name: str) -> None:
    assert FullName(name).folded() == FoldedName(name.casefold().replace(".", ""))
