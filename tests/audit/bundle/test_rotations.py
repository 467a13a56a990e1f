"""After the checkpoint keys were replaced, what an auditor brought from before still counts."""

from pathlib import Path
from typing import Any

import pytest

from ledger.audit.split import compare
from ledger.errors import VerificationError
from ledger.transparency.policy import Policy
from tests.audit.bundle.conftest import Maker


@pytest.fixture
def former(maker_of: Any, world: Any) -> tuple[Policy, Maker]:
    """Last year's policy, and the history of today."""
    before: Maker = maker_of(world.ledger)
    policy = before.policy()
    world.ledger.keys.rotate("checkpoint")
    return policy, maker_of(world.ledger)


def test_last_years_policy_holds_where_the_roots_tell_which_key_is_over(
    former: tuple[Policy, Maker], tmp_path: Path
) -> None:
    policy, later = former
    folder = later.write(tmp_path / "bundle")

    assert later.found(folder, policy=policy, previous=later.note(20)) == []
    assert later.found(folder, policy=policy, root=None) == [("checkpoint-unsigned", "log/checkpoint")]


def test_two_checkpoints_are_compared_by_a_policy_with_the_former_keys_and_the_new(
    former: tuple[Policy, Maker], tmp_path: Path
) -> None:
    policy, later = former
    old, new = later.note(30), later.note(len(later.entries))
    both = later.policy(logs=[*policy.log_keys, *later.log_keys])

    assert compare(old, new, both).view == "unknown"
    for one in (policy, later.policy()):
        with pytest.raises(VerificationError) as refused:
            compare(old, new, one)
        assert refused.value.code == "checkpoint-unsigned"


def test_a_key_of_each_type_must_have_signed_what_is_compared(maker: Maker) -> None:
    classic = [key for key in maker.log_keys if key.kind == 1]
    lines = maker.note(30, cosigners=[]).decode().splitlines(keepends=True)
    first = "".join(lines[:5]).encode()

    assert compare(first, first, maker.policy(logs=classic)).view == "same"
    with pytest.raises(VerificationError) as refused:
        compare(first, first, maker.policy())
    assert refused.value.code == "checkpoint-unsigned"
