import pytest

from ledger.errors import InputError
from ledger.intake import origins

SPELLINGS = origins.index(("32.75", "32.16", "36", "PUSAT"))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Kota Bekasi", "32.75"),
        ("KOTAMADYA BEKASI", "32.75"),
        ("32.75", "32.75"),
        ("Kabupaten Bekasi", "32.16"),
        ("Kab. Bekasi", "32.16"),
        ("kab.bekasi", "32.16"),
        ("IPSM Kab Bekasi", "32.16"),
        ("Provinsi Banten", "36"),
        ("Banten", "36"),
        ("IPSM Pusat", "PUSAT"),
        ("pusat", "PUSAT"),
        ("Peserta Pusat", "PUSAT"),
    ],
)
def test_an_origin_is_recognised_by_name_or_code(text: str, group: str) -> None:
    assert origins.find(text, SPELLINGS) == group


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bekasi", "group-ambiguous"),
        ("Kota Serang", "group-unknown"),
        ("Jakarta Pusat", "group-unknown"),
        ("", "group-missing"),
        ("-", "group-missing"),
    ],
)
def test_an_unclear_origin_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        origins.find(text, SPELLINGS)

    assert refused.value.code == code


def test_one_bekasi_alone_is_ambiguous_too_because_the_other_exists() -> None:
    with pytest.raises(InputError) as refused:
        origins.find("Bekasi", origins.index(("32.75",)))

    assert refused.value.code == "group-ambiguous"
