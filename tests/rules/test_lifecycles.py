"""The lifecycle of every aggregate: what its table does not permit is refused, at the write and by the audit."""

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from ledger.application.acts import Act
from ledger.audit.report import Report
from ledger.domain.certificates import Certificate
from ledger.domain.lifecycle import First, Noun, step
from ledger.errors import RuleError
from ledger.events import KINDS, NOUNS
from ledger.wiring import Ledger

World = Any  # tests/rules/conftest.py


def refused(noun: type[Noun]) -> list[tuple[str | None, str]]:
    """Every pair of a state of this noun and a kind of it that is not in its table."""
    states = {None, *noun.LIFECYCLE.values()}
    kinds = [topic for topic, (_, of) in KINDS.items() if of is noun]
    return sorted((pair for pair in product(states, kinds) if pair not in noun.LIFECYCLE), key=str)


CASES = [(noun, *pair) for noun in NOUNS for pair in refused(noun)]


@pytest.mark.parametrize(("noun", "state", "kind"), CASES)
def test_a_state_refuses_every_kind_that_its_table_does_not_name(
    noun: type[Noun], state: str | None, kind: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        step(noun.LIFECYCLE, state, kind)

    assert (refusal.value.code, refusal.value.rule) == ("state-refuses", "lifecycle")


@pytest.mark.parametrize("noun", NOUNS)
def test_every_kind_can_happen_and_a_stream_begins_with_its_first(noun: type[Noun]) -> None:
    permitted = {kind for _, kind in noun.LIFECYCLE}
    firsts = {kind for state, kind in noun.LIFECYCLE if state is None}

    assert permitted == {topic for topic, (_, of) in KINDS.items() if of is noun}
    assert [issubclass(KINDS[kind][0], First) for kind in firsts] == [True]


def test_a_second_revocation_is_refused_and_found_where_it_was_forged(
    world: World, audit_of: Callable[[Ledger], Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    act = world.ledger.certificates.status_act(
        "revoke", world.certificate, decree=world.decrees["revocation"], reason="fraud"
    )
    world.approved([act], by=("kepala", "wakil"))

    with pytest.raises(RuleError) as refusal:
        world.approved([act], by=("kepala", "wakil"))
    assert refusal.value.code == "state-refuses"

    forged = {**Certificate.LIFECYCLE, ("revoked", "certificate.revoked"): "revoked"}
    with monkeypatch.context() as patched:
        patched.setattr(Certificate, "LIFECYCLE", forged)
        world.approved([Act(act.kind, act.stream, act.values)], by=("kepala", "wakil"))
    (finding,) = audit_of(world.ledger).replayed.findings
    assert (finding.rule, finding.code, finding.kind) == ("lifecycle", "state-refuses", "certificate.revoked")
    assert finding.stream == str(UUID(str(act.stream)))
