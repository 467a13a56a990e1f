"""Passwords that somebody who knows the officer, or what people usually choose, would try first."""

import re
from pathlib import Path

import pytest

from ledger.application.guessable import KNOWN, guessable

OFFICER = ["Ketua DPP", "IPSPI", "demo.contoh.invalid", "Ahmad Fauzi, S.Sos.", "1980-08-17", "3275011708800001"]
PAGE = (Path(__file__).parents[2] / "docs/desk-access.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "iloveyouiloveyou",
        "football baseball",
        "123456789987654321",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnopq",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "17081980170819801708",
        "ipspi2026ipspi2026",
        "IPSPI ipspi Ipspi!",
        "pekerja sosial indonesia",
        "sekretaris ipspi 2026",
        "rahasia rahasia rahasia",
        "bismillahirrahmanirrahim",
        "merdeka17agustus1945",
        "ahmad fauzi 1980",
        "AhmadFauzi123456",
        "fauzi.ahmad.s.sos",
        "3275011708800001",
        "demo.contoh.invalid",
        "ketua dpp ipspi",
    ],
)
def test_what_others_would_try_first_is_guessable(password: str) -> None:
    assert guessable(password, OFFICER)


@pytest.mark.parametrize(
    "password",
    [
        "kursi hujan wayang pelan",
        "correct horse battery staple",
        "xkQ7!p2mZ0-vT9rLw",
        "kursi hujan sosial pelan",  # One known word among others harms nothing.
        "पर्वत नदी आकाश हाथी",
        "-kursi-HUJAN-wayang-pelan-" * 4,
    ],
)
def test_words_that_have_nothing_in_common_are_not(password: str) -> None:
    assert not guessable(password, OFFICER)


def test_whatever_is_typed_is_judged() -> None:
    assert guessable("\udcff" * 15)
    assert guessable("\0" * 128)


def test_the_words_that_count_for_nothing_stand_in_the_docs() -> None:
    (told,) = re.findall(r"count for nothing in a password: `([^`]+)`", PAGE.replace("\n", " "))

    assert tuple(told.split()) == KNOWN
