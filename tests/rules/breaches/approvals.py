"""Breaches: approvals."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.acts import Act
from ledger.cli.cast import invented
from ledger.cli.story import ALL
from ledger.domain.people import FullName
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.trainings import Training
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.organs import later
from tests.rules.breaches.registry import NOW, World, breaks, without
from tests.rules.breaches.trainings import participation, plan


@breaks("what_matters_is_approved_by_a_second_person", "approval-missing")
def an_officer_keeps_a_long_suspension_alone(w: World) -> None:
    act = w.ledger.certificates.status_act(
        "suspend", w.certificate, decree=w.decrees["suspension"], reason="precaution"
    )
    w.ledger.certificates.act_alone(w.actor("kepala"), act)


@breaks("exactly_the_approved_acts_are_done", "not-what-was-approved")
def another_person_is_certified_than_was_approved(w: World) -> None:
    def swapped(turn: Any, acts: Any) -> Any:
        someone = {name: other.values[name] for name in ("registrant", "participation")}
        return [v | someone for v in mint(turn, acts)]

    mint = w.ledger.proposals._complete["certificate.issued"]
    act = w.attendance()
    other = w.ledger.certificates.attendance(w.training)[1]
    proposal = w.proposed([act], "petugas")
    w.ledger.proposals._complete["certificate.issued"] = swapped
    w.sign(w.ledger.proposals, proposal, "kepala")


@breaks("nobody_approves_an_own_proposal", "own-proposal")
def the_proposer_approves(w: World) -> None:
    act = w.ledger.officers.dismiss(w.officers["petugas"], "ended")
    w.approved([act], by=("ketua", "ketua"))


@breaks("the_approver_acts_for_the_same_authority", "approval-elsewhere")
def an_officer_of_another_authority_approves(w: World) -> None:
    act = w.ledger.officers.dismiss(w.officers["petugas"], "ended")
    w.approved([act], by=("ketua", "kepala"))


def proposed_dismissal(w: World) -> UUID:
    return w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])


@breaks("a_proposal_is_answered_within_its_authority", "approval-elsewhere")
def an_officer_of_another_authority_comments(w: World) -> None:
    w.more("kepala", Proposal, proposed_dismissal(w), Proposal.Commented, comment=bytes(32))


@breaks("nobody_refuses_an_own_proposal", "own-refusal")
def the_proposer_refuses(w: World) -> None:
    w.more("ketua", Proposal, proposed_dismissal(w), Proposal.Refused, comment=bytes(32))


@breaks("only_its_proposer_withdraws_a_proposal", "not-the-proposer")
def somebody_else_withdraws(w: World) -> None:
    w.more("sekretaris", Proposal, proposed_dismissal(w), Proposal.Withdrawn)


@breaks("the_approval_names_its_proposal", "approval-of-another")
def an_approval_signed_over_another_proposal(w: World) -> None:
    proposal = w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])
    w.approve_with(proposal, "sekretaris", proposal=b"\x07" * 32)


@breaks("an_approval_comes_in_time", "proposal-expired")
def an_approval_after_two_weeks(w: World) -> None:
    proposal = w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])
    w.clock.at(NOW + timedelta(days=15))
    w.approve_with(proposal, "sekretaris")


@breaks("an_approval_is_signed_with_the_approvers_key", "assertion-wrong")
def an_approval_signed_by_somebody_else(w: World) -> None:
    proposal = w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])
    w.approve_with(proposal, "sekretaris", key="kepala")


@breaks("an_approval_is_signed_with_the_approvers_key", "assertion-missing")
def an_approval_without_the_signature_that_its_giver_could_make(w: World) -> None:
    proposal = w.proposed([w.ledger.officers.enrol_key(w.officers["petugas"], bytes(31) + b"\x09")])
    w.approve_with(proposal, "sekretaris", assertion=None, assertion_kind=None)


@breaks("only_a_first_key_rests_on_an_asserted_approval", "assertion-missing")
def a_dismissal_approved_by_an_officer_without_a_key(w: World) -> None:
    w.approved([w.ledger.officers.end_key(w.officers["sekretaris"], "key-lost")], by=("sekretaris", "ketua"))
    proposal = w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])
    with without("an_approval_is_signed_with_the_approvers_key"):
        w.ledger.proposals.approve(w.actor("sekretaris"), proposal, None)


@breaks("only_a_first_key_rests_on_an_asserted_approval", "assertion-missing")
def another_key_approved_by_an_officer_without_a_key(w: World) -> None:
    w.approved([w.ledger.officers.end_key(w.officers["sekretaris"], "key-lost")], by=("sekretaris", "ketua"))
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    proposal = w.proposed([w.ledger.officers.enrol_key(w.officers["ketua"], public)])
    with without("an_approval_is_signed_with_the_approvers_key"):
        w.ledger.proposals.approve(w.actor("sekretaris"), proposal, None)


@breaks("nobody_decides_in_an_own_matter", "own-matter")
def an_officer_approves_an_own_dismissal(w: World) -> None:
    w.approved([w.ledger.officers.dismiss(w.officers["sekretaris"], "ended")])


@breaks("nobody_decides_in_an_own_matter", "own-matter")
def an_officer_approves_an_own_certificate(w: World) -> None:
    act = w.attendance()
    person = appointment(w, person=act.values["registrant"], roles=("certify", "approve"), office="Pejabat")
    w.approved([person])
    w.officers["holder"] = person.stream
    own = Ed25519PrivateKey.generate()
    w.keys["holder"] = own.private_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(person.stream, own.public_key().public_bytes_raw())])
    w.approved([act], by=("petugas", "holder"))


@breaks("who_enrolled_a_person_does_not_approve_the_certificate", "enrolled-by-approver")
def a_certificate_approved_by_who_enrolled_its_holder(w: World) -> None:
    clerk = appointment(w, roles=("enrol",), office="Petugas")
    w.approved([clerk])
    w.officers["clerk"] = clerk.stream
    person = UUID(w.ledger.registrants.register(w.actor("clerk"), invented("Orang Baru", 9901))["registrant"])
    w.approved([w.ledger.officers.change(clerk.stream, roles=["certify", "approve"], office="Pejabat", ends=None)])
    own = Ed25519PrivateKey.generate()
    w.keys["clerk"] = own.private_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(clerk.stream, own.public_key().public_bytes_raw())])
    training = plan(w, days=(NOW,), announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    taken = participation(w, registrant=person, training=training.id, marks="H")
    w.save("petugas", taken)
    explained = {"gap": "roster", "group": "32.75", "expected": 0, "found": 1, "explanation": bytes(32)}
    w.more("petugas", Training, training.id, Training.Explained, **explained)
    w.ledger.trainings.close(w.actor("petugas"), training.id)
    w.approved(w.ledger.certificates.attendance(training.id), by=("petugas", "clerk"))


@breaks("a_proposal_lapses_in_time", "proposal-term")
def a_proposal_that_lasts_a_year(w: World) -> None:
    expires = w.clock() + 365 * 86_400_000
    w.save("ketua", Proposal.begin(w.new_id(), acts=bytes(32), count=1, expires=expires))


def holder_as_officer(w: World, *roles: str) -> Act:
    """The holder of the one certificate, in an office of Kemensos."""
    holder = UUID(w.ledger.certificates.show(w.certificate)["registrant"])
    return appointed(w, "holder", person=holder, roles=roles)


def appointed(w: World, who: str, **body: Any) -> Act:
    act = appointment(w, **body)
    w.approved([act])
    w.officers[who] = act.stream
    return act


@breaks("what_matters_is_approved_by_a_second_person", "approval-missing")
def a_holder_renamed_by_one_person(w: World) -> None:
    holder = UUID(w.ledger.certificates.show(w.certificate)["registrant"])
    later(w)
    w.ledger.registrants.correct(w.actor("ketua"), holder, invented("Orang Lain", 9667))


@breaks("what_matters_is_approved_by_a_second_person", "approval-missing")
def an_officer_renamed_by_one_person(w: World) -> None:
    later(w)
    w.ledger.registrants.correct(w.actor("ketua"), w.people["sekretaris"], invented("Orang Lain", 9667))


@breaks("an_identity_that_two_people_correct_was_proposed", "not-what-was-approved")
def an_identity_that_nobody_proposed(w: World) -> None:
    body = {"identity": bytes(32), "adult": True, "correction": bytes(32)}
    w.more("ketua", Registrant, w.people["instructor"], Registrant.Corrected, **body)


@breaks("nobody_acts_alone_in_an_own_matter", "own-matter")
def a_holder_lifts_the_own_suspension(w: World) -> None:
    holder_as_officer(w, "certify")
    later(w)
    certificates, day = w.ledger.certificates, {"until": w.story.today()}
    stop = certificates.status_act("suspend", w.certificate, decree=w.decrees["suspension"], reason="fraud", **day)
    certificates.act_alone(w.actor("kepala"), stop)
    lift = certificates.status_act("reinstate", w.certificate, decree=w.decrees["reinstatement"], reason="lifted")
    certificates.act_alone(w.actor("holder"), lift)


@breaks("nobody_acts_alone_in_an_own_matter", "own-matter")
def a_candidate_enters_the_own_scores(w: World) -> None:
    appointed(w, "candidate", person=w.participants[0])
    later(w)
    assessor, results = w.people["assessor"], {w.assessments["scheduled"]: ALL}
    w.ledger.assessments.score(w.actor("candidate"), assessor=assessor, results=results)


@breaks("nobody_acts_alone_in_an_own_matter", "own-matter")
def a_candidate_enters_the_own_result(w: World) -> None:
    appointed(w, "candidate", person=w.participants[3])
    later(w)
    outcomes = {w.assessments["scored"]: "K"}
    w.ledger.assessments.decide(w.actor("candidate"), decree=w.decrees["results"], outcomes=outcomes)


@breaks("nobody_acts_alone_in_an_own_matter", "own-matter")
def a_clerk_records_the_own_attendance(w: World) -> None:
    appointed(w, "clerk", person=w.participants[0], roles=("enrol",), office="Petugas")
    later(w)
    day = w.story.today()
    training = plan(w, days=(day,), announced=1, quotas={"32.75": 1})
    w.save("petugas", training)
    w.save("clerk", participation(w, registrant=w.participants[0], training=training.id, marks="H"))


def certified_by(w: World, clerk: str, approver: str, training: UUID) -> None:
    explained = {"gap": "roster", "group": "32.75", "expected": 0, "found": 1, "explanation": bytes(32)}
    w.more(clerk, Training, training, Training.Explained, **explained)
    w.ledger.trainings.close(w.actor(clerk), training)
    w.approved(w.ledger.certificates.attendance(training), by=(clerk, approver))


def keyed(w: World, who: str) -> None:
    own = Ed25519PrivateKey.generate()
    w.keys[who] = own.private_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(w.officers[who], own.public_key().public_bytes_raw())])


def granted(w: World) -> None:
    """Of what Kemensos may issue nothing has ended; two clerks, an approver who may also say who people are."""
    appointed(w, "clerk", roles=("enrol",), office="Petugas")
    appointed(w, "other", person=w.people["decider"], roles=("admin", "approve"))
    keyed(w, "other")


def open_training(w: World) -> UUID:
    training = plan(w, days=(w.story.today(),), announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    return UUID(str(training.id))


@breaks("who_enrolled_a_person_does_not_approve_the_certificate", "enrolled-by-approver")
def a_certificate_approved_by_who_said_who_a_walk_in_is(w: World) -> None:
    granted(w)
    later(w)
    training = open_training(w)
    who = {"name": FullName.parse("Seseorang"), "sex": "P", "group": "32.75", "marks": "H", "adult": True}
    came = w.ledger.participations.walk_in(w.actor("petugas"), training, **who)
    w.ledger.participations.complete(w.actor("other"), UUID(came["registrant"]), invented("Adik Ipar", 9801))
    certified_by(w, "clerk", "other", training)


@breaks("who_enrolled_a_person_does_not_approve_the_certificate", "enrolled-by-approver")
def a_certificate_approved_by_who_changed_the_whole_identity(w: World) -> None:
    granted(w)
    later(w)
    training = open_training(w)
    person = UUID(w.ledger.registrants.register(w.actor("petugas"), invented("Orang Baru", 9901))["registrant"])
    w.save("petugas", participation(w, registrant=person, training=training, marks="H"))
    w.ledger.registrants.correct(w.actor("other"), person, invented("Adik Ipar", 9801))
    certified_by(w, "clerk", "other", training)


@breaks("who_enrolled_a_person_does_not_approve_the_certificate", "enrolled-by-approver")
def a_certificate_approved_by_who_recorded_the_attendance(w: World) -> None:
    appointed(w, "clerk", roles=("enrol",), office="Petugas")
    keyed(w, "clerk")
    training = open_training(w)
    w.save("clerk", participation(w, registrant=w.participants[2], training=training, marks="H"))
    change = {"roles": ["approve"], "office": "Pejabat", "ends": None}
    w.approved([w.ledger.officers.change(w.officers["clerk"], **change)])
    later(w)
    certified_by(w, "petugas", "clerk", training)
