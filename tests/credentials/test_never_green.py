from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.credentials.standing import State
from ledger.credentials.verdict import Colour, Outcome

DAY = 24 * 3600  # seconds


def test_nothing_that_could_not_be_checked_is_green(world: Any) -> None:
    spoilt = [
        {"key_list": None},
        {"key_list": replace(world.key_list, keys=())},
        {"key_list": replace(world.key_list, exp=world.now)},
        {"register": world.cannot_ask},
        {"register": lambda _: replace(world.standing, as_of=world.now - 9 * DAY)},
        {"register": lambda _: replace(world.standing, as_of=0)},
        {"register": lambda _: None},
    ]

    for changes in spoilt:
        verdict = world.judge(**changes)

        assert Outcome.UNKNOWN in world.outcomes(verdict).values()
        assert verdict.colour is not Colour.GREEN


def test_whatever_was_not_a_yes_has_its_reason_among_those_told(world: Any) -> None:
    for state in State:
        world.stand(state=state)
        for data in (world.code(), world.code(scope="RSUD"), world.code(expires=world.now), b"", world.code()[:-1]):
            verdict = world.judge(data)
            told = {verdict.reason, *verdict.others}

            assert all((check.outcome is Outcome.YES) == (check.reason is None) for check in verdict.checks)
            assert {check.reason for check in verdict.checks} - {None} <= told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_random_bytes_are_never_green(world: Any, data: bytes) -> None:
    assert world.judge(data).colour is not Colour.GREEN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_certificate_with_one_changed_byte_is_never_green(world: Any, data: st.DataObject) -> None:
    code = bytearray(world.code())
    code[data.draw(st.integers(0, len(code) - 1))] ^= data.draw(st.integers(1, 255))

    assert world.judge(bytes(code)).colour is not Colour.GREEN
