from datetime import date

import pytest

from ledger.domain.rulebook import BOOK, lower_tiers, parameter, parse
from ledger.errors import ConfigError

WHOLE = """
[[parameter]]
name = "proposal.days"
value = 14
basis = "R25"
begins = 2019-01-01
set_by = "DPP IPSPI"
verified = false
"""


@pytest.mark.parametrize(
    "change",
    [
        ('basis = "R25"', ""),
        ('basis = "R25"', 'basis = ""'),
        ('set_by = "DPP IPSPI"', 'set_by = ""'),
        ("begins = 2019-01-01", ""),
        ("begins = 2019-01-01", 'begins = "2019-01-01"'),
        ("verified = false", ""),
        ("verified = false", 'verified = false\nnote = "x"'),
    ],
)
def test_a_parameter_without_basis_day_author_or_mark_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(WHOLE.replace(*change))

    assert (refused.value.code, refused.value.facts["rule"]) == ("rulebook-incomplete", "R41")


def test_a_whole_parameter_is_read() -> None:
    (read,) = parse(WHOLE)

    assert (read.name, read.value, read.begins) == ("proposal.days", 14, date(2019, 1, 1))


def test_a_later_entry_counts_from_its_day_and_the_earlier_one_stays() -> None:
    later = WHOLE.replace("14", "7").replace("2019-01-01", "2026-01-01")

    book = parse(later + WHOLE)

    assert [(entry.value, entry.begins.year) for entry in book] == [(14, 2019), (7, 2026)]


def test_before_its_first_day_a_parameter_has_no_value() -> None:
    with pytest.raises(ConfigError) as refused:
        parameter("proposal.days", date(2018, 12, 31))

    assert refused.value.code == "rulebook-silent"
    assert parameter("proposal.days", date(2019, 1, 1)) == 14


def test_nothing_in_the_rule_book_claims_to_be_verified_without_an_officer_of_the_association() -> None:
    assert {entry.set_by for entry in BOOK if entry.verified} == set()


def test_the_tiers_below_one_are_those_before_it_in_its_track() -> None:
    assert lower_tiers("PSM/LANJUTAN", date(2020, 2, 17)) == ["PSM/DASAR"]
    assert lower_tiers("PEKSOS/PROFESI", date(2020, 2, 17)) == []
    with pytest.raises(ConfigError) as refused:
        lower_tiers("PSM/KHUSUS", date(2020, 2, 17))
    assert refused.value.code == "tier-unknown"
