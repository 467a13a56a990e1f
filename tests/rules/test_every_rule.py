"""Every rule refuses its breach without a trace; without the rule the breach is written, and the audit finds it there.

So stubbing any single rule makes a test fail, at the write and at the replay.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.application.acts import Act
from ledger.application.key_lists import folded, signed
from ledger.audit.report import Report
from ledger.cli.story import ALL, DECIDED
from ledger.domain.assessments import Assessment
from ledger.domain.decrees import Decree
from ledger.domain.equivalences import Equivalence
from ledger.domain.keys import Keys
from ledger.domain.numbers import compose
from ledger.domain.participations import Participation
from ledger.domain.registrants import Registrant
from ledger.domain.regulations import Regulation
from ledger.domain.schemes import Scheme
from ledger.domain.trainings import Training
from ledger.domain.values import valid_through
from ledger.errors import RuleError
from ledger.projections.keys import KEYS
from ledger.rules.asking import BY_KIND, RULES
from ledger.signing.key_records import KeyList
from ledger.store.history import SERVICE
from ledger.wiring import Ledger

NOW = DECIDED + timedelta(days=2)
World = Any  # tests/rules/conftest.py
Breach = Callable[[World], None]
BREACHES: dict[tuple[str, str], tuple[str, Breach]] = {}


def breaks(rule: str, code: str) -> Callable[[Breach], Breach]:
    """This breach is refused by this rule alone, with this code."""

    def register(breach: Breach) -> Breach:
        BREACHES[rule, breach.__name__] = (code, breach)
        return breach

    return register


# Every event ---------------------------------------------------------------------------------------------------


@breaks("versions_are_dense", "version-gap")
def a_stream_that_skips_a_version(w: World) -> None:
    def write(turn: Any) -> None:
        decree = Decree.begin(w.new_id(), **w.decree("results", "70/LSP/SK/2020"))
        (event,) = decree.collect_events()
        object.__setattr__(event, "originator_version", 2)
        turn.append([event], effective=NOW)

    w.turn("kepala", write)


@breaks("nothing_takes_effect_after_it_is_recorded", "effective-in-future")
def a_decree_of_tomorrow(w: World) -> None:
    tomorrow = NOW + timedelta(days=1)
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "71/LSP/SK/2020", on=tomorrow)), effective=tomorrow)


@breaks("back_dating_has_a_reason", "back-dated")
def a_decree_of_last_month_without_a_reason(w: World) -> None:
    late = NOW - timedelta(days=15)
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "72/LSP/SK/2020", on=late)), effective=late)


@breaks("only_an_officer_in_office_acts", "outside-mandate")
def an_act_after_the_mandate(w: World) -> None:
    person = w.people["assessor"]
    act = w.ledger.officers.appoint(
        person=person, authority="KEMENSOS", roles=["certify"], office="Pejabat", begins=NOW, ends=NOW
    )
    w.approved([act])
    w.officers["brief"] = act.stream
    w.clock.at(NOW + timedelta(days=1))
    w.save("brief", Decree.begin(w.new_id(), **w.decree("results", "73/LSP/SK/2020")), effective=NOW)


@breaks("only_an_officer_in_office_acts", "officer-needed")
def an_act_of_nobody(w: World) -> None:
    with w.ledger.context.history.writing(SERVICE) as turn:
        turn.save(Regulation.begin(w.new_id(), regulation="UU 1/2024", rank="UU", begins=NOW))


@breaks("only_an_officer_in_office_acts", "capacity-differs")
def an_act_in_a_borrowed_capacity(w: World) -> None:
    actor = replace(w.actor("kepala"), capacity="Ketua DPP")
    with w.ledger.context.history.writing(actor) as turn:
        turn.save(Regulation.begin(w.new_id(), regulation="UU 1/2024", rank="UU", begins=NOW))


@breaks("only_an_officer_in_office_acts", "authority-differs")
def an_act_in_the_name_of_another_authority(w: World) -> None:
    made = w.decree("results", "74/LSP/SK/2020", authority="IPSPI")
    w.save("kepala", Decree.begin(w.new_id(), **made), authority="IPSPI")


@breaks("the_role_reaches_the_act", "role-missing")
def a_clerk_who_records_a_decree(w: World) -> None:
    w.save("petugas", Decree.begin(w.new_id(), **w.decree("results", "75/LSP/SK/2020")))


@breaks("the_ledger_begins_with_keys_and_two_officers", "genesis-malformed")
def a_second_beginning(w: World) -> None:
    context = w.ledger.context
    with context.history.writing(SERVICE) as turn:
        old = KeyList.decode(turn.models().every(KEYS)[0]["list"])
        first = replace(old, version=1, authorities=folded(turn.models()), iat=turn.now // 1000)
        turn.save(Keys.begin(w.new_id(), **signed(context, first)))


@breaks("plain_text_is_from_closed_patterns", "text-not-plain")
def a_name_in_place_of_a_reason(w: World) -> None:
    w.more("petugas", Training, w.planned, Training.Cancelled, reason="Rina Kusuma")


# Approvals -----------------------------------------------------------------------------------------------------


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
    w.ledger.proposals.approve(w.actor("sekretaris"), proposal, None)


# Authorities and regulations -----------------------------------------------------------------------------------


@breaks("an_authority_is_registered_once", "authority-taken")
def a_second_ipspi(w: World) -> None:
    w.approved([w.ledger.authorities.register("IPSPI", "https://elsewhere.example/status")])


def grant(w: World, **other: Any) -> Act:
    usual = {"name": "Independen Pekerja Sosial", "scope": "*", "schemes": ("PEKSOS/GENERALIS",)}
    values = usual | {"basis": "UU 14/2019", "begins": date(2022, 4, 7)} | other
    return Act("authority.granted", w.ledger.authorities.stream("IPSPI"), values)


@breaks("a_grant_ends_after_it_begins", "period-reversed")
def a_grant_that_ends_before_it_begins(w: World) -> None:
    w.approved([grant(w, ends=date(2021, 1, 1))])


@breaks("a_grant_rests_on_a_catalogued_basis", "basis-unknown")
def a_grant_on_an_unknown_basis(w: World) -> None:
    w.approved([grant(w, basis="Permensos 5/2022")])


@breaks("only_a_given_grant_is_ended", "period-reversed")
def a_grant_ended_before_it_began(w: World) -> None:
    stream = w.ledger.authorities.stream("KEMENSOS")
    w.approved([w.ledger.authorities.end(stream, 0, date(2018, 1, 1))])


@breaks("a_regulation_is_catalogued_once", "regulation-taken")
def a_regulation_catalogued_twice(w: World) -> None:
    w.save("ketua", Regulation.begin(w.new_id(), regulation="UU 14/2019", rank="UU", begins=NOW))


# Schemes -------------------------------------------------------------------------------------------------------


@breaks("the_category_follows_from_the_kind", "category-differs")
def volunteers_called_social_workers(w: World) -> None:
    w.save("kepala", Scheme.begin(w.new_id(), kind="RELAWAN/TAGANA", category="social-worker"))


@breaks("a_scheme_is_registered_once", "scheme-taken")
def a_scheme_registered_twice(w: World) -> None:
    w.save("kepala", Scheme.begin(w.new_id(), kind="RELAWAN/PSM-DASAR", category="volunteer"))


def edition(w: World, **other: Any) -> Act:
    usual = {"standard": "Permensos 16/2017", "basis": "Permensos 10/2019", "begins": NOW, "tier": "PSM/DASAR"}
    act = w.ledger.schemes.publish(w.schemes["RELAWAN/PSM-DASAR"], **usual)
    return Act(act.kind, act.stream, {**act.values, **other})


@breaks("editions_follow_each_other", "edition-retroactive")
def an_edition_that_begins_in_the_past(w: World) -> None:
    w.approved([edition(w, begins=NOW - timedelta(days=1))], by=("kepala", "wakil"))


@breaks("editions_follow_each_other", "edition-out-of-order")
def an_edition_out_of_order(w: World) -> None:
    w.approved([edition(w, edition=7)], by=("kepala", "wakil"))


@breaks("validity_is_a_sane_number_of_months", "validity-out-of-range")
def a_validity_of_a_century(w: World) -> None:
    w.approved([edition(w, months=1200)], by=("kepala", "wakil"))


@breaks("a_standard_has_all_dimensions", "dimensions-incomplete")
def a_standard_without_ethics(w: World) -> None:
    w.approved([edition(w, dimensions=("knowledge", "skill"))], by=("kepala", "wakil"))


@breaks("an_edition_names_catalogued_sources", "basis-unknown")
def an_edition_of_an_unknown_standard(w: World) -> None:
    w.approved([edition(w, standard="Permensos 5/2022")], by=("kepala", "wakil"))


@breaks("an_edition_on_a_revoked_basis_says_so", "basis-revoked")
def an_edition_silent_about_its_revoked_basis(w: World) -> None:
    w.approved([edition(w, basis="Permensos 1/2012", revoked_basis=False)], by=("kepala", "wakil"))


@breaks("membership_is_no_condition_without_a_statute", "membership-required")
def an_edition_for_members_only(w: World) -> None:
    w.approved([edition(w, conditions=("membership",))], by=("kepala", "wakil"))


@breaks("a_required_tier_has_equivalents", "tier-exclusive")
def an_edition_that_accepts_no_other_training(w: World) -> None:
    w.approved([edition(w, equivalents=False)], by=("kepala", "wakil"))


@breaks("a_required_tier_is_in_the_rule_book", "tier-unknown")
def an_edition_with_an_unknown_tier(w: World) -> None:
    w.approved([edition(w, tier="PSM/MAHIR")], by=("kepala", "wakil"))


# Decrees, equivalents, assessments -----------------------------------------------------------------------------


@breaks("a_decree_number_is_used_once", "decree-taken")
def a_decree_number_twice(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "45/LSP KEMENSOS RI/SK/III/2020")))


@breaks("a_decree_is_of_the_authority_that_records_it", "decree-elsewhere")
def a_decree_of_another_authority(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "76/LSP/SK/2020", authority="IPSPI")))


@breaks("a_decree_names_who_decided", "deciders-missing")
def a_decree_that_nobody_decided(w: World) -> None:
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "77/LSP/SK/2020", deciders=())))


@breaks("an_equivalence_rests_on_a_decree", "decree-matter")
def an_equivalence_by_a_decree_about_something_else(w: World) -> None:
    body = {"registrant": w.participants[0], "tier": "PEKSOS/PROFESI", "reasons": bytes(32)}
    w.save("kepala", Equivalence.begin(w.new_id(), **body, decree=w.decrees["results"]))


def assessment(w: World, **other: Any) -> Assessment:
    usual = {"registrant": w.participants[3], "scheme": w.schemes["RELAWAN/PSM-DASAR"], "edition": 1, "on": NOW}
    made = usual | {"assessors": (w.people["assessor"],), "evidence": w.participations[3]} | other
    return Assessment.begin(w.new_id(), **made)


@breaks("an_assessment_needs_the_edition_in_force", "standard-unpublished")
def an_assessment_against_no_published_standard(w: World) -> None:
    scheme = Scheme.begin(w.new_id(), kind="RELAWAN/TAGANA", category="volunteer")
    w.save("kepala", scheme)
    with without("the_required_tier_or_an_accepted_equivalent_is_shown"):
        w.save("kepala", assessment(w, scheme=scheme.id))


@breaks("the_required_tier_or_an_accepted_equivalent_is_shown", "tier-missing")
def a_volunteer_under_a_social_workers_scheme(w: World) -> None:
    """Batch (a) under PEKSOS: the bimtek is not the tier that it requires (R17)."""
    scheme = Scheme.begin(w.new_id(), kind="PEKSOS/GENERALIS", category="social-worker")
    w.save("ketua", scheme)
    act = w.ledger.schemes.publish(
        scheme.id, standard="Permensos 12/2017", basis="UU 14/2019", begins=NOW, tier="PEKSOS/PROFESI"
    )
    w.approved([act])
    w.save("kepala", assessment(w, scheme=scheme.id))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-is-candidate")
def an_assessor_tests_himself(w: World) -> None:
    w.save("kepala", assessment(w, assessors=(w.participants[3],)))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-trained")
def an_assessor_tests_an_own_trainee(w: World) -> None:
    w.save("kepala", assessment(w, assessors=(w.people["instructor"],)))


@breaks("an_assessor_is_neither_candidate_nor_trainer", "assessor-missing")
def an_assessment_by_nobody(w: World) -> None:
    w.save("kepala", assessment(w, assessors=()))


@breaks("a_candidate_is_a_registered_person", "person-erased")
def an_assessment_of_an_erased_person(w: World) -> None:
    w.approved([w.ledger.registrants.erase(w.participants[3], "PDP-43")])
    w.save("kepala", assessment(w))


@breaks("only_a_named_assessor_scores", "assessor-unnamed")
def somebody_else_scores(w: World) -> None:
    body = {"assessor": w.people["decider"], "results": ALL}
    w.more("kepala", Assessment, w.assessments["scheduled"], Assessment.Scored, **body)


@breaks("every_dimension_is_scored", "dimensions-incomplete")
def ethics_is_not_scored(w: World) -> None:
    body = {"assessor": w.people["assessor"], "results": {"knowledge": "K", "skill": "K"}}
    w.more("kepala", Assessment, w.assessments["scheduled"], Assessment.Scored, **body)


def decide(w: World, outcome: str, decree: UUID) -> None:
    w.more("kepala", Assessment, w.assessments["scored"], Assessment.Decided, outcome=outcome, decree=decree)


@breaks("a_result_is_final_in_a_decree", "decree-matter")
def a_result_by_a_decree_about_something_else(w: World) -> None:
    decide(w, "K", w.decrees["revocation"])


@breaks("competent_means_competent_in_every_dimension", "outcome-differs")
def a_result_that_differs_from_the_scores(w: World) -> None:
    decide(w, "BK", w.decrees["results"])


def decided_by(w: World, number: str, *people: UUID) -> None:
    decree = Decree.begin(w.new_id(), **w.decree("results", number, deciders=people))
    w.save("kepala", decree)
    decide(w, "K", decree.id)


@breaks("a_decider_neither_trained_nor_examined", "decider-examined")
def the_assessor_decides(w: World) -> None:
    decided_by(w, "78/LSP/SK/2020", w.people["assessor"])


@breaks("a_decider_neither_trained_nor_examined", "decider-trained")
def the_trainer_decides(w: World) -> None:
    decided_by(w, "79/LSP/SK/2020", w.people["instructor"])


@breaks("a_decider_neither_trained_nor_examined", "decider-is-candidate")
def the_candidate_decides(w: World) -> None:
    decided_by(w, "80/LSP/SK/2020", w.participants[3])


# Certificates --------------------------------------------------------------------------------------------------

KEMENSOS = ("kepala", "wakil")


@breaks("a_number_is_well_formed_and_used_once", "number-taken")
def a_number_used_twice(w: World) -> None:
    w.approved([w.competence()], by=KEMENSOS, number=w.certificate)


@breaks("a_number_is_well_formed_and_used_once", "number-malformed")
def a_number_with_a_wrong_check_character(w: World) -> None:
    right = compose("KEMENSOS", "PSM", 2020, 99)
    w.approved([w.competence()], by=KEMENSOS, number=right[:-1] + ("A" if right[-1] != "A" else "B"))


@breaks("a_status_index_and_a_token_belong_to_one_certificate", "token-taken")
def a_token_used_twice(w: World) -> None:
    with w.ledger.engine.connect() as connection:
        token = bytes(connection.exec_driver_sql("SELECT token FROM certificates").scalar_one())
    w.approved([w.competence()], by=KEMENSOS, token=token)


@breaks("the_issuer_has_authority_for_the_kind_on_the_day", "authority-missing")
def a_certificate_after_the_authority_ended(w: World) -> None:
    act = w.competence()
    stream = w.ledger.authorities.stream("KEMENSOS")
    w.approved([w.ledger.authorities.end(stream, 0, DECIDED)])
    w.approved([act], by=KEMENSOS)


@breaks("attendance_never_yields_competence", "attendance-is-not-competence")
def competence_from_attendance_alone(w: World) -> None:
    act = w.attendance(kind="RELAWAN/PSM-DASAR")
    with without("attendance_is_certified_by_the_organiser_once"):
        w.approved([act], by=KEMENSOS)


@breaks("competence_needs_a_final_competent_result", "result-not-competent")
def a_certificate_for_not_yet_competent(w: World) -> None:
    act = w.competence(assessment=w.assessments["not-yet"], registrant=w.participants[2])
    w.approved([act], by=KEMENSOS)


@breaks("competence_needs_a_final_competent_result", "result-used")
def a_second_certificate_for_one_result(w: World) -> None:
    act = w.competence(assessment=w.assessments["certified"], registrant=w.participants[0])
    w.approved([act], by=KEMENSOS)


@breaks("competence_needs_a_final_competent_result", "result-of-another")
def a_certificate_for_somebody_elses_result(w: World) -> None:
    w.approved([w.competence(registrant=w.participants[2])], by=KEMENSOS)


@breaks("the_kind_is_that_of_the_assessed_scheme", "kind-differs")
def a_volunteers_result_for_a_social_workers_certificate(w: World) -> None:
    wider = grant(w, schemes=("PEKSOS/GENERALIS",), begins=date(2019, 1, 1))
    stream = w.ledger.authorities.stream("KEMENSOS")
    w.approved([Act(wider.kind, stream, wider.values)])
    w.approved([w.competence(kind="PEKSOS/GENERALIS")], by=KEMENSOS)


@breaks("the_edition_is_the_one_in_force_when_issued", "edition-not-in-force")
def a_certificate_under_an_older_edition(w: World) -> None:
    act = w.competence()
    w.approved([edition(w, months=60)], by=KEMENSOS)
    w.approved([act], by=KEMENSOS)


@breaks("validity_is_what_the_edition_says", "validity-differs")
def a_certificate_valid_for_ten_years(w: World) -> None:
    w.approved([w.competence()], by=KEMENSOS, through=valid_through(NOW, 120))


@breaks("a_certificate_is_signed_on_the_day_it_is_recorded", "signed-on-another-day")
def a_certificate_signed_yesterday(w: World) -> None:
    w.approved([w.competence()], by=KEMENSOS, signed=NOW - timedelta(days=1))


@breaks("attendance_is_certified_by_the_organiser_once", "participation-incomplete")
def attendance_of_somebody_who_missed_a_day(w: World) -> None:
    w.approved([w.attendance(registrant=w.participants[2])], by=("petugas", "kepala"))


@breaks("attendance_is_certified_by_the_organiser_once", "result-used")
def attendance_certified_twice(w: World) -> None:
    act = w.attendance()
    w.approved([act], by=("petugas", "kepala"))
    w.approved([Act(act.kind, w.new_id(), act.values)], by=("petugas", "kepala"))


@breaks("a_holder_is_a_registered_person", "person-erased")
def a_certificate_for_an_erased_person(w: World) -> None:
    act = w.competence()
    mint = w.ledger.proposals._complete
    minted = dict(mint)
    fixed = {"number": compose("KEMENSOS", "PSM", 2020, 77), "signed": NOW, "begins": NOW, "status": (0, 9)}
    fixed |= {"through": valid_through(NOW, 60), "token": bytes(32), "content": bytes(32)}
    w.approved([w.ledger.registrants.erase(w.participants[1], "PDP-43")])
    minted["certificate.issued"] = lambda _, acts: [fixed for _ in acts]
    w.ledger.proposals._complete = minted
    w.approved([act], by=KEMENSOS)


def status_act(w: World, what: str, matter: str, **other: Any) -> Act:
    act = w.ledger.certificates.status_act(what, w.certificate, decree=w.decrees[matter], reason="fraud")
    return Act(act.kind, act.stream, {**act.values, **other})


@breaks("a_status_act_rests_on_a_decree_of_the_competent_organ", "decree-matter")
def a_revocation_by_a_decree_of_suspension(w: World) -> None:
    w.approved([status_act(w, "revoke", "suspension")], by=KEMENSOS)


@breaks("a_status_act_is_not_retroactive", "act-retroactive")
def a_revocation_before_its_decree(w: World) -> None:
    act = status_act(w, "revoke", "revocation")
    day = NOW - timedelta(days=1)
    proposal = UUID(w.ledger.proposals.propose(w.actor("kepala"), [act], effective=day)["proposal"])
    w.sign(w.ledger.proposals, proposal, "wakil")


@breaks("a_suspension_ends_after_it_begins", "period-reversed")
def a_suspension_that_ended_yesterday(w: World) -> None:
    w.approved([status_act(w, "suspend", "suspension", until=NOW - timedelta(days=1))], by=KEMENSOS)


# Keys ----------------------------------------------------------------------------------------------------------


def key_list(w: World, change: Callable[[KeyList], KeyList], **body: Any) -> None:
    context = w.ledger.context
    with context.history.writing(SERVICE) as turn:
        row = turn.models().every(KEYS)[0]
        old = KeyList.decode(row["list"])
        new = replace(old, version=old.version + 1, iat=turn.now // 1000, authorities=folded(turn.models()))
        keys = turn.get(Keys, UUID(bytes=row["id"]))
        keys.record(Keys.Changed, **signed(context, change(new)) | body)
        turn.save(keys)


@breaks("a_key_list_is_signed_by_the_roots_and_follows_the_last", "key-list-refused")
def a_key_list_without_the_roots_signature(w: World) -> None:
    key_list(w, lambda new: new, signed=())


@breaks("a_key_list_says_of_authorities_what_the_history_says", "key-list-authorities")
def a_key_list_with_a_borrowed_scope(w: World) -> None:
    def borrow(new: KeyList) -> KeyList:
        kemensos = new.authorities["KEMENSOS"]
        wider = replace(kemensos, id="OTHER")
        return replace(new, authorities={**new.authorities, "OTHER": wider})

    key_list(w, borrow)


@breaks("a_key_list_is_recorded_when_it_was_made", "key-list-time")
def a_key_list_from_the_future(w: World) -> None:
    key_list(w, lambda new: replace(new, iat=new.iat + 3600, exp=new.exp + 3600))


# Officers ------------------------------------------------------------------------------------------------------


def appointment(w: World, **other: Any) -> Act:
    usual = {"person": w.people["assessor"], "authority": "KEMENSOS", "roles": ("certify",), "office": "Pejabat"}
    return Act("officer.appointed", w.new_id(), usual | {"begins": NOW} | other)


@breaks("an_officer_is_a_registered_person", "person-erased")
def an_erased_person_is_appointed(w: World) -> None:
    person = w.participants[3]
    w.approved([w.ledger.registrants.erase(person, "PDP-43")])
    w.approved([appointment(w, person=person)])


@breaks("one_person_is_one_officer", "person-is-officer")
def a_second_account_of_one_person(w: World) -> None:
    w.approved([appointment(w, person=w.people["wakil"])])


@breaks("who_enrols_does_not_approve", "roles-exclude")
def a_clerk_who_may_approve(w: World) -> None:
    w.approved([appointment(w, roles=("enrol", "approve"))])


@breaks("a_mandate_ends_after_it_begins", "period-reversed")
def a_mandate_that_ended_before_it_began(w: World) -> None:
    w.approved([appointment(w, ends=NOW - timedelta(days=1))])


@breaks("a_changed_mandate_ends_after_it_begins", "period-reversed")
def a_mandate_changed_to_end_before_it_began(w: World) -> None:
    change = {"roles": ["enrol"], "office": "Petugas", "ends": date(2019, 1, 1)}
    w.approved([w.ledger.officers.change(w.officers["petugas"], **change)])


@breaks("a_key_belongs_to_one_officer", "key-taken")
def a_key_enrolled_for_two(w: World) -> None:
    key = w.story.keys["wakil"].public_key().public_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(w.officers["petugas"], key)])


@breaks("an_officers_key_is_a_sound_ed25519_key", "key-unsound")
def a_key_of_low_order(w: World) -> None:
    w.approved([w.ledger.officers.enrol_key(w.officers["petugas"], bytes(32))])


# Registrants and trainings -------------------------------------------------------------------------------------


@breaks("a_region_exists_on_its_day", "region-unknown")
def a_registrant_of_a_province_that_does_not_exist_yet(w: World) -> None:
    w.save("petugas", Registrant.begin(w.new_id(), identity=bytes(32), region="93.01", adult=True))


@breaks("an_officer_in_office_is_not_erased", "person-is-officer")
def an_officer_in_office_is_erased(w: World) -> None:
    w.approved([w.ledger.registrants.erase(w.people["petugas"], "PDP-43")])


def plan(w: World, **other: Any) -> Training:
    usual = {"programme": "PSM-DASAR", "activity": "bimtek", "authority": "KEMENSOS", "days": (NOW,), "hours": 8}
    numbers = {"minimum_days": 1, "announced": 5, "quotas": {"32.75": 5}, "basis": "Permensos 10/2019"}
    return Training.begin(w.new_id(), **usual | numbers | {"pilot": False, "revoked_basis": False} | other)


@breaks("a_plan_is_complete", "plan-days")
def a_training_with_its_days_out_of_order(w: World) -> None:
    w.save("petugas", plan(w, days=(NOW, NOW - timedelta(days=1))))


@breaks("a_plan_is_complete", "plan-numbers")
def a_training_of_no_hours(w: World) -> None:
    w.save("petugas", plan(w, hours=0))


@breaks("groups_are_regions_or_units_of_that_day", "region-unknown")
def a_quota_for_a_region_that_does_not_exist(w: World) -> None:
    w.save("petugas", plan(w, quotas={"99.99": 5}))


@breaks("the_tier_is_in_the_rule_book", "tier-unknown")
def a_training_of_an_unknown_tier(w: World) -> None:
    w.save("petugas", plan(w, tier="PSM/MAHIR"))


@breaks("a_training_on_a_revoked_basis_says_so", "basis-revoked")
def a_training_silent_about_its_revoked_basis(w: World) -> None:
    w.save("petugas", plan(w, basis="Permensos 1/2012"))


@breaks("an_instructor_is_a_registered_person", "reference-unknown")
def a_stranger_teaches(w: World) -> None:
    body = {"person": w.new_id(), "affiliation": "UNIVERSITAS"}
    w.more("petugas", Training, w.planned, Training.InstructorAssigned, **body)


@breaks("an_explanation_names_a_real_discrepancy", "discrepancy-differs")
def an_explanation_of_other_numbers(w: World) -> None:
    body = {"gap": "announced", "expected": 500, "found": 475, "explanation": bytes(32)}
    w.more("petugas", Training, w.planned, Training.Explained, **body)


@breaks("every_discrepancy_is_explained_before_closing", "discrepancy-open")
def a_training_closed_with_an_open_discrepancy(w: World) -> None:
    w.ledger.trainings.close(w.actor("petugas"), w.planned)


@breaks("closing_counts_what_the_roster_says", "roster-differs")
def a_closing_with_another_count(w: World) -> None:
    training = plan(w, announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    w.more("petugas", Training, training.id, Training.Closed, roster={}, completed=3)


def participation(w: World, **other: Any) -> Participation:
    """Of the first participant, who has completed the lower tier, in the open training."""
    usual = {"training": w.planned, "registrant": w.participants[0], "group": "32.75", "marks": "HH"}
    return Participation.begin(w.new_id(), **usual | other)


@breaks("a_participation_fits_its_plan", "marks-differ")
def a_mark_for_a_day_too_many(w: World) -> None:
    w.save("petugas", participation(w, marks="HHH"))


@breaks("a_participation_fits_its_plan", "group-unknown")
def a_participant_of_a_group_without_quota(w: World) -> None:
    w.save("petugas", participation(w, group="32.16"))


@breaks("a_participation_fits_its_plan", "training-not-open")
def a_participant_after_the_closing(w: World) -> None:
    with without("an_instructor_does_not_take_part"):
        w.save("petugas", participation(w, training=w.training, registrant=w.people["decider"]))


@breaks("a_participant_is_a_registered_adult", "participant-not-adult")
def a_child_takes_part(w: World) -> None:
    child = Registrant.begin(w.new_id(), identity=bytes(32), region="32.75", adult=False)
    w.save("petugas", child)
    training = plan(w, announced=5)
    w.save("petugas", training)
    w.save("petugas", participation(w, registrant=child.id, training=training.id, marks="H"))


@breaks("a_person_takes_part_once", "participant-twice")
def a_person_takes_part_twice(w: World) -> None:
    w.save("petugas", participation(w))
    w.save("petugas", participation(w))


@breaks("an_instructor_does_not_take_part", "instructor-participates")
def an_instructor_takes_part(w: World) -> None:
    training = plan(w, announced=5)
    w.save("petugas", training)
    body = {"person": w.people["instructor"], "affiliation": "UNIVERSITAS"}
    w.more("petugas", Training, training.id, Training.InstructorAssigned, **body)
    w.save("petugas", participation(w, registrant=w.people["instructor"], training=training.id, marks="H"))


@breaks("a_tier_needs_the_lower_ones", "lower-tier-missing")
def the_advanced_course_before_the_basic_one(w: World) -> None:
    w.save("petugas", participation(w, registrant=w.people["decider"]))


@breaks("completion_follows_from_attendance", "attendance-insufficient")
def completion_in_spite_of_absence(w: World) -> None:
    absent = w.ledger.engine.connect()
    with absent:
        id = absent.exec_driver_sql("SELECT id FROM participations WHERE marks = 'HA'").scalar_one()
    w.more("petugas", Participation, UUID(bytes=bytes(id)), Participation.Completed, present=1, hours=16)


# The tests -----------------------------------------------------------------------------------------------------

CASES = sorted(BREACHES)
every_breach = pytest.mark.parametrize(("rule", "breach"), CASES, ids=[breach for _, breach in CASES])


@contextmanager
def without(name: str) -> Iterator[None]:
    """The rule is not asked."""
    kept = {kind: list(asked) for kind, asked in BY_KIND.items()}
    for asked in BY_KIND.values():
        asked[:] = [rule for rule in asked if rule.name != name]
    try:
        yield
    finally:
        for kind, asked in BY_KIND.items():
            asked[:] = kept[kind]


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
