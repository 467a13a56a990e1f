"""A history that is rightly signed, dense, logged and witnessed, and breaks one rule: the audit of its bundle finds it.

Whoever can leave out one rule of the service wrote the breach. These are histories of the small world, tens of events
long; one of them is as long as the story's.
"""

from pathlib import Path
from typing import Any

import pytest

from ledger.cli.story import Story
from ledger.domain.regulations import Regulation
from ledger.rules.asking import RULES
from tests.audit.attacks.attacker import Attacker
from tests.audit.bundle.conftest import of
from tests.rules.breaches import (  # noqa: F401 - importing registers the breaches
    approvals,
    assessments,
    authorities,
    certificates,
    every_event,
    exports,
    keys,
    officers,
    reach,
    schemes,
    trainings,
)
from tests.rules.breaches.registry import BREACHES, KEMENSOS, NOW, without

World = Any  # tests/rules/conftest.py
CASES = sorted(BREACHES)
# What the second opinion asks too.
ASKED_BY_BOTH = {
    *("a_decree_of_tomorrow", "a_stream_that_skips_a_version", "an_act_of_nobody"),
    *("a_dismissal_approved_by_an_officer_without_a_key", "another_key_approved_by_an_officer_without_a_key"),
    *("an_approval_after_two_weeks", "an_approval_signed_by_somebody_else", "an_approval_signed_over_another_proposal"),
    *("an_approval_without_the_signature_that_its_giver_could_make", "an_officer_of_another_authority_approves"),
    *("another_person_is_certified_than_was_approved", "the_proposer_approves"),
    *("a_key_enrolled_for_two", "a_second_account_of_one_person", "a_key_list_without_the_roots_signature"),
}


@pytest.mark.parametrize(("rule", "breach"), CASES, ids=[breach for _, breach in CASES])
def test_a_broken_rule_is_found_with_its_number_and_place(world: World, tmp_path: Path, rule: str, breach: str) -> None:
    code, commit = BREACHES[rule, breach]
    before, asked = world.ledger.histories.size(), next(r for r in RULES if r.name == rule)
    with without(rule):
        commit(world)
    entries = of(world.ledger).entries
    attacker = Attacker(world.ledger, entries, kept=[len(entries)])
    folder = attacker.write(tmp_path / "bundle")

    report = attacker.audited(folder)

    (found,) = (one for one in report.findings if not one.file)
    assert (found.rule, found.code) == (asked.number, code)
    assert found.kind in asked.kinds
    assert before <= found.position == attacker.last(found.kind)
    if breach in ASKED_BY_BOTH:
        assert attacker.second(folder) == [(found.position, code, "")]
    if breach != "a_second_beginning":  # Whose list takes the place of the first in `keys/`.
        assert [one.file for one in report.findings] == [""]


def test_more_certificates_than_results_are_counted_though_no_rule_asks(world: World, tmp_path: Path) -> None:
    """Beside the rule stands a count by decree, which shows it to whoever left out the rule of the audit, too."""
    rule = "competence_needs_a_final_competent_result"
    _, commit = BREACHES[rule, "a_second_certificate_for_one_result"]
    with without(rule):
        commit(world)
        world.approved([world.competence()], by=KEMENSOS)
        attacker = Attacker(world.ledger, of(world.ledger).entries)
        report = attacker.audited(attacker.write(tmp_path / "bundle"))

    (found,) = report.findings
    decree = report.as_json()["decrees"]
    assert (found.code, found.position) == ("issued-beyond-decree", attacker.first("decree.recorded"))
    assert (decree["issued"], decree["competent"]) == (3, 2)


def test_a_broken_rule_is_found_in_the_storys_history(story: Story, tmp_path: Path) -> None:
    twice = Regulation.begin(story.ledger.context.new_subjects(1)[0], regulation="UU 14/2019", rank="UU", begins=NOW)
    with without("a_regulation_is_catalogued_once"), story.ledger.context.history.writing(story.actor("ketua")) as turn:
        turn.save(twice)
    attacker = Attacker(story.ledger, of(story.ledger).entries)

    found = attacker.found(attacker.write(tmp_path / "bundle"))

    assert found == [("regulation-taken", len(attacker.entries) - 1)]
    assert len(attacker.entries) > 2000
