import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import ledger.messages
from ledger.credentials.verdict import Action, Colour, Outcome, Reason
from ledger.events import KINDS
from ledger.messages import LANGUAGES, PART, PLACEHOLDER, catalogue, day, moment, say

SENTENCES = Path(ledger.messages.__file__).parent
PUBLIC = ("v.", "a.", "k.", "l.", "q.")
FORBIDDEN = re.compile(r"\b(palsu|gagal|luring|token|ledger|hash|checkpoint)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.?!·](?:\s|$)")
MOST_WORDS = 18


def every() -> Iterator[tuple[str, str, str]]:
    for lang in LANGUAGES:
        for key, text in catalogue(lang).items():
            yield lang, key, text


def test_every_key_has_a_sentence_in_both_languages_in_the_same_order() -> None:
    assert list(catalogue("id")) == list(catalogue("en"))
    assert all(text.strip() == text and text for _, _, text in every())


def test_no_key_stands_in_two_files() -> None:
    parts = [SENTENCES / "id.toml", *sorted((SENTENCES / "id").iterdir())]

    keys = [key for part in parts for key in tomllib.loads(part.read_text(encoding="utf-8"))]

    assert len(keys) == len(set(keys)) == len(catalogue("id"))


def test_every_kind_of_event_has_its_words() -> None:
    assert [kind for kind in KINDS if f"s.kind.{kind}" not in catalogue("id")] == []


def test_the_same_facts_are_told_in_both_languages() -> None:
    for key, text in catalogue("id").items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(catalogue("en")[key])), key


def test_placeholders_stand_in_optional_parts_only() -> None:
    for lang, key, text in every():
        assert not re.search(r"[\[\]{}]", PART.sub("", text)), (lang, key)
        assert all(PLACEHOLDER.search(part) for part in PART.findall(text)), (lang, key)


def test_every_sentence_reads_well_without_facts() -> None:
    for lang, key, _ in every():
        said = say(key, lang)
        assert not re.search(r"  | [.,;:!?]|[,;(]$|\.\.|^[.,;:]", said), (lang, key, said)
        assert said or key == "s.rows"


def test_no_sentence_has_more_than_eighteen_words() -> None:
    for lang, key, text in every():
        for sentence in SENTENCE_END.split(re.sub(r"[\[\]]", "", text)):
            assert len(sentence.split()) <= MOST_WORDS, (lang, key, sentence)


def test_public_pages_use_no_forbidden_word() -> None:
    for lang, key, text in every():
        if key.startswith(PUBLIC):
            assert not FORBIDDEN.search(PLACEHOLDER.sub("", text)), (lang, key)


def test_no_headline_calls_a_paper_genuine_and_nothing_more() -> None:
    assert {catalogue("id")[key] for key in catalogue("id") if key.endswith(".title")}.isdisjoint({"ASLI"})


def test_everything_that_a_verdict_names_has_its_words() -> None:
    keys = [f"{reason.key}.{part}" for reason in Reason for part in ("title", "text")]
    keys += [*Action, *(f"colour.{colour}" for colour in Colour), *(f"outcome.{outcome}" for outcome in Outcome)]
    checks = ("format", "number", "signature", "key", "authority", "registered", "status", "time", "scope")
    keys += [f"check.{name}" for name in checks]

    assert [key for key in keys if key not in catalogue("id")] == []


def test_a_fact_that_is_missing_takes_its_part_of_the_sentence_along() -> None:
    assert say("v.revoked.text", since=date(2025, 2, 17), decree="12/SK/II/2025") == (
        "Pernah diterbitkan, dicabut 17 Februari 2025, 12/SK/II/2025. Jangan diterima."
    )
    assert say("v.revoked.text", since=date(2025, 2, 17), decree=None) == (
        "Pernah diterbitkan, dicabut 17 Februari 2025. Jangan diterima."
    )
    assert say("v.revoked.text", lang="en") == "Issued once, revoked. Do not accept."


def test_a_fact_cannot_write_placeholders_of_its_own() -> None:
    said = say("v.revoked.text", lang="en", since="[{decree}]", decree="12")

    assert said == "Issued once, revoked [{decree}], 12. Do not accept."


def test_facts_may_bear_any_name() -> None:
    assert say("a.accept", key="x", self="y") == "Dapat diterima"


def test_what_has_no_sentence_is_said_as_it_is() -> None:
    assert say("e.never-heard-of", "en") == "e.never-heard-of"


def test_another_language_is_answered_in_indonesian() -> None:
    assert say("v.expired.text", "jv", through=date(2025, 2, 17)) == (
        "Pernah sah, berakhir 17 Februari 2025. Minta yang diperpanjang."
    )


@pytest.mark.parametrize(
    ("lang", "said"), [("id", "17 Agustus 2025"), ("en", "17 August 2025"), ("jv", "17 Agustus 2025")]
)
def test_a_day_is_written_out(lang: str, said: str) -> None:
    assert day(date(2025, 8, 17), lang) == said


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9))])
def test_an_instant_is_told_in_western_indonesian_time(zone: timezone) -> None:
    instant = datetime(2025, 12, 31, 22, 30, tzinfo=UTC).astimezone(zone)

    assert moment(instant) == "1 Januari 2026 pukul 05.30 WIB"
    assert moment(instant, "en") == "1 January 2026 at 05:30 WIB"
    assert say("l.asof", time=instant) == "Status per 1 Januari 2026 pukul 05.30 WIB"
