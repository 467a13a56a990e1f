"""Breaches: certificates."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ledger.application.acts import Act
from ledger.domain.numbers import compose
from ledger.domain.trainings import Training
from ledger.domain.values import valid_through
from tests.rules.breaches.authorities import grant
from tests.rules.breaches.organs import TODAY, later
from tests.rules.breaches.registry import KEMENSOS, NOW, World, breaks, without
from tests.rules.breaches.schemes import edition
from tests.rules.breaches.trainings import participation, plan


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
    w.approved([w.ledger.authorities.end(stream, 0, NOW)])
    w.clock.at(NOW + timedelta(days=1))
    w.approved([act], by=KEMENSOS)


@breaks("the_key_list_in_force_says_so_too", "key-list-behind")
def a_certificate_under_a_grant_that_no_key_list_shows(w: World) -> None:
    wider = grant(w, name="Kementerian Sosial", scope="KEMENSOS", schemes=("HADIR/SEMINAR",), begins=date(2019, 1, 1))
    w.approved([Act(wider.kind, w.ledger.authorities.stream("KEMENSOS"), wider.values)])
    training = plan(w, programme="SEMINAR", activity="seminar", announced=0, quotas={"32.75": 0})
    w.save("petugas", training)
    taken = participation(w, training=training.id, marks="H")
    w.save("petugas", taken)
    explained = {"gap": "roster", "group": "32.75", "expected": 0, "found": 1, "explanation": bytes(32)}
    w.more("petugas", Training, training.id, Training.Explained, **explained)
    w.ledger.trainings.close(w.actor("petugas"), training.id)
    w.approved(w.ledger.certificates.attendance(training.id), by=("petugas", "kepala"))


@breaks("a_status_index_and_a_token_belong_to_one_certificate", "status-malformed")
def a_status_index_beyond_its_list(w: World) -> None:
    w.approved([w.competence()], by=KEMENSOS, status=(0, 2**17))


@breaks("a_number_is_well_formed_and_used_once", "number-malformed")
def a_number_of_another_authority(w: World) -> None:
    w.approved([w.competence()], by=KEMENSOS, number=compose("IPSPI", "PSM", 2020, 99))


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
    w.ledger.keys.refresh()
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


def reissue(w: World, **other: Any) -> Act:
    act = w.ledger.certificates.reissue(w.certificate, decree=w.decrees["replacement"], reason="lost")
    return Act(act.kind, act.stream, {**act.values, **other})


@breaks("a_status_index_and_a_token_belong_to_one_certificate", "status-taken")
def a_status_index_that_a_replaced_paper_had(w: World) -> None:
    with w.ledger.engine.connect() as connection:
        status = connection.exec_driver_sql("SELECT status FROM certificates").scalar_one()
    w.approved([reissue(w)], by=KEMENSOS)
    w.approved([w.competence()], by=KEMENSOS, status=tuple(json.loads(status)))


@breaks("a_status_act_rests_on_a_decree_of_the_competent_organ", "decree-matter")
def a_new_paper_by_a_decree_of_suspension(w: World) -> None:
    w.approved([reissue(w, decree=w.decrees["suspension"])], by=KEMENSOS)


@breaks("a_new_paper_or_number_counts_from_the_day_it_is_recorded", "signed-on-another-day")
def a_new_paper_of_yesterday(w: World) -> None:
    """No use case would do so: the day is no part of what is approved."""

    def back_dated(turn: Any, batch: Any, id: UUID, _: Any, actor: Any) -> Any:
        return carry_out(turn, batch, id, NOW, actor)

    w.clock.at(NOW + timedelta(days=1))
    carry_out = w.ledger.proposals._carry_out
    w.ledger.proposals._carry_out = back_dated
    w.approved([reissue(w)], by=KEMENSOS)


@breaks("a_renewed_certificate_gives_way_to_one_like_it", "successor-differs")
def a_certificate_that_gives_way_to_somebody_elses(w: World) -> None:
    new = w.competence()
    old = w.ledger.certificates.stream(w.certificate)
    w.approved([new, Act("certificate.superseded", old, {"by": new.stream})], by=KEMENSOS)


@breaks("a_holder_is_a_registered_person", "person-erased")
def a_new_paper_for_an_erased_person(w: World) -> None:
    holder = UUID(w.ledger.certificates.show(w.certificate)["registrant"])
    w.approved([w.ledger.registrants.erase(holder, "PDP-43")])
    paper = {"status": (0, 77), "token": b"\x07" * 32, "content": bytes(32)}
    w.ledger.proposals._complete["certificate.reissued"] = lambda _, acts: [paper for _ in acts]
    act = w.ledger.certificates.reissue(w.certificate, decree=w.decrees["replacement"], reason="lost")
    w.approved([act], by=KEMENSOS)


@breaks("what_one_person_does_in_an_emergency_counts_from_that_day", "act-retroactive")
def an_emergency_of_yesterday(w: World) -> None:
    later(w)
    act = w.ledger.certificates.status_act(
        "suspend", w.certificate, decree=w.decrees["suspension"], reason="fraud", until=TODAY
    )
    w.ledger.certificates.act_alone(w.actor("kepala"), act, effective=TODAY - timedelta(days=1))
