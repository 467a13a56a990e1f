from datetime import date
from typing import Any

import pytest

from ledger.credentials.standing import State
from ledger.credentials.verdict import Colour, Reason


def test_a_typed_certificate_in_force_is_green(world: Any) -> None:
    verdict = world.typed(world.token.number.lower())

    assert (verdict.reason, verdict.lines) == (Reason.VALID, ("k.competence",))
    assert verdict.paper.name.reveal() == "Siti Rahmawati"
    assert verdict.paper.through == date(2030, 2, 17)


def test_the_register_is_asked_for_the_number_as_printed(world: Any) -> None:
    asked: list[str] = []
    world.typed(world.token.number.lower().replace("-", " "), register=asked.append)

    assert asked == [world.token.number]


def test_a_mistyped_number_is_amber_and_a_strange_one_grey(world: Any) -> None:
    wrong = world.typed(world.token.number.replace("123", "124"), register=world.cannot_ask)
    strange = world.typed("45/LSP KEMENSOS RI/SK/XII/2022", register=world.cannot_ask)

    assert (wrong.reason, wrong.colour) == (Reason.TYPO, Colour.AMBER)
    assert (strange.reason, strange.colour) == (Reason.NOTOURS, Colour.GREY)


def test_no_number_another_name_and_destroyed_data_have_one_answer(world: Any) -> None:
    none = world.typed(register=lambda _: None)
    world.stand(state=State.ERASED)
    erased = world.typed()

    assert (none.reason, none.colour) == (Reason.NOMATCH, Colour.AMBER)
    assert erased == none


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": State.REVOKED}, Reason.REVOKED),
        ({"state": State.SUPERSEDED, "replacement": "IPSPI-2"}, Reason.SUPERSEDED),
        ({"valid_through": date(2026, 5, 31)}, Reason.EXPIRED),
        ({"valid_through": date(2026, 6, 1)}, Reason.VALID),
        ({"valid_through": None}, Reason.VALID_NOEND),
        ({"valid_from": date(2026, 6, 2)}, Reason.NOTYET),
        ({"valid_from": None}, Reason.OFFLINE),
        ({"scope": "RSUD"}, Reason.SCOPE),
    ],
)
def test_a_typed_certificate_is_judged_by_the_register(world: Any, change: dict[str, Any], reason: Reason) -> None:
    world.stand(**change)

    assert world.typed().reason is reason


def test_a_typed_certificate_is_green_within_its_scope(world: Any) -> None:
    world.stand(scope="RSUD")

    assert world.typed(context="RSUD").reason is Reason.VALID


def test_a_typed_number_that_could_not_be_asked_for_is_grey(world: Any) -> None:
    verdict = world.typed(register=world.cannot_ask)

    assert (verdict.reason, verdict.colour) == (Reason.OFFLINE, Colour.GREY)


@pytest.mark.parametrize("separator", [" ", ".", "/", " - ", "\u2013"])
def test_a_number_is_known_however_its_parts_are_separated(world: Any, separator: str) -> None:
    assert world.typed(f" {world.token.number.replace('-', separator)} ").reason is Reason.VALID


def test_a_very_long_number_is_not_ours(world: Any) -> None:
    assert world.typed("9" * 100_000).reason is Reason.NOTOURS
