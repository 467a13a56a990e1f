"""What is recorded long after its day says why (R27): the reason is sealed, the event commits to it."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.cli.story import Story, StoryClock
from ledger.credentials.verdict import Reason
from ledger.errors import RuleError

GREEN_DAY = date(2026, 10, 22)


def test_a_late_revocation_is_recorded_with_its_reason(told: Story, clock: StoryClock) -> None:
    story = told
    number = story.numbers["graduates"][0]
    code = story.ledger.certificates.code(number, reader="test")
    acted = GREEN_DAY + timedelta(days=2)
    clock.at(acted + timedelta(days=20))
    ketua, why = story.actor("ketua"), "Putusan sidang diterima terlambat."
    deciders = [story.people["decider-ipspi"]]
    decree = {"number": "51/DPP IPSPI/SK/2026", "matter": "revocation", "on": acted, "deciders": deciders}
    proposals = story.ledger.proposals

    with pytest.raises(RuleError) as refused:
        story.ledger.assessments.decree(ketua, **decree)
    assert refused.value.code == "back-dated"
    id = UUID(story.ledger.assessments.decree(ketua, **decree, backdated=why)["decree"])
    act = story.ledger.certificates.status_act("revoke", number, decree=id, reason="ethics")
    with pytest.raises(RuleError) as refused:
        proposals.propose(ketua, [act], effective=acted)
    assert refused.value.code == "back-dated"
    made = proposals.propose(ketua, [act], effective=acted, backdated=why)
    story.approve("sekretaris", UUID(made["proposal"]))

    verdict = story.ledger.verifications.by_code(code)
    assert (verdict.reason, verdict.facts["since"]) == (Reason.REVOKED, acted)
    last = story.ledger.histories.of_certificate(number)[-1]
    assert (last["kind"], last["effective"]) == ("certificate.revoked", acted.isoformat())
    assert len(last["body"]["backdated"]) == 64
