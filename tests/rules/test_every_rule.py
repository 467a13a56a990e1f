"""Every rule refuses its breach without a trace; without the rule the breach is written, and the audit finds it there.

So stubbing any single rule makes a test fail, at the write and at the replay.
"""

from collections.abc import Callable

import pytest

from ledger.audit.report import Report
from ledger.errors import RuleError
from ledger.rules.asking import RULES
from ledger.wiring import Ledger
from tests.rules.breaches import (  # noqa: F401 - importing registers the breaches
    approvals,
    assessments,
    attestations,
    authorities,
    certificates,
    delegations,
    deliveries,
    documents,
    every_event,
    exports,
    keys,
    officers,
    organs,
    participations,
    reach,
    schemes,
    trainings,
)
from tests.rules.breaches.registry import BREACHES, World, without

CASES = sorted(BREACHES)
every_breach = pytest.mark.parametrize(("rule", "breach"), CASES, ids=[breach for _, breach in CASES])


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, _ in BREACHES} == {rule.name for rule in RULES}


@every_breach
def test_a_breach_is_refused_and_leaves_no_trace(
    world: World, rule: str, breach: str, audit_of: Callable[[Ledger], Report]
) -> None:
    code, commit = BREACHES[rule, breach]

    with pytest.raises(RuleError) as refused:
        commit(world)

    assert refused.value.code == code
    assert refused.value.rule == next(r.number for r in RULES if r.name == rule)
    assert not audit_of(world.ledger).replayed.findings


@every_breach
def test_without_its_rule_a_breach_is_written_and_the_audit_finds_it(
    world: World, rule: str, breach: str, audit_of: Callable[[Ledger], Report]
) -> None:
    code, commit = BREACHES[rule, breach]

    with without(rule):
        commit(world)
    report = audit_of(world.ledger)

    (finding,) = report.replayed.findings
    assert (finding.code, finding.rule) == (code, next(r.number for r in RULES if r.name == rule))
    assert finding.kind in next(r.kinds for r in RULES if r.name == rule)
