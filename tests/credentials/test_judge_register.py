from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.credentials.standing import State
from ledger.credentials.verdict import Colour, Outcome, Reason
from ledger.domain.values import start_of

DAY = 24 * 3600  # seconds


# The register.


def test_a_signed_certificate_that_is_not_registered_is_red(world: Any) -> None:
    world.standing = None

    verdict = world.judge()

    assert (verdict.reason, verdict.colour) == (Reason.UNREGISTERED, Colour.RED)


def test_a_register_that_cannot_be_asked_is_grey(world: Any) -> None:
    verdict = world.judge(register=world.cannot_ask)

    assert (verdict.reason, verdict.colour) == (Reason.OFFLINE, Colour.GREY)
    assert world.outcomes(verdict)["registered"] is Outcome.UNKNOWN


def test_the_register_is_asked_for_the_hash_of_the_bytes(world: Any) -> None:
    asked: list[bytes] = []
    world.judge(register=lambda digest: asked.append(digest) or world.standing)

    assert [len(digest) for digest in asked] == [32]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.SUSPENDED, Reason.SUSPENDED),
        (State.REVOKED, Reason.REVOKED),
        (State.ANNULLED, Reason.ANNULLED),
        (State.WITHDRAWN, Reason.WITHDRAWN),
        (State.SUPERSEDED, Reason.SUPERSEDED),
        (State.PAPER_REPLACED, Reason.PAPER),
        (State.CLOSED, Reason.CLOSED),
        (State.ERASED, Reason.WITHDRAWN),
    ],
)
def test_a_state_of_the_register_is_told(world: Any, state: State, reason: Reason) -> None:
    world.stand(state=state, since=date(2026, 1, 5), decree="12/SK/I/2026")

    verdict = world.judge()

    assert verdict.reason is reason
    assert world.outcomes(verdict)["status"] is Outcome.NO


def test_the_act_is_told_with_its_decree_and_its_appeal(world: Any) -> None:
    world.stand(state=State.REVOKED, since=date(2026, 1, 5), decree="12/SK/I/2026", appealed=date(2026, 1, 9))

    verdict = world.judge()

    assert verdict.facts["since"] == date(2026, 1, 5)
    assert verdict.facts["decree"] == "12/SK/I/2026"
    assert verdict.facts["appealed"] == date(2026, 1, 9)
    assert verdict.lines == ("k.competence", "v.appeal")


def test_destroyed_data_looks_like_a_withdrawn_paper(world: Any) -> None:
    world.stand(state=State.WITHDRAWN)
    withdrawn = world.judge()
    world.stand(state=State.ERASED, since=date(2026, 1, 5), name=None, decree="x", appealed=date(2026, 1, 9))
    erased = world.judge()

    assert erased == withdrawn
    assert erased.paper is None
    assert erased.lines == ()


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 5, 31), Reason.VALID),
        (date(2026, 6, 1), Reason.SUSPENDED),
        (date(2026, 6, 30), Reason.SUSPENDED),
        (date(2026, 7, 1), Reason.VALID),
    ],
)
def test_a_suspension_lasts_from_its_first_day_to_its_last(world: Any, day: date, reason: Reason) -> None:
    world.stand(state=State.SUSPENDED, since=date(2026, 6, 1), until=date(2026, 6, 30))
    world.key_list = replace(world.key_list, iat=start_of(day) - 60, exp=start_of(day) + DAY)

    verdict = world.judge(now=start_of(day))

    assert verdict.reason is reason
    assert ("until" in verdict.facts) is (reason is Reason.SUSPENDED)


def test_a_revocation_does_not_count_before_its_day(world: Any) -> None:
    world.stand(state=State.REVOKED, since=date(2026, 6, 2))

    assert world.judge().reason is Reason.VALID
    assert world.judge(now=world.now + DAY - 1).reason is Reason.VALID


# Several findings, and kinds of paper.


def test_the_first_reason_wins_and_the_others_are_listed(world: Any) -> None:
    world.stand(state=State.REVOKED)
    data = world.code(scope="RSUD", expires=world.now)

    verdict = world.judge(data)

    assert verdict.reason is Reason.REVOKED
    assert verdict.others == (Reason.EXPIRED, Reason.SCOPE)


@pytest.mark.parametrize(
    ("kind", "line"),
    [("RELAWAN", "k.psm"), ("HADIR", "k.attend"), ("STR", "k.str"), ("KTA", "k.kta"), ("PEKSOS", "k.competence")],
)
def test_every_kind_of_paper_has_its_line(world: Any, kind: str, line: str) -> None:
    verdict = world.judge(world.code(kind=kind, title="Peserta, 16 JP"))

    assert verdict.lines == (line,)
    assert verdict.paper.title == (None if kind == "RELAWAN" else "Peserta, 16 JP")


@pytest.mark.parametrize(("kind", "tested"), [("HADIR/PSM-DASAR", False), ("PEKSOS", True)])
def test_nobody_was_tested_for_a_paper_of_attendance(world: Any, kind: str, tested: bool) -> None:
    paper = world.judge(world.code(kind=kind, title="Peserta, 16 JP")).paper

    assert paper.examined == (paper.tested if tested else ())
    assert paper.tested
