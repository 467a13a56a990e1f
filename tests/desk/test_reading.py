"""The reading pages: rules, values, schemes, mandates."""

import re
from pathlib import Path

import pytest

from ledger.domain.rulebook import BOOK
from ledger.messages import LANGUAGES, catalogue
from ledger.web.desk.rules import RULES
from tests.desk.conftest import Desk

DOCUMENTED = Path(__file__).parents[2] / "docs" / "rules.md"


def test_every_rule_stands_under_its_anchor_with_its_basis(desk: Desk) -> None:
    page = desk("ketua").get("/meja/aturan?lang=en").text

    assert [rule for rule in RULES if f'id="{rule}"' not in page] == []
    assert "Two different people for what matters." in page
    assert "s.rule." not in page


def test_the_rules_in_words_are_those_of_the_docs() -> None:
    documented = re.findall(r"^\| (R\d+) \|", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)

    assert list(RULES) == documented
    for lang in LANGUAGES:
        assert [r for r in RULES if not {f"s.rule.{r}", f"s.rule.{r}.basis"} <= catalogue(lang).keys()] == []


def test_every_configured_value_has_its_words_and_its_history(desk: Desk) -> None:
    page = desk("ketua").get("/meja/aturan/nilai").text

    assert {f"s.parameter.{entry.name}" for entry in BOOK} <= catalogue("id").keys()
    assert "s.parameter." not in page
    assert page.count("Belum diperiksa") >= sum(not entry.verified for entry in BOOK)


def test_schemes_show_their_editions_and_which_is_in_force(desk: Desk) -> None:
    page = desk("ketua").get("/meja/skema").text

    assert "PEKSOS/GENERALIS" in page
    assert "Permensos 14/2020" in page
    assert page.count("berlaku sekarang") == 2


def test_mandates_show_grants_and_the_periods_of_officers(desk: Desk) -> None:
    page = desk("ketua").get("/meja/mandat").text

    assert "Independen Pekerja Sosial Profesional Indonesia" in page
    assert "menjabat" in page
    assert "UU 14/2019" in page


@pytest.mark.parametrize(
    "path", ["aturan", "aturan/nilai", "skema", "mandat", "kunci", "kunci/1", "orang", "kasus", ""]
)
def test_a_page_is_complete_in_both_languages(desk: Desk, path: str) -> None:
    client = desk("ketua")

    for lang in LANGUAGES:
        answer = client.get(f"/meja/{path}?lang={lang}")
        assert answer.status_code == 200, answer.text
        assert not re.search(r"\b[sfhoe]\.[a-z]+\.[a-z.]+", re.sub("<[^>]*>", " ", answer.text)), answer.text
