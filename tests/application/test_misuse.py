"""What an officer might try: alone, twice, late, for somebody else; each is refused and leaves no trace."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.report import Report
from ledger.cli.cast import invented
from ledger.cli.story import DECIDED
from ledger.errors import LedgerError
from ledger.wiring import Ledger

World = Any  # tests/rules/conftest.py
NOW = DECIDED + timedelta(days=2)


@pytest.fixture(autouse=True)
def _sound(world: World, audit_of: Callable[[Ledger], Report]) -> Iterator[None]:
    """Whatever a test did, the history holds."""
    yield
    report = audit_of(world.ledger)
    assert report.sound, report.as_json()


def refused(world: World, attempt: Callable[[], Any]) -> str:
    """The code; nothing is written."""
    size = world.ledger.histories.size()
    with pytest.raises(LedgerError) as refusal:
        attempt()
    assert world.ledger.histories.size() == size
    return refusal.value.code


def alone(world: World, what: str, matter: str, reason: str, until: date | None = None) -> None:
    act = world.ledger.certificates.status_act(
        what, world.certificate, decree=world.decrees[matter], reason=reason, until=until
    )
    world.ledger.certificates.act_alone(world.actor("kepala"), act)


def approved(world: World, what: str, matter: str, reason: str, until: date | None = None) -> None:
    act = world.ledger.certificates.status_act(
        what, world.certificate, decree=world.decrees[matter], reason=reason, until=until
    )
    world.approved([act], by=("kepala", "wakil"))


def test_one_person_does_not_prolong_a_suspension_three_days_at_a_time(world: World) -> None:
    alone(world, "suspend", "suspension", "precaution", NOW + timedelta(days=2))

    for later in (1, 3):
        world.clock.at(NOW + timedelta(days=later))
        until = NOW + timedelta(days=later + 2)
        assert refused(world, lambda u=until: alone(world, "suspend", "suspension", "precaution", u)) == (
            "approval-missing"
        )

    approved(world, "suspend", "suspension", "precaution", NOW + timedelta(days=30))


def test_one_person_does_not_shorten_or_lift_what_two_have_suspended(world: World) -> None:
    approved(world, "suspend", "suspension", "ethics")

    assert refused(world, lambda: alone(world, "suspend", "suspension", "precaution", NOW)) == "approval-missing"
    assert refused(world, lambda: alone(world, "reinstate", "reinstatement", "lifted")) == "approval-missing"

    assert world.ledger.certificates.show(world.certificate)["state"] == "suspended"


def test_who_suspended_alone_may_lift_it_alone(world: World) -> None:
    alone(world, "suspend", "suspension", "precaution", NOW + timedelta(days=2))

    alone(world, "reinstate", "reinstatement", "lifted")

    assert world.ledger.certificates.show(world.certificate)["state"] == "active"


@pytest.mark.parametrize(("what", "matter"), [("revoke", "revocation"), ("annul", "annulment")])
def test_nobody_ends_a_certificate_alone(world: World, what: str, matter: str) -> None:
    assert refused(world, lambda: alone(world, what, matter, "fraud")) == "approval-missing"


def test_an_authority_issues_nothing_on_the_results_of_another(world: World) -> None:
    """Although it may issue this kind: the result is not its own."""
    book = world.ledger.authorities
    grant = book.grant(
        book.stream("IPSPI"),
        name="Ikatan Pekerja Sosial",
        scope="*",
        schemes=("RELAWAN/PSM-DASAR",),
        basis="UU 14/2019",
        begins=date(2020, 1, 1),
    )
    world.approved([grant])
    world.ledger.keys.refresh()

    act = world.competence(authority="IPSPI")

    assert refused(world, lambda: world.proposed([act], "ketua")) == "result-of-another"


def test_an_officer_of_another_authority_does_not_approve(world: World) -> None:
    proposal = world.proposed([world.competence()], "kepala")

    attempt = lambda: world.sign(world.ledger.proposals, proposal, "sekretaris")  # noqa: E731

    assert refused(world, attempt) == "approval-elsewhere"


def test_a_dismissed_officer_neither_approves_nor_has_a_proposal_carried_out(world: World) -> None:
    by_kepala = world.proposed([world.competence()], "kepala")
    by_ketua = world.proposed([world.ledger.officers.dismiss(world.officers["kepala"], "ended")])
    world.sign(world.ledger.proposals, by_ketua, "sekretaris")

    carried_out = refused(world, lambda: world.sign(world.ledger.proposals, by_kepala, "wakil"))
    world.approved([world.ledger.officers.dismiss(world.officers["wakil"], "ended")])
    approving = refused(world, lambda: world.sign(world.ledger.proposals, by_kepala, "wakil"))

    assert (carried_out, approving) == ("officer-not-in-office", "officer-not-in-office")


def test_a_proposal_is_used_once_and_in_time(world: World) -> None:
    first = world.proposed([world.attendance()], "kepala")
    second = world.proposed([world.competence()], "kepala")
    world.sign(world.ledger.proposals, first, "wakil")

    again = refused(world, lambda: world.sign(world.ledger.proposals, first, "wakil"))
    world.clock.at(NOW + timedelta(days=15))
    late = refused(world, lambda: world.sign(world.ledger.proposals, second, "wakil"))

    assert (again, late) == ("state-refuses", "proposal-expired")


def test_nobody_approves_an_own_proposal_or_without_a_signature(world: World) -> None:
    proposal = world.proposed([world.competence()], "kepala")

    own = refused(world, lambda: world.sign(world.ledger.proposals, proposal, "kepala"))
    unsigned = refused(world, lambda: world.ledger.proposals.approve(world.actor("wakil"), proposal))
    clerk = refused(world, lambda: world.ledger.proposals.approve(world.actor("petugas"), proposal))

    assert (own, unsigned, clerk) == ("own-proposal", "assertion-missing", "role-missing")


def test_a_signature_for_one_proposal_serves_no_other(world: World) -> None:
    proposals = world.ledger.proposals
    first, second = (world.proposed([act], "kepala") for act in (world.attendance(), world.competence()))
    signing = proposals.show(first, reader="wakil")["signing"]
    assertion = world.story.keys["wakil"].sign(bytes.fromhex(signing))

    assert refused(world, lambda: proposals.approve(world.actor("wakil"), second, assertion)) == "assertion-wrong"


def test_a_training_can_still_be_explained_after_a_restart_hours_later(world: World) -> None:
    """Its key was made when it was planned, and nothing was sealed with it yet."""
    world.clock.at(NOW, 20)
    world.ledger.settle()

    world.ledger.trainings.explain(world.actor("petugas"), world.planned, "announced", "Sasaran belum final.")

    assert "announced" not in world.ledger.trainings.show(world.planned)["open"]


def test_an_erased_person_is_not_registered_back_by_a_correction(world: World) -> None:
    person = world.participants[3]
    world.approved([world.ledger.registrants.erase(person, "PDP-43")])

    attempt = lambda: world.ledger.registrants.correct(world.actor("ketua"), person, invented("Orang", 9700))  # noqa: E731

    assert refused(world, attempt) == "data-erased"


def test_an_erased_person_registers_as_somebody_new(world: World) -> None:
    register, person = world.ledger.registrants.register, invented("Orang Lama", 9700)
    before = UUID(register(world.actor("petugas"), person)["registrant"])
    world.approved([world.ledger.registrants.erase(before, "PDP-43")])

    answer = register(world.actor("petugas"), person)

    assert answer["new"]
    assert answer["registrant"] != str(before)
