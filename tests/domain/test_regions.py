from datetime import date

import pytest

from ledger.domain import regions


def provinces(on: date) -> int:
    return sum(regions.exists(code, on) for code in regions.REGIONS if len(code) == 2)


def test_there_were_34_provinces_before_december_2022_and_38_since() -> None:
    assert provinces(date(2018, 3, 18)) == 34
    assert provinces(date(2022, 11, 30)) == 34
    assert provinces(date(2022, 12, 31)) == 38


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("32.75", "Kota Bekasi"),
        ("32.16", "Kabupaten Bekasi"),
        ("36.73", "Kota Serang"),
        ("91", "Papua"),
        ("92", "Papua Barat"),
        ("96", "Papua Barat Daya"),
    ],
)
def test_a_code_has_a_name(code: str, name: str) -> None:
    assert regions.REGIONS[code].name == name


def test_an_unknown_code_does_not_exist() -> None:
    assert not regions.exists("32.99", date(2025, 1, 1))
