from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.credentials.verdict import Reason
from ledger.domain.values import start_of

DAY = 24 * 3600  # seconds


# Time.


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (start_of(date(2025, 2, 17)) - 1, Reason.NOTYET),
        (start_of(date(2025, 2, 17)), Reason.NOTYET),  # Signed an hour later.
        (start_of(date(2025, 2, 17)) + 3600 - 301, Reason.NOTYET),
        (start_of(date(2025, 2, 17)) + 3600 - 300, Reason.VALID),
        (start_of(date(2030, 2, 18)) - 1, Reason.VALID),
        (start_of(date(2030, 2, 18)), Reason.EXPIRED),
    ],
)
def test_a_certificate_is_in_force_to_the_end_of_its_last_day(world: Any, now: int, reason: Reason) -> None:
    world.key_list = replace(world.key_list, iat=0, exp=start_of(date(2031, 1, 1)))

    assert world.judge(now=now).reason is reason


def test_the_skew_is_allowed_to_the_time_of_signing_only(world: Any) -> None:
    assert world.judge(world.code(begins=world.now + 1)).reason is Reason.NOTYET


def test_a_clock_behind_the_key_list_is_put_right(world: Any) -> None:
    world.key_list = replace(world.key_list, iat=start_of(date(2031, 1, 1)), exp=start_of(date(2031, 1, 2)))

    assert world.judge().reason is Reason.EXPIRED


# Answers that are not of now.


@pytest.mark.parametrize(
    ("age", "reason", "lines"),
    [
        (30 * 60, Reason.VALID, ("k.competence",)),
        (30 * 60 + 1, Reason.VALID, ("k.competence", "l.notrefreshed")),
        (DAY, Reason.STALE, ("k.competence",)),
        (8 * DAY - 1, Reason.STALE, ("k.competence",)),
        (8 * DAY, Reason.OFFLINE, ("k.competence",)),
    ],
)
def test_an_old_answer_says_its_age_then_turns_amber_then_grey(
    world: Any, age: int, reason: Reason, lines: tuple[str, ...]
) -> None:
    world.stand(as_of=world.now - age, expires=world.now - age + DAY)

    verdict = world.judge()

    assert (verdict.reason, verdict.lines) == (reason, lines)
    assert verdict.as_of == world.now - age


def test_an_answer_without_an_end_is_old_at_once(world: Any) -> None:
    world.stand(as_of=world.now)

    assert world.judge().reason is Reason.STALE


def test_an_answer_older_than_the_paper_decides_nothing_about_it(world: Any) -> None:
    world.stand(as_of=world.now - 60, expires=world.now + DAY)

    verdict = world.judge(world.code(issued=world.now - 60))

    assert verdict.reason is Reason.OFFLINE
    assert world.judge(world.code(issued=world.now - 61)).reason is Reason.VALID
